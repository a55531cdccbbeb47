// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import Report
import Testing

@testable import Studies

/// A comparison from trained rows to the page.
@Suite struct SweepComparisonTests {
  private static let train = SweptCommand(
    name: "train", subject: "task", options: ["seed": .value, "units": .value, "rank": .value], managed: [:],
    check: { _ in },
    run: { arguments, place, observer in
      func value(_ key: String) -> Int {
        arguments.compactMap { Int($0.replacingOccurrences(of: "--\(key)=", with: "")) }[0]
      }
      var training = TrainingRequest()
      (training.units, training.batch) = (value("units"), 4)
      training.seed = UInt64(value("seed"))
      if arguments.contains("--rank=full") { training.rank = .full }
      return try Train(
        TaskRequest("perceptual-decision", preset: .course), training: training, updates: 30
      ).answer(in: place, observer: observer)
    })

  @Test func networksAreSetBesideOneAnother() throws {
    let folder = try SweepScratch()
    try "command: train\ntask: perceptual-decision\nunits: [12, 16]\nseed: 1..4".write(
      toFile: folder.file("grid.yaml"), atomically: true, encoding: .utf8)
    let runs = folder.file("runs")
    _ = try SweepPlan(grid: folder.file("grid.yaml"), output: runs).run(commands: [Self.train])
    for row in 1...8 { _ = try SweepRow(folder: runs, task: row).run(commands: [Self.train]) }
    let study = SweepComparison(folder: runs, trialCount: 20, structure: true, redraws: 2, simulations: 10)
    let found = try study.run()
    let group = try #require(found.groups.first)
    #expect(found.groups.count == 1 && group.members.map(\.row) == Array(1...8))
    #expect(group.distances.count == 8 && group.distances[0][0] == 0 && group.distances[0][1] > 0)
    #expect(group.kinds.count == 8 && group.topologies.flatMap(\.rows).sorted() == Array(1...8))
    #expect(group.inputs.first == [0])
    // Everything that was asked is corrected for: measures and the one option that differs.
    let names = Set(group.correlations.map(\.with))
    for name in [
      "participation ratio of rates", "largest eigenvalue of nᵀm/N", "correlation of I with w", "units",
      "ePAIRS of loadings", "loss of redraws",
    ] { #expect(names.contains(name), "\(name)") }
    #expect(group.correlations.allSatisfy { $0.rank.count == 8 && $0.rank.lower < $0.rank.value })
    // The same sweep says the same.
    #expect(try StudyJSON.text(study.run()) == StudyJSON.text(found))
    let report = SweepComparisonReport(found)
    #expect(report.document.verdict[0].contains("8 networks"))
    let paths = try report.write()
    #expect(paths.allSatisfy { FileManager.default.fileExists(atPath: $0) })
  }

  /// Networks with a whole J are one group, whatever ranks their truncations would have.
  @Test func wholeJsAreSetBesideOneAnother() throws {
    let folder = try SweepScratch()
    try "command: train\ntask: perceptual-decision\nrank: full\nunits: 40\nseed: 1..6".write(
      toFile: folder.file("grid.yaml"), atomically: true, encoding: .utf8)
    let runs = folder.file("runs")
    _ = try SweepPlan(grid: folder.file("grid.yaml"), output: runs).run(commands: [Self.train])
    for row in 1...6 { _ = try SweepRow(folder: runs, task: row).run(commands: [Self.train]) }
    let found = try SweepComparison(folder: runs, trialCount: 20).run()
    let group = try #require(found.groups.first)
    #expect(found.groups.count == 1 && group.isDense && group.rank == 0 && group.members.count == 6)
    #expect(group.kinds.isEmpty && group.distances.isEmpty && group.topologies.isEmpty)
    let asked = Set(group.correlations.map(\.with))
    #expect(asked.contains("participation ratio of rates") && asked.contains("correlation of I with w"))
    // What describes courses is not asked for with the loss.
    let spread = Set(group.spreads.map(\.name))
    for name in ["share of component 1 in z", "ρ of distances of rates with those of targets"] {
      #expect(spread.contains(name) && !asked.contains(name), "\(name)")
    }
    // Nothing is said of κ where there is none.
    let page = SweepComparisonReport(found).document
    #expect(!"\(page)".contains("mᵀm"))
  }

  @Test func aSweepWithoutNetworksIsRefused() throws {
    let folder = try SweepScratch()
    try "row\tcommand\ttask\n1\ttrain\ta\n".write(
      toFile: folder.file("tasks.tsv"), atomically: true, encoding: .utf8)
    #expect(throws: StudyError.self) { try SweepComparison(folder: folder.path).run() }
    #expect(throws: StudyError.self) { try SweepComparison(folder: folder.path, trialCount: 0).validate() }
  }
}
