// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension Uncertainty {
  /// Intervals of all means and covariances: per population the D means, then the lower triangle of C row by row.
  public static func moments(
    of network: Network, source: Source, labels: [Int]? = nil, replicates: Int = 500, seed: UInt64,
    threads: Int? = nil, progress: (@Sendable () -> Void)? = nil
  ) throws -> Uncertainty {
    try Uncertainty(
      of: network, source: source, labels: labels, replicates: replicates, seed: seed, threads: threads,
      progress: progress
    ) { sample, labels in
      try ConnectivityStatistics(of: sample, labels: labels).populations.flatMap { population in
        population.mean
          + population.covariance.columnsOfLowerTriangle
      }
    }
  }

  /// Intervals of κ (B, T, R) and z (B, T, O), all of κ first.
  ///
  /// A bootstrap runs the circuits of resampled units: how well the units determine the ensemble's trajectories. A redraw
  /// runs the exact manifolds of redrawn networks: where another network of the same statistics would go.
  public static func trajectories(
    of network: Network, source: Source, labels: [Int]? = nil, stimulus: Stimulus, alpha: Double,
    replicates: Int = 200, seed: UInt64, threads: Int? = nil, progress: (@Sendable () -> Void)? = nil
  ) throws -> Uncertainty {
    let simulation = Simulation(alpha: alpha, threads: 1)
    return try Uncertainty(
      of: network, source: source, labels: labels, replicates: replicates, seed: seed, threads: threads,
      progress: progress
    ) { sample, labels in
      let run =
        switch source {
        case .bootstrap: simulation.run(try EffectiveCircuit(of: sample, labels: labels), under: stimulus)
        case .redraw: simulation.run(try ManifoldDynamics(sample), under: stimulus)
        }
      return run.kappa + run.outputs
    }
  }
}

extension Matrix {
  /// Elements on and below the diagonal, row by row.
  fileprivate var columnsOfLowerTriangle: [Double] {
    (0..<rows).flatMap { i in (0...i).map { self[i, $0] } }
  }
}
