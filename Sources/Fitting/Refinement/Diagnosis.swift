// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How far a circuit's populations are from clusters of the network's units, and how well conditioned they are.
public struct Diagnosis: Sendable, Hashable {
  /// RMS distance of the populations' means and covariance factors of (m, I) from the clusters', in SDs of the loadings.
  public let momentDistance: Double
  /// How far the overall mean Σ_p α_p mean_p of each vector is from the network's own, in SDs over units; in the order of
  /// `LoadingLayout.vectors`.
  public let meanDistances: [Double]
  /// The largest of them for an m or n.
  public let meanDistance: Double
  /// Relative change of the coupling α_p cov_p((m, I), (n, w)) from the clusters' (root of the ratio of squared norms).
  public let couplingChange: Double
  /// E[a²] of the circuit over the network's, for n and then w (of more than eight outputs, of the few sums of them that
  /// were fitted). Above about 5 the circuit needs weights that the network
  /// does not have, and should be rejected.
  public let weightSquareRatios: [Double]
  /// Condition number of each population's covariance of (m, I); infinite when it is singular.
  public let conditions: [Double]

  /// Whether w of these ratios are the sums of outputs that stand for many.
  public let isOfSums: Bool

  /// Whether some E[a²] is more than five times the network's.
  public var isExcessive: Bool { weightSquareRatios.contains { $0 > 5 } }

  init(
    _ fit: RefinementFit, of statistics: ConnectivityStatistics, data: TrainingData, isOfSums: Bool = false
  ) {
    self.isOfSums = isOfSums
    let shape = fit.parameters.shape
    var distance = 0.0
    for p in 0..<shape.populations {
      for (j, (new, old)) in zip(fit.parameters.mean(p), fit.origin.mean(p)).enumerated() {
        distance += (new - old) * (new - old) / (data.driveScale[j] * data.driveScale[j])
      }
      let (new, old) = (fit.parameters.factor(p), fit.origin.factor(p))
      for j in 0..<shape.drives {
        for k in 0...j {
          let difference = (new[j, k] - old[j, k]) / data.driveScale[j]
          distance += difference * difference
        }
      }
    }
    momentDistance = (distance / Double(max(shape.moments, 1))).squareRoot()
    let means = OverallMeans(of: statistics)
    meanDistances = data.means.distances(to: means)
    meanDistance = data.means.distance(to: means)
    var change = 0.0
    var size = 0.0
    let weights = shape.weights
    for (new, old) in zip(statistics.populations, fit.clusters.populations) {
      for a in 0..<weights {
        for j in weights..<data.layout.count {
          let before = old.fraction * old.covariance[a, j]
          let difference = new.fraction * new.covariance[a, j] - before
          change += difference * difference / data.weightSquares[a]
          size += before * before / data.weightSquares[a]
        }
      }
    }
    couplingChange = change == 0 ? 0 : (change / size).squareRoot()
    weightSquareRatios = zip(statistics.weightSquares, data.weightSquares).map { $0 / $1 }
    conditions = statistics.populations.map { population in
      let block = Matrix(rows: shape.drives, columns: shape.drives) {
        population.covariance[weights + $0, weights + $1]
      }
      guard let values = try? block.symmetricEigensystem().values, let largest = values.last,
        let smallest = values.first, smallest > 0
      else { return .infinity }
      return largest / smallest
    }
  }
}
