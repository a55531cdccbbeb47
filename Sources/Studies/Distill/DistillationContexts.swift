// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Tasks

/// What contexts do to a circuit: the numbers behind the report's sentences on them.
public struct DistillationContexts: Sendable {
  /// The circuit that is spoken of.
  public let circuit: EffectiveCircuit
  /// Its course under the study's trials, with its states (κ, v).
  public let trajectory: Trajectory
  /// Coefficients (κ, v, …) of its drives at every step, (B, T, D).
  public let drives: [Double]
  /// The trials of each context, with the steps of the stimulus.
  public let groups: [ContextModulation.Group]
  /// What the circuit's gains and the actions of its inputs are in each context.
  public let modulation: [ContextModulation]
  /// Names of inputs and populations.
  public let names: CircuitNames
  /// What becomes of the choices without each population; empty where there is nothing to say.
  public var removalSentence: String { removals?.removals.sentence ?? "" }
  /// What is left of the choices without each population, and the network's own share of right ones.
  public let removals: (removals: Removals, network: [Double])?
  /// Which κ is negative where z is positive; empty where none is.
  public let sign: String
  /// What each context does, a sentence each; empty where there are no contexts.
  let mechanism: [String]
  /// What the contexts do, in short.
  public let sentences: [String]
  /// What the sentences say of populations, as numbers.
  public let claims: [CausalClaim]
  /// What they say of gains, as numbers.
  public let switches: [GainSwitch]
  /// How the sentences were tested, in numbers.
  public let details: [String]
  /// Gains of the network's own units and actions of its inputs, context by context; `nil` without contexts.
  public let network: [NetworkGains.Context]?
  /// When gains and actions are averaged: `while the stimulus is on`, or over what is known of the trials.
  public let window: String

  /// - Parameters:
  ///   - trajectory: what the circuit did under the trials of the run, with its states; `nil` to simulate it.
  ///   - labels: the population of every unit, where there are populations of units.
  init(
    of circuit: EffectiveCircuit, ran trajectory: Trajectory? = nil, _ run: SideBySide, labels: [Int]?
  ) {
    self.circuit = circuit
    let definition = run.trialSet.definition
    let inputs = run.trialSet.inputNames ?? (0..<circuit.inputCount).map { "I\($0 + 1)" }
    let shown = EvidenceWindow(run.trialSet)
    let groups = Self.groups(run.trialSet, shown)
    self.groups = groups
    names = CircuitNames(
      inputs: inputs,
      evidence: definition?.kind == nil && groups.count > 1
        ? TrialContexts.evidence(run.trials.stimulus, groups)
        : inputs.indices.filter { !inputs[$0].hasSuffix("context") },
      fractions: circuit.statistics.populations.map(\.fraction))
    let trajectory = trajectory ?? run.simulatingWithStates(circuit)
    self.trajectory = trajectory
    drives = circuit.drives(along: trajectory, under: run.trials.stimulus)
    sign = Self.sign(run)
    removals = Self.removals(circuit, trajectory, run, groups, labels)
    guard circuit.inputCount > 0, circuit.rank > 0 else {
      (modulation, self.mechanism, sentences, details, claims, switches) = ([], [], [], [], [], [])
      (network, window) = (nil, "")
      return
    }
    let drives = drives
    let modulation = groups.map {
      ContextModulation(
        of: circuit, states: drives, width: circuit.statistics.layout.driveCount,
        steps: run.trials.stimulus.steps, group: $0)
    }
    self.modulation = modulation
    let populations = circuit.statistics.populations.count
    // Gains and actions are only compared between contexts, and gains of a truncation's units are not the network's.
    let own = labels.flatMap { run.truncation == nil && Set($0).count == populations ? $0 : nil }
    let networkDrives = run.manifoldDynamics.drives(along: run.manifold, under: run.trials.stimulus)
    let network =
      groups.count > 1
      ? NetworkGains(
        of: run.imported.network, drives: networkDrives,
        steps: run.trials.stimulus.steps, labels: own, populations: populations, groups: groups
      ).contexts : nil
    self.network = network
    let (names, window) = (names, shown.name)
    let cues = groups.map { group in
      own.flatMap {
        CueRemoval(
          run, circuit: circuit, labels: $0, group: group, names: names, drives: (drives, networkDrives))
      }
    }
    self.window = window
    let mechanism = Mechanism(
      modulation, names: names, removals: removals?.removals, network: network, latents: circuit.rank,
      window: window, followed: groups.count > 1 ? groups.map { Self.followed(run, $0, names) } : nil,
      answer: Self.answer(run)
    ) { context, members in cues[context]?.without(members) }
    (claims, switches) = (mechanism.claims, mechanism.switches)
    // Without contexts there is nothing of which these would be a part.
    let more = groups.count > 1 ? [removals?.removals.sentence ?? "", sign].filter { !$0.isEmpty } : []
    self.mechanism = Array(mechanism.sentences.prefix(mechanism.contextCount))
    sentences = mechanism.sentences + more
    details = mechanism.details
  }

  /// What inputs are said to be followed by: κ of a network of one latent, or else its output.
  private static func answer(_ run: SideBySide) -> String {
    let network = run.network
    if network.rank == 1 || network.outputCount == 0 { return latentName(0, of: network.rank) }
    return network.outputCount == 1 ? "z" : "z1"
  }

  /// How strongly the network's answers follow the evidence in a group of trials: κ at the end of the window, or the output
  /// over the response window.
  private static func followed(
    _ run: SideBySide, _ group: ContextModulation.Group, _ names: CircuitNames
  ) -> Followed? {
    let (network, stimulus) = (run.network, run.trials.stimulus)
    let isLatent = network.rank == 1 || network.outputCount == 0
    let responses = isLatent ? [] : run.trials.responses(of: network, output: 0)
    var (answers, members): ([Double], [Int]) = ([], [])
    for (index, trial) in group.trials.enumerated() where !group.windows[index].isEmpty {
      let place = trial * network.steps + group.windows[index].upperBound - 1
      if isLatent {
        answers.append(network.kappa[place * network.rank])
      } else {
        answers.append(responses[trial] ?? network.outputs[place * network.outputCount])
      }
      members.append(index)
    }
    let evidence = Matrix(rows: members.count, columns: stimulus.channels) { row, channel in
      let (trial, window) = (group.trials[members[row]], group.windows[members[row]])
      return window.reduce(0) { $0 + stimulus[trial, $1, channel] } / Double(window.count)
    }
    return Followed(answers: answers, evidence: evidence, channels: names.evidence)
  }

  /// Trials by context, with the steps of the stimulus; all trials in one group for tasks without.
  private static func groups(_ set: TrialSet, _ shown: EvidenceWindow) -> [ContextModulation.Group] {
    func group(_ name: String, _ trials: [Int]) -> ContextModulation.Group {
      ContextModulation.Group(name: name, trials: trials, windows: trials.map { shown.steps[$0] })
    }
    let all = Array(0..<set.trials.stimulus.trials)
    let contexts = TrialContexts.groups(of: set)
    // The only kind of trials there is in an excerpt is no context.
    let isOne = set.definition?.kind == nil ? contexts.count <= 1 : contexts.isEmpty
    return isOne ? [group("all trials", all)] : contexts.map { group($0.name, $0.trials) }
  }

  /// How many decisions are right when a population is inactivated; `nil` where that makes no sense.
  private static func removals(
    _ circuit: EffectiveCircuit, _ trajectory: Trajectory, _ run: SideBySide,
    _ groups: [ContextModulation.Group],
    _ labels: [Int]?
  ) -> (removals: Removals, network: [Double])? {
    let trials = run.trials
    let populations = circuit.statistics.populations.count
    guard populations > 1, !trials.target.isEmpty, trials.outputs == trajectory.outputCount,
      (0..<trials.outputs).contains(where: { trials.decides($0, of: trajectory.outputCount) })
    else {
      return nil
    }
    let shares = TrialGroups(names: groups.map(\.name), members: groups.map(\.trials))
    func right(_ trajectory: Trajectory) -> [Double] {
      shares.performances(of: trajectory, trials).map { $0?.accuracy ?? 0 }
    }
    let network = run.imported.network
    // Every population takes a simulation of the whole network: seconds, where it is not too large.
    let steps = trials.stimulus.trials * trials.stimulus.steps * network.unitCount
    let isShort = labels.map { Set($0).count == populations } ?? false && steps * populations <= 1_000_000_000
    func removal(_ labels: [Int]?) -> PopulationRemoval? {
      try? PopulationRemoval(
        network, circuit: circuit, labels: labels, under: trials.stimulus, simulation: run.simulation)
    }
    guard let removal = removal(isShort ? labels : nil) ?? removal(nil) else { return nil }
    let own = Removals.Shares(
      intact: right(trajectory), removal.pairs.map { shares.decisions(of: $0.circuit, trials) })
    let intact = right(run.network)
    let without = removal.pairs.compactMap { $0.network.map { shares.decisions(of: $0, trials) } }
    guard without.count == populations, let labels else {
      return (Removals(groups: shares.names, circuit: own), intact)
    }
    // The control takes several times as long.
    let isControlled = steps * populations * RandomRemoval.draws <= 2_000_000_000
    let control =
      isControlled
      ? try? RandomRemoval(
        network, labels: labels, populations: populations, under: trials.stimulus, simulation: run.simulation,
        seed: run.trialSet.seed) : nil
    let random = control?.runs.map { runs in
      let all = runs.map(right)
      return shares.names.indices.map { group in all.reduce(0) { $0 + $1[group] } / Double(all.count) }
    }
    return (
      Removals(
        groups: shares.names, circuit: own, network: Removals.Shares(intact: intact, without),
        random: random), intact
    )
  }

  /// Which sign of κ a positive output goes with, where it is the other one: the sign of κ is that of m and n in the file.
  private static func sign(_ run: SideBySide) -> String {
    let (network, rank) = (run.network, run.network.rank)
    guard network.outputCount > 0 else { return "" }
    let count = network.trials * network.steps
    let correlations = (0..<rank).map { r -> Double in
      var (zk, zz, kk) = (0.0, 0.0, 0.0)
      for i in 0..<count {
        let (z, k) = (network.outputs[i * network.outputCount], network.kappa[i * rank + r])
        zk += z * k
        zz += z * z
        kk += k * k
      }
      return zz > 0 && kk > 0 ? zk / (zz * kk).squareRoot() : 0
    }
    guard let r = correlations.indices.max(by: { abs(correlations[$0]) < abs(correlations[$1]) }),
      correlations[r] < -0.5
    else { return "" }
    return
      "A positive \(network.outputCount == 1 ? "z" : "z1") \(correlations[r] < -0.9 ? "is" : "mostly goes with") a "
      + "negative \(latentName(r, of: rank)) here: over all "
      + "trials and steps the cosine of the two is \(text(correlations[r], digits: 3))."
  }
}

extension Removals.Shares {
  /// Decisions of two kinds, without each population and group by group.
  fileprivate init(intact: [Double], _ counted: [[TrialGroups.Decisions]]) {
    self.init(
      intact: intact, without: counted.map { $0.map(\.right) }, opposite: counted.map { $0.map(\.opposite) })
  }
}
