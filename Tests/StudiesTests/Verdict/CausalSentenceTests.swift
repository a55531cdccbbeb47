// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import TestSupport
import Testing

/// Every causal sentence of a distillation, read from the result, against the full network without the units it speaks of,
/// simulated here unit by unit.
@Suite struct CausalSentenceTests {
  /// Share of right decisions in each group of trials, counted by hand.
  private func shares(_ run: Trajectory, _ trials: Trials, _ groups: [[Int]]) -> [Double] {
    groups.map { members in
      var (asked, right) = (0, 0)
      for b in members {
        let window = (0..<run.steps).filter { trials.mask[b * run.steps + $0] > 0 }
        let target = window.reduce(0) { $0 + trials.target[b * run.steps + $1] }
        let output = window.reduce(0) { $0 + run.outputs[b * run.steps + $1] }
        if target == 0 { continue }
        asked += 1
        if target * output > 0 { right += 1 }
      }
      return Double(right) / Double(asked)
    }
  }

  @Test(arguments: [2, 3], [1, 2] as [UInt64]) func everyClaimIsWhatTheNetworkDoes(
    populations: Int, seed: UInt64
  )
    throws
  {
    let subject = try Subject(file: networksFolder + "/context-dependent-decision.npz")
    let trials = TrialRequest(task: "context-dependent-decision", trialCount: 120, seed: seed)
    var study = Distill(
      trials: trials, circuit: CircuitRequest(populations: .fixed(populations), closure: .regressed),
      depth: .summary)
    (study.redraws, study.replicates) = (0, 0)
    let result = try study.run(on: subject)
    let findings = try #require(result.findings)
    let labels = try #require(findings.run.reduction.labels)
    let groups = findings.contexts.groups
    let network = try subject.network()
    func without(_ population: Int?) throws -> [Double] {
      let silent = try population.map { p in try network.inactivating(labels.map { $0 == p }) } ?? network
      let run = Simulation(alpha: subject.alpha).run(
        try NetworkDynamics(silent), under: findings.run.trials.stimulus)
      return shares(run, findings.run.trials, groups.map(\.trials))
    }
    let intact = try without(nil)
    let single = try (0..<populations).map { try without($0) }
    for claim in findings.contexts.claims {
      let group = try #require(groups.firstIndex { $0.name == claim.context })
      #expect(abs(claim.networkIntact - intact[group]) < 1e-12)
      #expect(abs(claim.networkWithout - single[claim.population - 1][group]) < 1e-12)
      // What is said holds in the network, by numbers and not by the claim's own word.
      let lost = intact[group] >= 0.9 && single[claim.population - 1][group] <= 0.65
      if claim.holds { #expect(lost, "\(claim)") }
      let sentence = try #require(
        findings.contexts.sentences.first { $0.hasPrefix("In the \(claim.context), ") })
      #expect(sentence.contains(", through population \(claim.population)") == claim.holds, "\(sentence)")
    }
    let removals = try #require(findings.contexts.removals?.removals)
    let network2 = try #require(removals.network)
    for population in 0..<populations {
      for group in groups.indices {
        #expect(abs(network2.without[population][group] - single[population][group]) < 1e-12)
      }
      // "Circuit and network alike" is said of a population only where the network loses its choices too.
      let phrase = "removing population \(population + 1) "
      if let text = removals.sentence.split(separator: ".").first(where: { $0.contains(phrase) }) {
        #expect(text.contains("In circuit and network alike") || text.contains("In circuit"), "\(text)")
        #expect(groups.indices.contains { intact[$0] >= 0.9 && single[population][$0] <= 0.85 })
      }
    }
    // No sentence speaks of a population otherwise.
    for sentence in findings.contexts.sentences where sentence.contains("population") {
      let isKnown =
        [
          "In the ", "In circuit and network", "Circuit and network differ",
          "What the context changes are gains",
        ]
        .contains { sentence.hasPrefix($0) }
      #expect(isKnown, "\(sentence)")
    }
  }
}
