// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// What each population does, by switching it off: in the network and in its circuit.
public struct Ablate: Study, Hashable {
  /// The trials.
  public var trials: TrialRequest
  /// The circuit, of two populations at least.
  public var circuit: CircuitRequest

  /// An ablation.
  public init(trials: TrialRequest, circuit: CircuitRequest) {
    self.trials = trials
    self.circuit = circuit
  }

  /// An ablation on trials of the task of this name.
  public init(task: String, circuit: CircuitRequest) {
    self.init(trials: TrialRequest(task: task), circuit: circuit)
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    try circuit.refuseGiven()
    try trials.validate()
    try circuit.validate()
  }

  /// Switches every population off in turn.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> AblationResult {
    try validate()
    let collector = RemarkCollector(passingTo: observer)
    let imported = try subject.imported()
    let trials = try TrialSet(trials, for: subject, isFitted: circuit.isFitted, observer: collector)
    let reduction = try Reduction(circuit, of: subject, trials: trials, observer: collector)
    guard let labels = reduction.labels, reduction.circuit.statistics.populations.count > 1 else {
      throw StudyError(
        .usage, subject.name,
        "expected at least two populations, found one: give `populations` 2 or more, or auto")
    }
    return try StudyError.converting(about: subject.name) {
      try Self.result(imported, reduction, labels, trials, subject, collector)
    }
  }

  private static func result(
    _ imported: ImportedNetwork, _ reduction: Reduction, _ labels: [Int], _ set: TrialSet,
    _ subject: Subject, _ collector: RemarkCollector
  ) throws -> AblationResult {
    let (simulation, trials) = (Simulation(alpha: imported.alpha), set.trials)
    let circuit = reduction.circuit
    let populations = circuit.statistics.populations
    let groups = TrialGroups(contextsOf: set)
    let incongruent = groups.incongruent(of: set)
    let (network, reduced, removal) = try collector.metered(
      "switching populations off", total: 2 * (populations.count + 1)
    ) { meter in
      let network = simulation.run(try NetworkDynamics(imported.network), under: trials.stimulus)
      meter.advance()
      let reduced = simulation.run(circuit, under: trials.stimulus)
      meter.advance()
      let removal = try PopulationRemoval(
        imported.network, circuit: circuit, labels: labels, under: trials.stimulus, simulation: simulation,
        meter: meter)
      return (network, reduced, removal)
    }
    let isGraded = !trials.decides(0, of: imported.network.outputCount)
    func effect(_ run: Trajectory, from intact: Trajectory) -> AblationResult.Effect {
      let performance = Performance(of: run, trials: trials, output: 0)
      let inContexts = groups.names.isEmpty ? nil : groups.performances(of: run, trials)
      return AblationResult.Effect(
        change: Comparison(of: run, against: intact, trials: trials).totalRelativeError,
        agreement: Comparison(of: run, against: network, trials: trials).outputs.first?.agreement,
        accuracy: performance?.accuracy, loss: performance?.loss,
        accuracyByContext: isGraded ? nil : inContexts.map { $0.map { $0?.accuracy } },
        lossByContext: isGraded ? inContexts.map { $0.map { $0?.loss } } : nil,
        accuracyByContextIncongruent: isGraded
          ? nil : incongruent?.performances(of: run, trials).map { $0?.accuracy })
    }
    func row(_ number: Int, _ full: Trajectory, _ without: Trajectory) -> AblationResult.Row {
      AblationResult.Row(
        population: number, fraction: number == 0 ? 0 : populations[number - 1].fraction,
        units: labels.count { $0 == number - 1 }, network: effect(full, from: network),
        circuit: effect(without, from: reduced),
        error: Comparison(of: without, against: full, trials: trials).totalRelativeError)
    }
    let rows =
      [row(0, network, reduced)]
      + removal.pairs.compactMap { pair in
        pair.network.map { row(pair.population + 1, $0, pair.circuit) }
      }
    return AblationResult(
      rows: rows, contexts: groups.names, imported: imported, trials: trials.stimulus.trials,
      steps: trials.stimulus.steps, trialSource: set.source, closure: reduction.closure,
      remarks: subject.remarks + collector.remarks)
  }
}

extension TrialGroups {
  /// Trials by context; no groups without contexts.
  fileprivate init(contextsOf set: TrialSet) {
    let contexts = TrialContexts.groups(of: set)
    self.init(names: contexts.map(\.name), members: contexts.map(\.trials))
  }

  /// Of each group the trials whose two channels of evidence have opposite signs; `nil` where the task has no such trials.
  fileprivate func incongruent(of set: TrialSet) -> TrialGroups? {
    guard !names.isEmpty, let colour = set.task?["colour"], let motion = set.task?["motion"] else {
      return nil
    }
    return TrialGroups(
      names: names, members: members.map { $0.filter { colour[$0] * motion[$0] < 0 } })
  }
}
