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
      let isSaid = sentence.contains(", through population \(claim.population)")
      let hasGain = findings.contexts.switches.contains { $0.context == claim.context }
      #expect(isSaid == (claim.holds && !hasGain), "\(sentence)")
    }
    let removals = try #require(findings.contexts.removals?.removals)
    let network2 = try #require(removals.network)
    for population in 0..<populations {
      for group in groups.indices {
        #expect(abs(network2.without[population][group] - single[population][group]) < 1e-12)
      }
      // "Circuit and network alike" is said of a population only where the network loses its choices too.
      let phrase = "silencing population \(population + 1) "
      if let text = removals.sentence.split(separator: ".").first(where: { $0.contains(phrase) }) {
        #expect(text.contains("In circuit and network alike") || text.contains("In circuit"), "\(text)")
        #expect(groups.indices.contains { intact[$0] >= 0.9 && single[population][$0] <= 0.85 })
      }
    }
    for found in findings.contexts.switches { try check(found, findings, labels, network, subject.alpha) }
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

  /// What is said of gains is so in the full network, simulated unit by unit: with the cue's I set to zero on the units.
  private func check(
    _ found: GainSwitch, _ findings: DistillationFindings, _ labels: [Int], _ network: Network,
    _ alpha: Double
  ) throws {
    let run = findings.run
    let group = try #require(findings.contexts.groups.first { $0.name == found.context })
    let names = try #require(run.trialSet.inputNames)
    let cues = found.cue.compactMap { names.firstIndex(of: $0) }
    #expect(
      cues.count == found.cue.count && cues.allSatisfy { !findings.contexts.names.evidence.contains($0) })
    let members = labels.map { found.populations.contains($0 + 1) }
    // Choices.
    let deaf = try network.replacing(
      inputs: Matrix(rows: network.unitCount, columns: network.inputCount) {
        members[$0] && cues.contains($1) ? 0 : network.inputs[$0, $1]
      })
    let without = Simulation(alpha: alpha).run(try NetworkDynamics(deaf), under: run.trials.stimulus)
    let right = shares(without, run.trials, [group.trials])[0]
    #expect(abs(try #require(found.network.rightWithout) - right) < 1e-12)
    #expect(right <= (found.network.right ?? 0) - 0.1)
    // Gains and actions: x of the full network one step before the stimulus, and x - I v of the cue.
    let full = Simulation(alpha: alpha, keepsStates: true).run(
      try NetworkDynamics(network), under: run.trials.stimulus)
    let states = try #require(full.states)
    let (units, steps, stimulus) = (network.unitCount, full.steps, run.trials.stimulus)
    try #require(found.moment == "just before the stimulus")
    let strong = try #require(names.firstIndex(of: found.strong))
    let weak = try #require(names.firstIndex(of: found.weak))
    var (gains, gainsWithout) = (0.0, 0.0)
    var actions = [Double](repeating: 0, count: 4)
    let chosen = group.averaged()
    for index in chosen {
      let trial = group.trials[index]
      let step = group.windows[index].lowerBound - 1
      var v = [Double](repeating: 0, count: network.inputCount)
      for t in 0...step { for k in v.indices { v[k] += alpha * (stimulus[trial, t, k] - v[k]) } }
      for unit in 0..<units {
        let x = states[(trial * steps + step) * units + unit]
        let own = members[unit] ? x - cues.reduce(0) { $0 + network.inputs[unit, $1] * v[$1] } : x
        let slopes = [network.transfer.derivative(x), network.transfer.derivative(own)]
        let share = 1 / Double(chosen.count)
        if labels[unit] + 1 == found.populations[0] {
          let count = Double(labels.count { $0 + 1 == found.populations[0] })
          gains += share * slopes[0] / count
          gainsWithout += share * slopes[1] / count
        }
        for (place, k) in [strong, weak].enumerated() {
          for (which, slope) in slopes.enumerated() {
            actions[2 * which + place] +=
              share * network.n[unit, 0] * slope * network.inputs[unit, k] / Double(units)
          }
        }
      }
    }
    let side = found.network
    for (told, counted) in [
      (side.gains[0], gains), (side.gainsWithout[0], gainsWithout), (side.strong, actions[0]),
      (side.weak, actions[1]), (side.strongWithout, actions[2]), (side.weakWithout, actions[3]),
    ] {
      #expect(abs(told - counted) < 1e-10, "\(found)")
    }
    #expect(abs(actions[2]) - abs(actions[3]) <= 0.5 * (abs(actions[0]) - abs(actions[1])))
    let sentence = try #require(
      findings.contexts.sentences.first { $0.hasPrefix("In the \(found.context), ") })
    #expect(sentence.contains("\(gains < gainsWithout ? "lowers" : "raises") the gain of population"))
  }

  /// The refined circuit that a default distillation ends with says of each context what its cue does, and the network
  /// does it.
  @Test func theRefinedCircuitsGainsAreTheNetworks() throws {
    let subject = try Subject(file: networksFolder + "/context-dependent-decision.npz")
    var study = Distill(
      trials: TrialRequest(task: "context-dependent-decision", trialCount: 120, seed: 1),
      circuit: CircuitRequest(populations: .fixed(3), closure: .refined, anchor: 1e-4), depth: .summary)
    (study.redraws, study.replicates) = (0, 0)
    let findings = try #require(try study.run(on: subject).findings)
    let labels = try #require(findings.run.reduction.labels)
    #expect(findings.contexts.switches.map(\.context) == ["colour context", "motion context"])
    for found in findings.contexts.switches {
      #expect(found.holds)
      try check(found, findings, labels, try subject.network(), subject.alpha)
    }
  }
}
