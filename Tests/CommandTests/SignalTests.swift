// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import NetworkFiles
import TestSupport
import Testing

/// What an interrupt, a request to end and a closed terminal leave behind.
@Suite struct SignalTests {
  /// Whether a process started here hears of a signal: what runs in the background or under nohup does not of some.
  private static func isHeard(_ signal: Int32) -> Bool {
    let before = Foundation.signal(signal, SIG_DFL)
    _ = Foundation.signal(signal, before)
    return unsafeBitCast(before, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = productsFolder.appendingPathComponent("kappa")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Waits until something is so; a minute at most.
  private func wait(until condition: () -> Bool) throws {
    let patience = ContinuousClock.now + .seconds(60)
    while !condition() {
      try #require(ContinuousClock.now < patience, "nothing has happened for a minute")
      usleep(1000)
    }
  }

  /// A training that is asked to end writes down how far it has come, leaves nothing beside its file, ends with the code
  /// that shells expect, and goes on from there to the bits of an undisturbed run.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP].filter(isHeard)) func aTrainingWritesDownHowFarItIs(
    signal: Int32
  ) throws {
    let folder = try ScratchFolder()
    let file = folder.file("net.npz")
    let options = [
      "train", "perceptual-decision", "--units", "16", "--batch", "4", "--seed", "4", "--threads", "1",
    ]
    let process = try start(options + ["--updates", "100000000", "--interval", "20", "-o", file])
    try wait { FileManager.default.fileExists(atPath: file) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 128 + signal)
    #expect(folder.contents == ["net.npz"])
    let done = try #require(try TensorFile.read(file)["losses"]).values.count
    #expect(done >= 20)
    let goal = options + ["--updates", "\(done + 3)"]
    let (end, whole) = (folder.file("end.npz"), folder.file("whole.npz"))
    #expect(try kappa(goal + ["--resume", file, "-o", end]).status == 0)
    #expect(try kappa(goal + ["-o", whole]).status == 0)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: end)) == Data(contentsOf: URL(fileURLWithPath: whole)))
  }

  /// A distillation that is called off leaves an older run's results as they were, whenever it is.
  @Test func aDistillationLeavesTheOlderResults() throws {
    let folder = try ScratchFolder()
    let out = folder.file("out")
    let arguments = [
      "distill", networksFolder + "/perceptual-decision.npz", "--task", "perceptual-decision", "-o", out,
    ]
    let quick = arguments + ["--populations", "1", "--closure", "moments", "--replicates", "0"]
    #expect(try kappa(quick).status == 0)
    let before = try files(in: out)
    #expect(before.count > 10)
    for attempt in 0..<8 {
      let process = try start(arguments)
      // Once files are half written beside the old ones, or before that.
      if attempt % 2 == 0 {
        try wait { !process.isRunning || hidden(in: out) }
      }
      kill(process.processIdentifier, SIGTERM)
      process.waitUntilExit()
      let after = try files(in: out)
      if process.terminationReason == .exit && process.terminationStatus == 0 {
        // It had come to its end: all of it is new.
        #expect(after["report.html"] != before["report.html"])
        break
      }
      #expect(after == before, "attempt \(attempt)")
      #expect(!hidden(in: out), "attempt \(attempt)")
    }
  }

  private func hidden(in folder: String) -> Bool {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).contains {
      $0.hasPrefix(".kappa-")
    }
  }

  /// All files with their contents.
  private func files(in folder: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      let url = URL(fileURLWithPath: folder + "/" + name)
      if try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == false {
        found[name] = try Data(contentsOf: url)
      }
    }
    return found
  }
}
