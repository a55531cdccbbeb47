// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How many dimensions the activity of a network fills, and how much of it lies in the span of m and I.
///
/// Activations x = m κ + I v lie in that span entirely when x(0) does, so that R + K components explain all of their
/// variance. Rates φ(x) bend out of it; how much is what an experiment that records rates would see.
public struct ActivityDimensions: Sendable, Hashable {
  /// Components of the activity around its mean; directions as many as were asked for.
  public let components: PrincipalComponents
  /// Share of the variance inside the span of the columns of [m I].
  public let insideSpan: Double
  /// Share of the variance inside the span of the columns of m alone.
  public let insideM: Double

  /// Where points are more than this and units, too, so many are drawn at random: the eigensystem has to be paid for.
  public static let mostPoints = 600

  /// The dimensions of some activity.
  ///
  /// - Parameters:
  ///   - values: x or φ of some points, row-major (P, N).
  ///   - network: the network, for N, m and I.
  ///   - keeping: how many components are computed.
  ///   - seed: of the choice of points, where there are too many.
  /// - Throws: `LinearAlgebraError` when a value is not finite or GSL fails.
  public init(
    of values: [Double], in network: Network, keeping: Int = 0, seed: UInt64 = 0
  ) throws(LinearAlgebraError) {
    let units = network.unitCount
    precondition(values.count % units == 0, "one value per unit and point")
    var points = values
    let count = values.count / units
    if min(count, units) > Self.mostPoints {
      var stream = RandomStream(seed: seed)
      points = stream.sample(Self.mostPoints, below: count).flatMap {
        values[($0 * units)..<(($0 + 1) * units)]
      }
    }
    components = try PrincipalComponents(of: points, width: units, keeping: keeping)
    let centre = components.centre
    func inside(_ span: Matrix) throws(LinearAlgebraError) -> Double {
      let axes = try SingularValueDecomposition(of: span)
      let cut = 1e-12 * (axes.singularValues.first ?? 0)
      var (square, total) = (0.0, 0.0)
      var deviation = [Double](repeating: 0, count: units)
      for point in 0..<(points.count / units) {
        for i in 0..<units {
          deviation[i] = points[point * units + i] - centre[i]
          total += deviation[i] * deviation[i]
        }
        for (axis, size) in axes.singularValues.enumerated() where size > cut {
          let along = zip(axes.u.column(axis), deviation).reduce(0) { $0 + $1.0 * $1.1 }
          square += along * along
        }
      }
      return total > 0 ? square / total : 0
    }
    insideSpan = try inside(network.m.appending(columnsOf: network.inputs))
    insideM = try inside(network.m)
  }

  /// Activations and rates of a network under some trials, all steps of all of them.
  ///
  /// So few trials are simulated that their states fit into half a gigabyte; the first ones.
  ///
  /// - Throws: `LinearAlgebraError` when numerics fail, also when the simulation runs away.
  public static func activationsAndRates(
    of network: Network, under stimulus: Stimulus, alpha: Double, keeping: Int = 0, seed: UInt64 = 0
  ) throws(LinearAlgebraError) -> (activations: ActivityDimensions, rates: ActivityDimensions, trials: Int) {
    let most = max(1, (1 << 26) / max(1, stimulus.steps * network.unitCount))
    let part = Trials(stimulus: stimulus).prefix(most).stimulus
    let dynamics = try NetworkDynamics(network)
    let run = Simulation(alpha: alpha, keepsStates: true).run(dynamics, under: part)
    let (activations, rates) = dynamics.activationsAndRates(of: run, under: part)
    return (
      try ActivityDimensions(of: activations, in: network, keeping: keeping, seed: seed),
      try ActivityDimensions(of: rates, in: network, keeping: keeping, seed: seed), part.trials
    )
  }
}
