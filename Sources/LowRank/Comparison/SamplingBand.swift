// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// What the circuit's error would be if the network's loadings really were Gaussian: the part that finite N explains.
///
/// Networks redrawn from the circuit's own Gaussian mixture, with as many units, are Gaussian by construction. Each of
/// them gets a circuit of its own moments, exactly as the network did, so that what its circuit misses comes from finite
/// N alone. An error inside the band needs no other explanation; one above it means that the loadings are not the
/// Gaussian mixture the circuit takes them for. (Comparing redrawn networks with the *original* circuit would add the
/// sampling error of the covariances, which a circuit made of a network's own moments does not have.)
public struct SamplingBand: Sendable, Hashable {
  /// How many networks were redrawn.
  public let redraws: Int
  /// How many trials each of them ran.
  public let trials: Int
  /// Quantiles of the relative error of the redrawn networks' own circuits, per output.
  public let relative: [Quantiles]
  /// The circuit's relative error against the network itself on the same trials, per output.
  public let observed: [Double]

  /// 5 %, 50 % and 95 % of a sample.
  public struct Quantiles: Sendable, Hashable {
    /// 5 %.
    public let lower: Double
    /// 50 %.
    public let median: Double
    /// 95 %.
    public let upper: Double

    /// Quantiles of a sample that is not empty, interpolated linearly.
    public init(of values: [Double]) {
      precondition(!values.isEmpty, "an empty sample has no quantiles")
      let sorted = values.sorted()
      lower = sorted.quantile(0.05)
      median = sorted.quantile(0.5)
      upper = sorted.quantile(0.95)
    }
  }

  /// Whether finite N alone explains the error of an output.
  public func explains(output: Int) -> Bool { observed[output] <= relative[output].upper }

  /// Draws networks and runs them.
  ///
  /// - Parameters:
  ///   - circuit: the circuit whose mixture is drawn from.
  ///   - units: N of the redrawn networks.
  ///   - network: the full network's trajectory.
  ///   - reduced: the circuit's trajectory of the same trials.
  ///   - trials: the trials of both trajectories.
  ///   - limit: at most so many trials are run.
  ///   - simulation: α and the like.
  ///   - redraws: how many networks are drawn.
  ///   - seed: redraw k uses stream k.
  ///   - progress: called once per redraw.
  /// - Throws: `LinearAlgebraError` when no units can have the circuit's covariances.
  public init(
    of circuit: EffectiveCircuit, units: Int, network: Trajectory, reduced: Trajectory, trials: Trials,
    limit: Int = 100, simulation: Simulation, redraws: Int = 40, seed: UInt64,
    progress: (@Sendable () -> Void)? = nil
  ) throws(LinearAlgebraError) {
    precondition(redraws > 0 && limit > 0, "a band needs at least one redraw and one trial")
    let part = trials.prefix(limit)
    let reference = reduced.prefix(part.stimulus.trials)
    var errors = [[Double]](repeating: [], count: circuit.outputCount)
    for redraw in 0..<redraws {
      var stream = RandomStream(seed: seed, purpose: .redraws, stream: UInt64(redraw))
      let sample = try circuit.statistics.redraw(
        units: units, settings: circuit.settings, stream: &stream)
      let exact = simulation.run(try ManifoldDynamics(sample), under: part.stimulus)
      let own = simulation.run(try ownCircuit(of: sample, like: circuit), under: part.stimulus)
      let comparison = Comparison(of: own, against: exact, trials: part)
      // A redrawn network may run away, as unbounded φ allow; it then says nothing about the others.
      for (o, output) in comparison.outputs.enumerated() where output.deviation.relative.isFinite {
        errors[o].append(output.deviation.relative)
      }
      progress?()
    }
    if let kept = errors.map(\.count).min(), kept == 0 {
      throw LinearAlgebraError(operation: "sampling band", reason: "every redrawn network ran away")
    }
    self.redraws = errors.map(\.count).min() ?? redraws
    self.trials = part.stimulus.trials
    relative = errors.map(Quantiles.init)
    observed = Comparison(of: reference, against: network.prefix(self.trials), trials: part)
      .outputs.map(\.deviation.relative)
  }
}

/// The circuit of a redrawn network's own moments; its units stand population by population.
private func ownCircuit(
  of sample: Network, like circuit: EffectiveCircuit
) throws(LinearAlgebraError) -> EffectiveCircuit {
  let labels = circuit.statistics.shares(of: sample.unitCount).enumerated().flatMap { index, size in
    [Int](repeating: index, count: size)
  }
  do {
    return try EffectiveCircuit(of: sample, labels: labels)
  } catch {
    throw LinearAlgebraError(operation: "moments of a redrawn network", reason: error.description)
  }
}
