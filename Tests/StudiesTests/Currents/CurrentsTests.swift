// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Report
import Studies
import TestSupport
import Testing

/// Currents by population and loading.
@Suite struct CurrentsTests {
  /// The network's parts add up to what κ follows, and the circuit's loadings to its parts.
  @Test func sums() throws {
    let network = try randomNetwork(units: 60, rank: 1, inputs: 1, outputs: 1, seed: 17)
    let labels = (0..<60).map { $0 % 2 }
    let subject = Subject(network, alpha: 0.2, labels: labels)
    let study = Currents(
      trials: TrialRequest(task: "perceptual-decision", trialCount: 5), circuit: CircuitRequest())
    let result = try study.run(on: subject)
    #expect(result.rows.map(\.target) == ["kappa1", "kappa1", "z1", "z1"])
    for target in ["kappa1", "z1"] {
      let rows = result.rows.filter { $0.target == target }
      #expect(abs(rows.reduce(0) { $0 + $1.share } - 1) < 1e-12, "seed 17")
      #expect(rows.allSatisfy { $0.error.isFinite && $0.loadings["m1"] != nil && $0.loadings["mean"] != nil })
    }
    #expect(result.document.figures.count == 1)
  }
}
