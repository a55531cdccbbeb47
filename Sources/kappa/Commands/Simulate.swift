// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import NetworkFiles
import Report
import Studies

/// `kappa simulate`: one dynamics alone.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Run one dynamics alone: a network, its exact manifold, or a circuit.",
    discussion: """
      Writes z (B, T, O) and kappa (B, T, R) and, with --states, x (B, T, N) to an .npz file. Values of step t are \
      read after the update with u_t; --last-steps keeps the end of every trial alone. A circuit file is simulated as a circuit.
      """)

  /// Which dynamics.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case network, manifold, circuit
  }

  @Argument(help: ArgumentHelp("A network (.npz, .pt, .pth) or a circuit (.json).", valueName: "network"))
  var input: String

  @OptionGroup(title: "Trials") var running: TrialOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Option(help: "network, manifold or circuit. (default: circuit for a circuit file, else network)")
  var dynamics: Kind?

  @Option(
    help: "Arithmetic of the full network's units, double or single: single is two to three times as fast.")
  var precision = Precision.double

  @Option(help: "Standard deviation of each unit's private noise, per Euler step.")
  var noise = 0.0

  @Option(help: "How many threads. (default: all cores; results do not depend on it)")
  var threads: Int?

  @Flag(help: "Keep the states x (B, T, N), too.")
  var states = false

  @Option(help: "Keep only this many steps of every trial, the last ones. (default: all)")
  var lastSteps: Int?

  @Flag(help: "Insist on the network file's initial state, at which trials start where the file has one.")
  var initialState = false

  @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The file to write.", valueName: "out.npz"))
  var output: String

  func validate() throws {
    try running.require()
    guard noise >= 0, noise.isFinite else {
      throw ValidationError("--noise: expected a standard deviation of at least 0, found \(noise).")
    }
    if let lastSteps, lastSteps < 1 {
      throw ValidationError("--last-steps: expected at least 1, found \(lastSteps).")
    }
    if let threads, threads < 1 { throw ValidationError("--threads: expected at least 1, found \(threads).") }
  }

  func run() throws {
    try OutputPath.check(output, against: [input, running.trials])
    if precision == .single, input.hasSuffix(".json") || dynamics ?? .network != .network {
      throw Failure(
        .usage,
        "--precision single: expected the full network, found a \(input.hasSuffix(".json") ? "circuit" : (dynamics ?? .network).rawValue): the reduced dynamics are double only"
      )
    }
    if input.hasSuffix(".json") {
      let document = try CircuitFile.read(input)
      try reading.request.refuseForCircuit(input)
      if initialState {
        throw Failure(
          .usage, "--initial-state: expected a network file, which may hold one, found the circuit \(input)")
      }
      if let dynamics, dynamics != .circuit {
        throw Failure(
          .usage, "\(input): expected a network for --dynamics \(dynamics.rawValue), found a circuit file")
      }
      try simulate(document.circuit, alpha: reading.stepSize ?? document.alpha)
      return
    }
    let imported = try reading.load(input)
    try checkStart(imported)
    switch dynamics ?? .network {
    case .network where precision == .single:
      try simulate(SinglePrecisionNetwork(imported.network), alpha: imported.alpha)
    case .network:
      try simulate(NetworkDynamics(imported.network), alpha: imported.alpha)
    case .manifold:
      try simulate(ManifoldDynamics(imported.network), alpha: imported.alpha)
    case .circuit:
      try simulate(CircuitFile.moments(of: imported, path: input).circuit, alpha: imported.alpha)
    }
  }

  /// Says where trials start: every dynamics of a network begins at the file's own state, where it has one.
  private func checkStart(_ imported: ImportedNetwork) throws {
    if imported.initialState != nil {
      Console.note("\(input): trials start at the file's initial state")
    } else if initialState {
      throw Failure(
        .badData, "\(input): expected an initial state (h0) for --initial-state, found none or zero")
    }
  }

  private func simulate(_ dynamics: some Dynamics, alpha: Double) throws {
    if states, dynamics is ManifoldDynamics || dynamics is EffectiveCircuit {
      throw Failure(
        .usage, "--states: expected the dynamics of a network, whose states are x, found a reduced one")
    }
    let run = try running.load(
      inputs: dynamics.inputCount, outputs: dynamics.outputCount, network: input, alpha: alpha)
    let stimulus = run.trials.stimulus
    try checkMemory(stimulus, dynamics)
    let simulation = Simulation(
      alpha: alpha, noise: noise > 0 ? PrivateNoise(deviation: noise, seed: running.seed) : nil,
      keepsStates: states, keptSteps: lastSteps, threads: threads)
    let progress = CountProgress("simulating", total: stimulus.trials)
    let trajectory = simulation.run(dynamics, under: stimulus) { progress.advance() }
    progress.finish()
    guard trajectory.outputs.allSatisfy(\.isFinite), trajectory.kappa.allSatisfy(\.isFinite) else {
      throw Failure(
        .software,
        "\(input): expected a bounded simulation, found values that are not finite: "
          + "look at --alpha, --scaling and the size of the inputs")
    }
    var arrays = [
      Tensor(
        name: "z", shape: [stimulus.trials, trajectory.steps, dynamics.outputCount],
        values: trajectory.outputs),
      Tensor(
        name: "kappa", shape: [stimulus.trials, trajectory.steps, dynamics.rank], values: trajectory.kappa),
    ]
    if let states = trajectory.states {
      arrays.append(
        Tensor(
          name: "x", shape: [stimulus.trials, trajectory.steps, dynamics.recordedDimension], values: states))
    }
    try NPZFile.write(arrays, to: output)
    let kept = trajectory.steps < stimulus.steps ? ", the last \(trajectory.steps) kept" : ""
    Console.print(
      "\(stimulus.trials) trials of \(stimulus.steps) steps\(kept), \(run.source), α = \(text(alpha)): "
        + "wrote \(Console.plain(output))")
  }

  /// States of a large network over many trials do not fit into memory: say so before taking it.
  private func checkMemory(_ stimulus: Stimulus, _ dynamics: some Dynamics) throws {
    guard states else { return }
    let steps = min(lastSteps ?? stimulus.steps, stimulus.steps)
    let (perTrial, overflow) = steps.multipliedReportingOverflow(by: dynamics.recordedDimension * 8)
    let (bytes, tooMany) = perTrial.multipliedReportingOverflow(by: stimulus.trials)
    if overflow || tooMany || bytes > 16 << 30 {
      throw Failure(
        .usage,
        "--states: expected at most 16 GiB of states, found \(stimulus.trials) × \(steps) × "
          + "\(dynamics.recordedDimension) numbers: take fewer trials, or keep fewer steps with --last-steps")
    }
  }
}
