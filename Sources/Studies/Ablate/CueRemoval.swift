// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// Keeps the inputs that say which context it is from some populations, in network and circuit, on the trials of that
/// context.
struct CueRemoval {
  private let run: SideBySide
  private let circuit: EffectiveCircuit
  private let labels: [Int]
  private let names: CircuitNames
  private let group: ContextModulation.Group
  /// The coefficients of all drives, (B, T, D), in circuit and network with everything in place.
  private let drives: (circuit: [Double], network: [Double])
  /// The inputs that are kept away.
  let cues: [Int]

  /// - Parameters:
  ///   - labels: the population of every unit.
  ///   - group: the trials of the context.
  ///   - drives: (κ, v, …) of circuit and network under all trials of the run.
  init?(
    _ run: SideBySide, circuit: EffectiveCircuit, labels: [Int], group: ContextModulation.Group,
    names: CircuitNames, drives: (circuit: [Double], network: [Double])
  ) {
    let stimulus = run.trials.stimulus
    cues = (0..<stimulus.channels).filter { channel in
      !names.evidence.contains(channel)
        && group.trials.contains { trial in
          (0..<stimulus.steps).contains { stimulus[trial, $0, channel] != 0 }
        }
    }
    if cues.isEmpty { return nil }
    (self.run, self.circuit, self.labels, self.names) = (run, circuit, labels, names)
    (self.group, self.drives) = (group, drives)
  }

  /// Both without the cue on some populations, 0..<P: gains and actions where κ and v are what they are with it, so that
  /// nothing but the gains of these populations differs; choices when both run without it.
  func without(_ populations: [Int]) -> WithoutCue? {
    let reduced = populations.reduce(circuit) { $0.withholding(inputs: cues, from: $1) }
    guard
      let network = try? run.imported.network.withholding(
        inputs: cues, from: labels.map { populations.contains($0) })
    else { return nil }
    let steps = run.trials.stimulus.steps
    let gains = NetworkGains(
      of: network, drives: drives.network, steps: steps, labels: labels,
      populations: circuit.statistics.populations.count, groups: [group])
    let modulation = ContextModulation(
      of: reduced, states: drives.circuit, width: circuit.statistics.layout.driveCount, steps: steps,
      group: group)
    return WithoutCue(
      cue: cues.map { names.inputs[$0] }, circuit: modulation, network: gains.contexts[0],
      choices: { choices(reduced, network) })
  }

  /// Shares of right choices in the context, with everything in place and in the dynamics given.
  private func choices(_ reduced: EffectiveCircuit, _ network: Network) -> WithoutCue.Choices? {
    let trials = run.trials.selecting(group.trials)
    func right(_ trajectory: Trajectory) -> Double? {
      trials.target.isEmpty ? nil : Performance(of: trajectory, trials: trials, output: 0)?.accuracy
    }
    let stimulus = trials.stimulus
    guard let full = try? NetworkDynamics(network),
      let networkIntact = right(run.network.selecting(group.trials)),
      let networkWithout = right(run.simulation.run(full, under: stimulus)),
      let circuitIntact = right(run.simulation.run(circuit, under: stimulus)),
      let circuitWithout = right(run.simulation.run(reduced, under: stimulus))
    else { return nil }
    return WithoutCue.Choices(
      circuit: (circuitIntact, circuitWithout), network: (networkIntact, networkWithout))
  }
}
