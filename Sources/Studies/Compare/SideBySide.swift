// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// The full network, its exact manifold and its circuit under the same trials, with everything that they did.
public struct SideBySide: Sendable {
  /// The network, and where it came from.
  public let subject: Subject
  /// The network with what was assumed about it.
  public let imported: ImportedNetwork
  /// The circuit, and how it was found.
  public let reduction: Reduction
  /// The trials, with others to fit to and to choose by.
  public let trialSet: TrialSet
  /// α and the like.
  public let simulation: Simulation
  /// What the full network did.
  public let network: Trajectory
  /// The exact manifold, set up once.
  public let manifoldDynamics: ManifoldDynamics
  /// What it did, with its states (κ, v).
  public let manifold: Trajectory
  /// What the circuit did, with its states (κ, v).
  public let circuit: Trajectory
  /// The manifold against the network: rounding, if everything is right.
  public let manifoldComparison: Comparison
  /// The circuit against the network: non-Gaussian loadings and finite N.
  public let circuitComparison: Comparison
  /// What the network of rank R does that stands in for a dense J; `nil` where J is m nᵀ/N itself.
  public let truncation: Trajectory?
  /// The network against the user's own z, where the trials hold it.
  public let recordedComparison: Comparison?
  /// The network in single precision against itself in double, where that was asked for.
  public let singleComparison: Comparison?

  /// Another reading with which the network does its task far better, where no z in the trials says how it is read.
  let doubt: ReadingDoubt?

  /// The heading of losses: without a mask the last step alone counts.
  public var lossName: String { trials.mask.isEmpty ? "loss, last step" : "loss" }

  /// Simulates all three, and with `single` the network once more in single precision.
  ///
  /// With `noise` every unit of the network receives noise of its own, of this SD per step; manifold and circuit have no
  /// units and take the mean effect, its variance in every x.
  ///
  /// - Throws: a `StudyError` when a simulation runs away, or the work is called off.
  public init(
    _ subject: Subject, reduction: Reduction, trials trialSet: TrialSet, single: Bool = false,
    noise: Double = 0, observer: some Observer = SilentObserver()
  ) throws(StudyError) {
    let imported = try subject.imported()
    let trials = trialSet.trials
    let stimulus = trials.stimulus
    try Self.checkMemory(stimulus, imported.network)
    let simulation = Simulation(
      alpha: imported.alpha,
      noise: noise > 0 ? PrivateNoise(deviation: noise, seed: trialSet.seed) : nil)
    if noise > 0 {
      observer.remark(
        .note(
          .privateNoise,
          "units of the network receive noise of SD \(text(noise)) per step; manifold and circuit take its mean effect, so "
            + "that their errors hold what the noise of \(imported.network.unitCount) units leaves in κ and z",
          values: ["noise": noise]))
    }
    let full = try StudyError.converting(about: subject.name) { try NetworkDynamics(imported.network) }
    if let start = subject.startRemark { observer.remark(start) }
    let exact = try StudyError.converting(about: subject.name) { try ManifoldDynamics(imported.network) }
    manifoldDynamics = exact
    var keeping = simulation
    keeping.keepsStates = true
    var rounded: Trajectory?
    (network, manifold, circuit, rounded) = try StudyError.converting(about: subject.name) {
      try observer.metered("simulating", total: (single ? 4 : 3) * stimulus.trials) { [keeping] meter in
        let advance: @Sendable () -> Void = { meter.advance() }
        let network = simulation.run(full, under: stimulus, progress: advance)
        try observer.check()
        let manifold = Simulation(alpha: imported.alpha, keepsStates: true)
          .run(exact, under: stimulus, progress: advance)
        try observer.check()
        let circuit = keeping.run(reduction.circuit, under: stimulus, progress: advance)
        let names = ["network", "manifold", "circuit"]
        for (name, trajectory) in zip(names, [network, manifold, circuit]) {
          try trajectory.checkFinite(of: name, subject.name)
        }
        try observer.check()
        let single =
          single
          ? simulation.run(
            try SinglePrecisionNetwork(imported.network), under: stimulus, progress: advance) : nil
        try single?.checkFinite(of: "network in single precision", subject.name)
        return (network, manifold, circuit, single)
      }
    }
    truncation =
      imported.network.denseConnectivity == nil
      ? nil
      : try StudyError.converting(about: subject.name) {
        simulation.run(try NetworkDynamics(imported.network.reduced), under: stimulus)
      }
    recordedComparison = trialSet.recorded.map { [network] recorded in
      Comparison(
        of: network.withoutLatents, against: recorded, trials: trials, scale: network.largestSize)
    }
    manifoldComparison = Comparison(of: manifold, against: network, trials: trials)
    circuitComparison = Comparison(of: circuit, against: network, trials: trials)
    singleComparison = rounded.map { [network] in Comparison(of: $0, against: network, trials: trials) }
    // Noise in the network, or a step that is not the task's, is a difference of its own.
    doubt =
      trialSet.recorded == nil && noise == 0
      ? subject.reading.flatMap { ReadingDoubt(imported, $0, trials) } : nil
    self.subject = subject
    self.imported = imported
    self.reduction = reduction
    self.trialSet = trialSet
    self.simulation = simulation
  }

  /// What the network of rank R is that stands in for a dense J, in words; `nil` where J is m nᵀ/N itself.
  public var standIn: String? { imported.network.standIn }

  /// What all dynamics leave on many long trials may not fit into memory: says so before taking it.
  private static func checkMemory(_ stimulus: Stimulus, _ network: Network) throws(StudyError) {
    let numbers = stimulus.trials * stimulus.steps
    // u, target, mask; κ and z four times, (κ, v) twice; and as much again while they are compared and written.
    let (rank, inputs, outputs) = (network.rank, network.inputCount, network.outputCount)
    let columns = inputs + 2 * outputs + 4 * (rank + outputs) + 2 * (rank + inputs)
    let (bytes, budget) = (2 * 8 * Double(columns) * Double(numbers), MemoryBudget.bytes)
    guard bytes > budget else { return }
    throw StudyError(
      .usage, "trialCount",
      "expected few enough trials for \(MemoryBudget.text(budget)), found \(stimulus.trials) of \(stimulus.steps) steps, "
        + "which need \(MemoryBudget.text(bytes))")
  }

  /// Another circuit under the same trials, with its states (κ, v).
  func simulatingWithStates(_ circuit: EffectiveCircuit) -> Trajectory {
    var simulation = simulation
    simulation.keepsStates = true
    return simulation.run(circuit, under: trials.stimulus)
  }

  /// The trials that all of them ran.
  public var trials: Trials { trialSet.trials }
  /// The circuit as it is written to circuit.json.
  public var document: CircuitFile { reduction.document }
  /// The network's file, or the name it was given.
  public var path: String { subject.name }

  /// Outputs up to which tables and figures show every one.
  public static let mostShown = 8

  /// The outputs that tables and figures show: all, or of many those that the circuit misses most.
  public var shownOutputs: [Int] {
    let errors = circuitComparison.outputs.map { Fidelity.size($0.deviation.relative) }
    guard errors.count > Self.mostShown else { return Array(errors.indices) }
    return errors.indices.sorted { (-errors[$0], $0) < (-errors[$1], $1) }.prefix(Self.mostShown).sorted()
  }

  /// Which outputs are shown, where these are not all; empty otherwise.
  public var shownNote: String {
    let count = network.outputCount
    return count > Self.mostShown
      ? "The \(Self.mostShown) of \(count) outputs that the circuit misses most." : ""
  }

  /// The performance of the full network, output by output.
  public var networkPerformance: [Performance?] {
    (0..<network.outputCount).map { Performance(of: network, trials: trials, output: $0) }
  }

  /// v, the inputs as they act inside φ at every step, row-major (B, T, K): in current form filtered like the currents.
  public var filteredInputs: [Double] {
    let layout = reduction.circuit.statistics.layout
    let drives = reduction.circuit.drives(along: circuit, under: trials.stimulus)
    return stride(from: layout.rank, to: drives.count, by: layout.driveCount).flatMap {
      drives[$0..<($0 + layout.inputCount)]
    }
  }

  /// What comparison.npz holds: inputs u and v, z and κ of all three, and target and mask where there are any.
  public var arrays: [Tensor] {
    let stimulus = trials.stimulus
    let outputs = [stimulus.trials, stimulus.steps, network.outputCount]
    let latents = [stimulus.trials, stimulus.steps, network.rank]
    let trial =
      trialSet.numbers.map { [Tensor(name: "trial", shape: [$0.count], values: $0.map(Double.init))] } ?? []
    let asked = [stimulus.trials, stimulus.steps, trials.outputs]
    let wanted = [("target", trials.target), ("mask", trials.mask)].filter { !$0.1.isEmpty }.map {
      Tensor(name: $0.0, shape: asked, values: $0.1)
    }
    return trial + [
      Tensor(
        name: "u", shape: [stimulus.trials, stimulus.steps, stimulus.channels], values: stimulus.values),
      Tensor(name: "z_network", shape: outputs, values: network.outputs),
      Tensor(name: "z_manifold", shape: outputs, values: manifold.outputs),
      Tensor(name: "z_circuit", shape: outputs, values: circuit.outputs),
      Tensor(name: "kappa_network", shape: latents, values: network.kappa),
      Tensor(name: "kappa_manifold", shape: latents, values: manifold.kappa),
      Tensor(name: "kappa_circuit", shape: latents, values: circuit.kappa),
      Tensor(
        name: "v", shape: [stimulus.trials, stimulus.steps, stimulus.channels], values: filteredInputs),
    ] + wanted
  }
}

extension Trajectory {
  /// A simulation that ran away is a failure, not a result.
  package func checkFinite(of name: String, _ subject: String) throws(StudyError) {
    guard outputs.allSatisfy(\.isFinite), kappa.allSatisfy(\.isFinite) else {
      throw StudyError(
        .software, subject,
        "expected a bounded simulation of the \(name), found values that are not finite: look at `alpha`, "
          + "`scaling` and the size of the inputs")
    }
  }
}
