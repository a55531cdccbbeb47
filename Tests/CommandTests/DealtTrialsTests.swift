// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import Testing

/// How a file's trials are dealt out to fit, to choose and to judge.
@Suite struct DealtTrialsTests {
  /// 60 trials of three conditions, in blocks or in turn: whichever way, each part must hold all conditions.
  @Test(arguments: [false, true]) func everyPartHasTrialsOfEveryCondition(inTurn: Bool) throws {
    let folder = try ScratchFolder()
    let network = try folder.network(rank: 1, inputs: 1, seed: 611)
    let (trials, steps) = (60, 10)
    let conditions = (0..<trials).map { inTurn ? $0 % 3 : $0 / 20 }
    let levels = [-1.0, 0.25, 1.5]
    let values = conditions.flatMap { [Double](repeating: levels[$0], count: steps) }
    let file = folder.file("sorted.npz")
    try NPZFile.write([Tensor(name: "u", shape: [trials, steps, 1], values: values)], to: file)
    let arguments = ["compare", network, "--trials", file, "--closure", "regressed", "--json"]
    func judged(_ seed: String) throws -> (trials: [Int], json: [String: Any]) {
      let out = folder.file("out-\(seed).npz")
      let run = try kappa(arguments + ["--seed", seed, "-o", out])
      #expect(run.status == 0, "\(run.errors)")
      let written = try TensorFile.read(out)
      let numbers = try #require(written["trial"]).values.map { Int($0) }
      let inputs = try #require(written["u"])
      #expect(inputs.shape == [20, steps, 1])
      // The numbers are those of the trials that were run.
      #expect(inputs.values == numbers.flatMap { values[($0 * steps)..<(($0 + 1) * steps)] }, "seed \(seed)")
      return (numbers, try run.object())
    }
    let first = try judged("1")
    #expect(first.trials == first.trials.sorted() && Set(first.trials).count == 20, "seed 1")
    let counts = (0..<3).map { condition in first.trials.count { conditions[$0] == condition } }
    // Twenty of sixty, drawn without replacement: 6.7 ± 1.8 of each condition; that one has fewer than 2 has p < 0.001.
    #expect(counts.allSatisfy { $0 >= 2 }, "\(counts), seed 1")
    #expect(try #require(first.json["trialSource"] as? String).contains("20 of its 60 trials"))
    #expect(try judged("1").trials == first.trials, "seed 1")
    #expect(try judged("2").trials != first.trials, "seeds 1 and 2")
    // The circuit was fitted to all three conditions: its error on them is a few per cent, not that of an extrapolation.
    let circuit = try #require(first.json["circuit"] as? [String: Any])
    let output = try #require((circuit["outputs"] as? [[String: Any]])?.first)
    #expect(try #require(output["relative"] as? Double) < 0.1, "seed 1")
    // All trials of a file are run where nothing is fitted, and need no numbers.
    let whole = folder.file("whole.npz")
    #expect(try kappa(["compare", network, "--trials", file, "-o", whole]).status == 0)
    #expect(try TensorFile.read(whole)["trial"] == nil)
  }
}
