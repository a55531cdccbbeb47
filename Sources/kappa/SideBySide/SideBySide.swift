import LowRank
import NetworkFiles

/// The full network, its exact manifold and its circuit under the same trials: what `compare` and `distill` share.
struct SideBySide {
  /// The network's file.
  let path: String
  let imported: ImportedNetwork
  let document: CircuitFile
  let trials: Trials
  /// Which of a file's trials they are, counted from 0, where they are not all of them.
  let numbers: [Int]?
  let network: Trajectory
  let manifold: Trajectory
  let circuit: Trajectory
  let simulation: Simulation
  /// The manifold against the network: rounding, if everything is right.
  let manifoldComparison: Comparison
  /// The circuit against the network: non-Gaussian loadings and finite N.
  let circuitComparison: Comparison
  /// The network in single precision against itself in double, where that was asked for.
  let singleComparison: Comparison?

  /// Simulates all three, and with `single` the network once more in single precision.
  init(
    _ imported: ImportedNetwork, path: String, circuit document: CircuitFile, trials run: RunTrials,
    single: Bool = false
  ) throws {
    let trials = run.trials
    numbers = run.numbers
    self.path = path
    self.imported = imported
    self.document = document
    self.trials = trials
    simulation = Simulation(alpha: imported.alpha)
    let count = trials.stimulus.trials
    let progress = Progress("simulating", total: (single ? 4 : 3) * count)
    defer { progress.finish() }
    let advance: @Sendable () -> Void = { progress.advance() }
    let full = try NetworkDynamics(imported.network)
    if !full.determinesLatents {
      Console.warn(
        "\(path): the columns of [m I] are linearly dependent, so that x does not determine κ: compare z, not κ"
      )
    }
    if imported.initialState != nil {
      Console.warn("\(path): the file's initial state is not used; all trials start from x(0) = 0")
    }
    network = simulation.run(full, under: trials.stimulus, progress: advance)
    manifold = simulation.run(
      try ManifoldDynamics(imported.network), under: trials.stimulus, progress: advance)
    circuit = simulation.run(
      document.circuit, under: trials.stimulus, progress: advance)
    for (name, trajectory) in [("network", network), ("manifold", manifold), ("circuit", circuit)] {
      try checkFinite(trajectory, of: name, path: path)
    }
    manifoldComparison = Comparison(of: manifold, against: network, trials: trials)
    circuitComparison = Comparison(of: circuit, against: network, trials: trials)
    guard single else {
      singleComparison = nil
      return
    }
    let rounded = simulation.run(
      try SinglePrecisionNetwork(imported.network), under: trials.stimulus, progress: advance)
    try checkFinite(rounded, of: "network in single precision", path: path)
    singleComparison = Comparison(of: rounded, against: network, trials: trials)
  }

  /// The performance of the full network, output by output.
  var networkPerformance: [Performance?] {
    (0..<network.outputCount).map { Performance(of: network, trials: trials, output: $0) }
  }

  /// The arrays of OUT.npz.
  var arrays: [Tensor] {
    let stimulus = trials.stimulus
    let outputs = [stimulus.trials, stimulus.steps, network.outputCount]
    let latents = [stimulus.trials, stimulus.steps, network.rank]
    let trial = numbers.map { [Tensor(name: "trial", shape: [$0.count], values: $0.map(Double.init))] } ?? []
    return trial + [
      Tensor(
        name: "u", shape: [stimulus.trials, stimulus.steps, stimulus.channels], values: stimulus.values),
      Tensor(name: "z_network", shape: outputs, values: network.outputs),
      Tensor(name: "z_manifold", shape: outputs, values: manifold.outputs),
      Tensor(name: "z_circuit", shape: outputs, values: circuit.outputs),
      Tensor(name: "kappa_network", shape: latents, values: network.kappa),
      Tensor(name: "kappa_manifold", shape: latents, values: manifold.kappa),
      Tensor(name: "kappa_circuit", shape: latents, values: circuit.kappa),
    ]
  }
}

/// A simulation that ran away is a failure, not a result.
func checkFinite(_ trajectory: Trajectory, of name: String, path: String) throws {
  guard trajectory.outputs.allSatisfy(\.isFinite), trajectory.kappa.allSatisfy(\.isFinite) else {
    throw Failure(
      .software,
      "\(path): expected a bounded simulation of the \(name), found values that are not finite: look at --alpha, "
        + "--scaling and the size of the inputs")
  }
}
