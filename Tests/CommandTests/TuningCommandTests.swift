// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// What `distill` says about the tuning of single units.
@Suite struct TuningCommandTests {
  /// Two inputs, each to a population of its own, no recurrence: v after T steps is u (1 - (1-α)^T), and so are slopes.
  @Test func ofAFilesTrialsTheMeanInputsAreTheVariables() throws {
    let folder = try ScratchFolder()
    let (units, trials, steps) = (60, 40, 12)
    var stream = RandomStream(seed: 601)
    let weight = (0..<units).map { _ in 1 + stream.uniform() }
    let network = folder.file("two.npz")
    try NPZFile.write(
      [
        Tensor(name: "m", shape: [units, 1], values: (0..<units).map { _ in stream.normal() }),
        Tensor(name: "n", shape: [units, 1], values: [Double](repeating: 0, count: units)),
        Tensor(
          name: "I", shape: [units, 2],
          values: weight.enumerated().flatMap { i, value in i < 45 ? [value, 0] : [0, value] }),
        Tensor(name: "w", shape: [units, 1], values: [Double](repeating: 1, count: units)),
        Tensor(name: "alpha", scalar: 0.2), Tensor(name: "transfer", text: "linear"),
      ], to: network)
    let levels = (0..<trials).map { _ in [stream.normal(), stream.normal()] }
    let file = folder.file("trials.npz")
    try NPZFile.write(
      [
        Tensor(
          name: "u", shape: [trials, steps, 2],
          values: levels.flatMap { level in (0..<steps).flatMap { _ in level } })
      ], to: file)
    let arguments = [
      "distill", network, "--trials", file, "--populations", "2", "--redraws", "0", "--replicates", "0",
    ]
    let run = try kappa(arguments + ["--json"])
    let moments = try #require(try run.object()["tuning"] as? [[String: Any]], "\(run.errors)")
    #expect(moments.map { $0["moment"] as? String } == ["response"])
    let rows = try #require(moments[0]["variables"] as? [[String: Any]])
    #expect(rows.map { $0["name"] as? String } == ["mean of u1", "mean of u2"])
    for (k, row) in rows.enumerated() {
      #expect(abs(try #require(row["correlation"] as? Double) - 1) < 1e-9, "seed 601")
      let values = levels.map { $0[k] }
      let mean = values.reduce(0, +) / Double(trials)
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(trials)).squareRoot()
      let own = k == 0 ? weight.prefix(45) : weight.suffix(15)
      let expected =
        deviation * (1 - pow(0.8, Double(steps)))
        * (own.reduce(0) { $0 + $1 * $1 } / Double(own.count)).squareRoot()
      // The clusters of two so different populations are the populations, in either order.
      let sizes = try #require(row["populations"] as? [Double])
      #expect(sizes.count == 2 && abs((sizes.max() ?? 0) - expected) < 1e-9, "\(sizes), seed 601")
      #expect((sizes.min() ?? 1) < 1e-9, "\(sizes), seed 601")
    }
    let text = try kappa(arguments)
    #expect(text.output.contains("Tuning of single units"), "\(text.output)\(text.errors)")
    let words = text.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains(/mean of u1 most in population \d; mean of u2 most in population \d/), "\(text.output)")
  }

  @Test func aTasksOwnVariablesAreTold() throws {
    let folder = try ScratchFolder()
    let network = networksFolder + "/context-dependent-decision.npz"
    let run = try kappa(
      "distill", network, "--task", "context-dependent-decision", "--trial-count", "60", "--redraws", "0",
      "--replicates", "0", "--closures", "0", "-o", folder.file("report"), "--json")
    let moments = try #require(try run.object()["tuning"] as? [[String: Any]], "\(run.errors)")
    #expect(moments.map { $0["moment"] as? String } == ["end of stimulus", "response"])
    for moment in moments {
      let rows = try #require(moment["variables"] as? [[String: Any]])
      #expect(rows.map { $0["name"] as? String } == ["colour", "motion", "context", "right choice"])
    }
    let page = try String(contentsOfFile: folder.file("report/report.html"), encoding: .utf8)
    #expect(page.contains(">What single units are tuned to</h2>"))
    #expect(page.contains("end of stimulus: colour"))
    // Too few trials end with a sentence, not with an error.
    let few = try kappa(
      "distill", network, "--task", "context-dependent-decision", "--trial-count", "3", "--redraws", "0",
      "--replicates", "0")
    #expect(few.status == 0 && few.errors.contains("3 trials are too few"), "\(few.errors)")
  }
}
