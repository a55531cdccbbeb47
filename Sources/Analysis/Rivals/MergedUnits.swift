// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank

extension ConnectivityStatistics {
  /// The rival of merging similar units: k-means of all loadings, and one average unit in the place of each cluster.
  ///
  /// It is a circuit whose populations have means and no covariances. With `clusters` = P it has as many populations as
  /// a circuit of P Gaussians; `mergingMatch` says how many clusters have as many parameters.
  ///
  /// - Throws: `ShapeError` never for a valid network; it is what the moments of labelled units may throw.
  public static func merging(
    _ network: Network, clusters: Int, stream: inout RandomStream
  ) throws(ShapeError) -> ConnectivityStatistics {
    let labels = KMeans(network.loadings.standardised, clusters: clusters, stream: &stream).labels
    let whole = try ConnectivityStatistics(of: network, labels: labels)
    let width = whole.layout.count
    return ConnectivityStatistics(
      layout: whole.layout, unitCount: whole.unitCount,
      populations: whole.populations.map {
        Population(
          layout: $0.layout, fraction: $0.fraction, mean: $0.mean,
          covariance: Matrix(rows: width, columns: width))
      })
  }

  /// How many merged units have as many parameters as a circuit of P populations of this layout: P populations carry
  /// D + D(D+1)/2 moments of the drives and (1 + D)(R + O) of the weights, a merged unit its D + R + O means and a fraction.
  public static func mergingMatch(populations: Int, layout: LoadingLayout) -> Int {
    let (drives, weights) = (layout.driveCount, layout.weightCount)
    let own = drives + drives * (drives + 1) / 2 + (1 + drives) * weights
    return (populations * own + drives + weights) / (drives + weights + 1)
  }
}
