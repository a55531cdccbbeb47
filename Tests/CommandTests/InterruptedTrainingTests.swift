// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import Testing

/// What is left when `kappa train` is killed.
@Suite struct InterruptedTrainingTests {
  private let options = [
    "train", "perceptual-decision", "--units", "32", "--batch", "8", "--seed", "3", "--interval", "5",
    "--threads",
    "1",
  ]

  /// Updates that the file of a training holds; reading it whole is the test that it is whole.
  private func updates(in path: String) throws -> Int {
    let file = try TensorFile.read(path)
    for name in ["m", "n", "I", "w"] { #expect(file[name]?.values.count == 32, "\(path)") }
    return try #require(file["losses"]).values.count
  }

  /// What stands at a path; another file after every writing, for files are written beside it and renamed.
  private func identity(_ path: String) -> String? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let number = attributes[.systemFileNumber] as? NSNumber,
      let written = attributes[.modificationDate] as? Date
    else { return nil }
    // The number alone may come back: that of a file which was replaced is free for the next.
    return "\(number) \(written.timeIntervalSinceReferenceDate)"
  }

  /// Killed fifty times, each time after a random number of things that happened to files in the folder, always in the
  /// middle of its work: whatever file is there is whole, none is lost, and resuming ends in the bits of a run that nobody disturbed. Every other run writes over an older file.
  @Test func killingNeverBreaksAFileAndResumingEndsInTheSameBits() throws {
    let seed: UInt64 = 21
    var random = RandomStream(seed: seed)
    let folder = try ScratchFolder()
    // So many updates that no run gets there: all are killed while they train.
    let endless = options + ["--updates", "100000000"]
    var last: (path: String, updates: Int)?
    var older: String?
    var written = 0
    var writtenOver = 0
    for attempt in 0..<50 {
      let over = attempt % 2 == 1 ? older : nil
      let next = over ?? folder.file("run\(attempt).npz")
      let before = identity(next)
      let process = Process()
      process.executableURL = productsFolder.appendingPathComponent("kappa")
      process.arguments = endless + (last.map { ["--resume", $0.path] } ?? []) + ["-o", next]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      let watch = try FolderWatch(folder.path)
      try process.run()
      // Some die before they have written anything, the others some writings after their first file is there: whether a
      // temporary file was made, written to, closed or renamed, that is when they are killed.
      if attempt % 5 != 0 {
        while process.isRunning && identity(next) == before { try watch.wait() }
        for _ in 0..<random.index(below: 12) { try watch.wait() }
      }
      let wasAlive = process.isRunning
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      try #require(
        wasAlive && process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL,
        "seed \(seed), attempt \(attempt): the run ended by itself")
      guard identity(next) != nil else { continue }
      let count = try updates(in: next)
      #expect(count % 5 == 0, "seed \(seed), attempt \(attempt)")
      if identity(next) == before {
        // Nothing was written: the older file is the one it was.
        #expect(count <= last?.updates ?? 0, "seed \(seed), attempt \(attempt)")
        continue
      }
      written += 1
      if over != nil { writtenOver += 1 }
      // No run loses what the one before it had.
      #expect(count >= last?.updates ?? 0, "seed \(seed), attempt \(attempt)")
      if let last {
        #expect(try updates(in: last.path) == last.updates)
        older = last.path
      }
      last = (next, count)
    }
    #expect(
      written >= 30 && writtenOver >= 10, "seed \(seed): \(written) written, \(writtenOver) over others")
    let (path, done) = try #require(last)
    let (end, whole) = (folder.file("end.npz"), folder.file("whole.npz"))
    let goal = ["--updates", "\(done + 7)"]
    let resumed = try kappa(options + goal + ["--resume", path, "-o", end])
    #expect(resumed.status == 0, "\(resumed.errors)")
    // The interval says how often a file is written and nothing else.
    #expect(try kappa(options + goal + ["--interval", "1000000", "-o", whole]).status == 0)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: end)) == Data(contentsOf: URL(fileURLWithPath: whole)),
      "seed \(seed), \(done) updates")
  }
}

/// Tells of everything that happens to files in a folder.
private final class FolderWatch {
  private let descriptor: Int32
  private var pending = 0

  init(_ folder: String) throws {
    descriptor = inotify_init1(0)
    let events = UInt32(IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO)
    try #require(descriptor >= 0 && inotify_add_watch(descriptor, folder, events) >= 0)
  }

  deinit { close(descriptor) }

  /// Waits for the next event; a minute without any is a failure.
  func wait() throws {
    if pending == 0 {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      try #require(poll(&request, 1, 60_000) == 1, "nothing was written for a minute")
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(descriptor, &buffer, buffer.count)
      try #require(count > 0)
      // Events of 16 bytes with a name behind, whose length is their last number.
      var place = 0
      while place + 16 <= count {
        let length = (0..<4).reduce(0) { $0 | Int(buffer[place + 12 + $1]) << (8 * $1) }
        place += 16 + length
        pending += 1
      }
    }
    pending -= 1
  }
}
