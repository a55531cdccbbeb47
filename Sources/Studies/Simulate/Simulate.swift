// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// What one dynamics does on trials: a network, its exact manifold, or a circuit.
///
///     let result = try Simulate(task: "perceptual-decision").run(on: Subject(file: "trained.npz"))
///     print(result.trajectory.outputs.last)
public struct Simulate: Study, Hashable {
  /// Which dynamics.
  public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// All N units.
    case network
    /// The network's exact R + K equations.
    case manifold
    /// The Gaussian circuit.
    case circuit
  }

  /// The trials.
  public var trials: TrialRequest
  /// Which dynamics; `nil` for a circuit file's circuit, or else the network.
  public var dynamics: Kind?
  /// Arithmetic of the full network's units.
  public var precision: Precision
  /// SD of each unit's private noise, per Euler step.
  public var noise: Double
  /// How many threads; `nil` for all cores. Results do not depend on it.
  public var threads: Int?
  /// Whether the states x (B, T, N) of a network are kept.
  public var states: Bool
  /// How many steps of every trial are kept, the last ones; `nil` for all.
  public var lastSteps: Int?

  /// A simulation.
  public init(
    trials: TrialRequest, dynamics: Kind? = nil, precision: Precision = .double, noise: Double = 0,
    threads: Int? = nil, states: Bool = false, lastSteps: Int? = nil
  ) {
    self.trials = trials
    self.dynamics = dynamics
    self.precision = precision
    self.noise = noise
    self.threads = threads
    self.states = states
    self.lastSteps = lastSteps
  }

  /// A simulation of trials of the task of this name.
  public init(task: String, dynamics: Kind? = nil) {
    self.init(trials: TrialRequest(task: task), dynamics: dynamics)
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    try trials.validate()
    try trials.require()
    try StudyError.checkNoise(noise)
    if let lastSteps, lastSteps < 1 {
      throw StudyError(.usage, "lastSteps", "expected at least 1, found \(lastSteps).")
    }
    if let threads, threads < 1 {
      throw StudyError(.usage, "threads", "expected at least 1, found \(threads).")
    }
  }

  /// Runs the dynamics.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> SimulationResult {
    try validate()
    let kind = try kind(for: subject)
    let collector = RemarkCollector(passingTo: observer)
    switch subject.matter {
    case .circuit(let file): return try run(file.circuit, kind, subject, collector)
    case .network(let imported):
      if let start = subject.startRemark { collector.remark(start) }
      return try StudyError.converting(about: subject.name) {
        let network = imported.network
        switch kind {
        case .network where precision == .single:
          return try run(SinglePrecisionNetwork(network), kind, subject, collector)
        case .network: return try run(NetworkDynamics(network), kind, subject, collector)
        case .manifold: return try run(ManifoldDynamics(network), kind, subject, collector)
        case .circuit: return try run(subject.circuit().circuit, kind, subject, collector)
        }
      }
    }
  }

  /// The dynamics that is run, and whether the request makes sense for it.
  private func kind(for subject: Subject) throws(StudyError) -> Kind {
    var isCircuit = false
    if case .circuit = subject.matter { isCircuit = true }
    let kind = dynamics ?? (isCircuit ? .circuit : .network)
    if precision == .single, isCircuit || kind != .network {
      throw StudyError(
        .usage, "",
        "`precision` single: expected the full network, found a \(isCircuit ? "circuit" : kind.rawValue): "
          + "the reduced dynamics are double only")
    }
    if isCircuit, kind != .circuit {
      throw StudyError(
        .usage, subject.name, "expected a network for `dynamics` \(kind.rawValue), found a circuit file")
    }
    if states, kind != .network {
      throw StudyError(
        .usage, "states", "expected the dynamics of a network, whose states are x, found a reduced one")
    }
    return kind
  }

  private func run(
    _ dynamics: some Dynamics, _ kind: Kind, _ subject: Subject, _ collector: RemarkCollector
  ) throws(StudyError) -> SimulationResult {
    let set = try TrialSet(trials, for: subject, observer: collector)
    let stimulus = set.trials.stimulus
    try checkMemory(stimulus, dynamics)
    let simulation = Simulation(
      alpha: subject.alpha, noise: noise > 0 ? PrivateNoise(deviation: noise, seed: trials.seed) : nil,
      keepsStates: states, keptSteps: lastSteps, threads: threads)
    return try StudyError.converting(about: subject.name) {
      let trajectory = try collector.metered("simulating", total: stimulus.trials) { meter in
        simulation.run(
          dynamics, under: stimulus, progress: { meter.advance() }, isCancelled: { collector.isCancelled })
      }
      guard trajectory.outputs.allSatisfy(\.isFinite), trajectory.kappa.allSatisfy(\.isFinite) else {
        throw StudyError(
          .software, subject.name,
          "expected a bounded simulation, found values that are not finite: look at `alpha`, `scaling` and the size of "
            + "the inputs")
      }
      return SimulationResult(
        kind, trajectory, set, dimension: dynamics.recordedDimension, alpha: subject.alpha,
        remarks: subject.remarks + collector.remarks)
    }
  }

  /// What many trials of a large network leave may not fit into memory: says so before taking it.
  private func checkMemory(_ stimulus: Stimulus, _ dynamics: some Dynamics) throws(StudyError) {
    let steps = min(lastSteps ?? stimulus.steps, stimulus.steps)
    let numbers = (states ? dynamics.recordedDimension : 0) + dynamics.rank + dynamics.outputCount
    // The numbers, those of one array as a file has them, and the archive while it is made.
    let bytes = 5 * Double(stimulus.trials) * Double(steps) * Double(numbers) * 8
    let budget = MemoryBudget.bytes
    guard bytes > budget else { return }
    throw StudyError(
      .usage, states ? "states" : "",
      "expected at most \(MemoryBudget.text(budget)) for results and their file, found \(stimulus.trials) × \(steps) × "
        + "\(numbers) numbers, which need \(MemoryBudget.text(bytes)): take fewer trials, or keep fewer steps with `lastSteps`"
    )
  }
}
