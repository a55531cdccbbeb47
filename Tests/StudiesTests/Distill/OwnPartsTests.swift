// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import TestSupport
import Testing

@testable import Studies

/// What means and cross terms are worth to a network itself: Gaussian networks lose what their circuits lose.
@Suite struct OwnPartsTests {
  private func run(_ network: Network) throws -> SideBySide {
    let stimulus = randomStimulus(trials: 4, steps: 30, channels: network.inputCount, seed: 3)
    let set = TrialSet(Trials(stimulus: stimulus))
    let subject = Subject(network, alpha: 0.2)
    return try SideBySide(subject, reduction: Reduction(momentsOf: subject), trials: set)
  }

  private func budget(_ run: SideBySide) -> ErrorBudget {
    ErrorBudget(
      network: run.network, manifold: run.manifold, circuit: run.circuit, of: run.reduction.circuit,
      trials: run.trials, simulation: run.simulation)
  }

  @Test func networkAndCircuitLoseAlike() throws {
    let run = try run(try randomNetwork(units: 8000, rank: 1, inputs: 1, outputs: 1, seed: 91))
    let (parts, budget) = (OwnParts(run), budget(run))
    let means = try #require(parts.means)
    let cross = try #require(parts.crossTerms)
    let own = try #require(budget.stage(.withoutMeans)?.costs.first)
    let ownCross = try #require(budget.stage(.withoutCrossTerms)?.costs.first)
    // To the sampling error of 8000 units, √(1/8000) of either.
    #expect(means > 0.03 && abs(means / own - 1) < 0.1, "\(means), \(own)")
    #expect(cross > 0.005 && abs(cross - ownCross) < 0.1 * ownCross + 0.01, "\(cross), \(ownCross)")
  }

  @Test func withoutMeansThereIsNothingToLeaveOut() throws {
    let run = try run(
      try randomNetwork(units: 8000, rank: 1, inputs: 1, outputs: 1, means: false, seed: 92))
    #expect(try #require(OwnParts(run).means) < 0.05)
    let verdict = Verdict(
      network: run.imported.network, populations: 1, manifold: run.manifoldComparison,
      circuit: run.circuitComparison, budget: budget(run), band: nil, trials: 4, parts: OwnParts(run).values)
    #expect(verdict.sentences.allSatisfy { !$0.contains("out the means") })
  }

  /// Two inputs that are multiples of each other cannot be told apart: nothing is said.
  @Test func dependentDrivesAreLeftAlone() throws {
    let plain = try randomNetwork(units: 200, rank: 1, inputs: 1, outputs: 1, seed: 93)
    let run = try run(
      try Network(
        m: plain.m, n: plain.n, inputs: plain.inputs.appending(columnsOf: plain.inputs),
        readouts: plain.readouts))
    #expect(OwnParts(run).means != nil && OwnParts(run).crossTerms == nil)
  }

  /// The sentence needs both: what the circuit loses and the network does not is no part of the explanation.
  @Test func theSentenceNeedsTheNetworkToo() throws {
    let run = try run(try randomNetwork(units: 2000, rank: 1, inputs: 1, outputs: 1, seed: 91))
    func says(_ parts: OwnParts?) -> Bool {
      Verdict(
        network: run.imported.network, populations: 1, manifold: run.manifoldComparison,
        circuit: run.circuitComparison, budget: budget(run), band: nil, trials: 4, parts: parts?.values
      ).sentences.contains { $0.contains("out the means changes z by") && $0.contains("in the network") }
    }
    #expect(says(OwnParts(run)))
    #expect(!says(nil))
  }
}
