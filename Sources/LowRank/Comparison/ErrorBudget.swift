/// Where the distance between a network and its Gaussian circuit comes from, one assumption at a time.
///
/// The ladder full network → exact manifold → circuit → without means → without cross terms shows what each
/// assumption costs.
public struct ErrorBudget: Sendable, Hashable {
  /// A rung of the ladder.
  public struct Stage: Sendable, Hashable {
    /// What is simulated, e.g. `without means`.
    public let name: String
    /// Its errors against the full network.
    public let comparison: Comparison
    /// RMS difference of each output from the rung above, relative to the network's RMS: the cost of this assumption.
    public let costs: [Double]
  }

  /// The rungs, from the exact manifold down.
  public let stages: [Stage]

  /// Computes the ladder.
  ///
  /// - Parameters:
  ///   - network: the full network's trajectory.
  ///   - manifold: the exact manifold's.
  ///   - circuit: the circuit's.
  ///   - dynamics: the circuit itself, whose means and cross terms are then left out.
  ///   - trials: the trials that all of them ran.
  ///   - simulation: α and the like; the same for all.
  public init(
    network: Trajectory, manifold: Trajectory, circuit: Trajectory, of dynamics: EffectiveCircuit,
    trials: Trials, simulation: Simulation
  ) {
    var ladder = [("exact manifold", manifold), ("Gaussian circuit", circuit)]
    let bare = dynamics.statistics.withoutMeans
    for (name, statistics) in [
      ("without means", bare), ("without cross terms in Δ", bare.withoutCrossTerms),
    ] {
      let reduced = EffectiveCircuit(statistics, settings: dynamics.settings)
      ladder.append((name, simulation.run(reduced, under: trials.stimulus)))
    }
    var above = network
    var stages: [Stage] = []
    for (name, trajectory) in ladder {
      let costs = (0..<network.outputCount).map { output in
        relativeStep(from: above, to: trajectory, scale: network, output: output)
      }
      stages.append(
        Stage(
          name: name, comparison: Comparison(of: trajectory, against: network, trials: trials), costs: costs))
      above = trajectory
    }
    self.stages = stages
  }
}

private func relativeStep(from a: Trajectory, to b: Trajectory, scale: Trajectory, output: Int) -> Double {
  var square = 0.0
  var size = 0.0
  for i in stride(from: output, to: a.outputs.count, by: a.outputCount) {
    square += (a.outputs[i] - b.outputs[i]) * (a.outputs[i] - b.outputs[i])
    size += scale.outputs[i] * scale.outputs[i]
  }
  return square == 0 ? 0 : (square / size).squareRoot()
}
