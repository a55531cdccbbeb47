// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import TestSupport
import Testing

/// `kappa sweep` from end to end, and what it makes of signals.
@Suite struct SweepCommandTests {
  private func grid(_ text: String, in folder: ScratchFolder) throws -> String {
    let path = folder.file("grid.yaml")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private let training = """
    command: train
    task: perceptual-decision
    units: 16
    batch: 4
    interval: 50
    """

  @Test func plansRunsAndCollects() throws {
    let folder = try ScratchFolder()
    let path = try grid(training + "\nupdates: 10\nseed: 1..3\nkeep-best: [true, false]", in: folder)
    let runs = folder.file("runs")
    let plan = try kappa("sweep", "plan", path, "-o", runs, "--json").object()
    #expect(plan["count"] as? Int == 6)
    #expect(try kappa("sweep", "run", runs, "--task", "2").status == 0)
    let done = try kappa("sweep", "run", runs, "--threads", "2", "--without-snakemake", "--json").object()
    #expect(done["finished"] as? Int == 6 && done["finishedBefore"] as? Int == 1)
    let found = try kappa("sweep", "collect", runs, "--json").object()
    let rows = try #require(found["rows"] as? [[String: Any]])
    #expect(rows.map { $0["row"] as? Int } == Array(1...6))
    #expect(rows.map { $0["seed"] as? Int } == [1, 1, 2, 2, 3, 3])
    #expect(rows[0]["keep-best"] as? Bool == true && rows[1]["keep-best"] as? Bool == false)
    for row in rows {
      #expect(row["loss"] is Double && row["accuracy"] is NSNumber && row["task"] as? String != nil)
    }
    for name in ["table.csv", "table.npz", "report.html", "rows/6/network.npz"] {
      #expect(FileManager.default.fileExists(atPath: runs + "/" + name), "\(name)")
    }
  }

  /// A merging a row: its smallest network stands in the table and in the row's folder.
  @Test func mergesAreRowsToo() throws {
    let folder = try ScratchFolder()
    let net = folder.file("net.npz")
    #expect(
      try kappa(
        "train", "perceptual-decision", "--units", "12", "--batch", "4", "--updates", "5", "-o", net
      ).status == 0)
    let text = """
      command: merge
      network: \(net)
      task: perceptual-decision
      trial-count: 10
      to: [10, 6]
      by: [activity, loadings]
      """
    let runs = folder.file("runs")
    #expect(try kappa("sweep", "plan", grid(text, in: folder), "-o", runs).status == 0)
    #expect(try kappa("sweep", "run", runs, "--threads", "1", "--without-snakemake").status == 0)
    let found = try kappa("sweep", "collect", runs, "--json").object()
    let rows = try #require(found["rows"] as? [[String: Any]])
    #expect(rows.map { $0["smallest.units"] as? Int } == [10, 10, 6, 6])
    for row in rows { #expect(row["smallest.relative"] is Double && row["smallest.loss"] is Double) }
    #expect(FileManager.default.fileExists(atPath: runs + "/rows/4/network.npz"))
    // There is no record of a training in them, by which networks are compared.
    let compared = try kappa("sweep", "compare", runs)
    #expect(compared.status == 65 && compared.errors.contains("kappa train"))
  }

  @Test func errorsHaveTheirCodes() throws {
    let folder = try ScratchFolder()
    let runs = folder.file("runs")
    for (text, words) in [
      ("command: train\ntask: perceptual-decision\nunit: 3", "did you mean units"),
      ("command: train\ntask: perceptual-decison", "did you mean perceptual-decision"),
      ("command: train\ntask: perceptual-decision\nseed: 1..1000000000", "found 1000000000"),
      ("command: distill\nnetwork: a.npz", "no trials"),
      ("command: bulk\nnetwork: a.json\ngain: [1, x]", "gain: x"),
    ] {
      let outcome = try kappa("sweep", "plan", try grid(text, in: folder), "-o", runs)
      #expect(outcome.status == 65 && outcome.errors.contains(words), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    #expect(!FileManager.default.fileExists(atPath: runs))
    #expect(try kappa("sweep", "plan", folder.file("none.yaml"), "-o", runs).status == 66)
    #expect(try kappa("sweep", "run", runs, "--task", "1").status == 66)
    #expect(try kappa("sweep", "collect", folder.path).status == 66)
  }

  /// A process that was killed hands out nothing any more, and its rows do not run on without it.
  @Test func aRowStopsWhenWhoHandedItOutIsGone() throws {
    let folder = try ScratchFolder()
    let runs = folder.file("runs")
    #expect(
      try kappa("sweep", "plan", grid(training + "\nupdates: 40", in: folder), "-o", runs).status == 0)
    // Nobody's number: this process has another parent.
    #expect(try kappa("sweep", "run", runs, "--task", "1", "--parent", "999999999").status == 130)
    #expect(!FileManager.default.fileExists(atPath: runs + "/rows/1/row.json"))
    #expect(try kappa("sweep", "run", runs, "--task", "1", "--parent", "\(getpid())").status == 0)
    #expect(FileManager.default.fileExists(atPath: runs + "/rows/1/row.json"))
  }

  /// Row 1 is left alone, the same training in another sweep is told to stop once it has written a checkpoint.
  @Test func aSignalStopsARowWithACheckpointAndItEndsInTheSameBits() throws {
    let folder = try ScratchFolder()
    let path = try grid(training + "\nupdates: 1000", in: folder)
    for name in ["whole", "stopped"] {
      #expect(try kappa("sweep", "plan", path, "-o", folder.file(name)).status == 0)
    }
    #expect(try kappa("sweep", "run", folder.file("whole"), "--task", "1").status == 0)
    let row = folder.file("stopped/rows/1")
    let process = Process()
    process.executableURL = productsFolder.appendingPathComponent("kappa")
    process.arguments = ["sweep", "run", folder.file("stopped"), "--task", "1"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    let patience = ContinuousClock.now + .seconds(60)
    while process.isRunning, ContinuousClock.now < patience,
      !FileManager.default.fileExists(atPath: row + "/checkpoint-1.npz")
    { Thread.sleep(forTimeInterval: 0.001) }
    kill(process.processIdentifier, SIGUSR1)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 130)
    #expect(!FileManager.default.fileExists(atPath: row + "/row.json"))
    #expect(try kappa("sweep", "run", folder.file("stopped"), "--task", "1").status == 0)
    func bytes(_ name: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: folder.file(name + "/rows/1/network.npz")))
    }
    #expect(try bytes("whole") == bytes("stopped"))
    let log = try String(contentsOfFile: row + "/log.txt", encoding: .utf8)
    #expect(log.components(separatedBy: "stopped").count == 2)
    #expect(log.components(separatedBy: "finished").count == 2)
  }
}
