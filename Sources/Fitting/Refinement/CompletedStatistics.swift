// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension CircuitParameters {
  /// The fit's populations as means and complete, positive semi-definite covariances.
  ///
  /// The dynamics determine the block of (m, I, b), means of n and w and their covariances with (m, I, b):
  /// cov(y, a) = L d/α. What n and w share beyond that does not act on the dynamics. Their covariance is completed as
  /// dᵀd/α², the least that is possible, plus what the clusters' n and w have besides (m, I, b): their conditional
  /// covariance, shrunk per vector just so far that E[a²] does not exceed the network's where the fit leaves room.
  /// Both parts are positive semi-definite, so the whole is. Eigenvalues of the covariance of (m, I, b) are lifted to
  /// `floor` times the clusters' mean variance, which keeps it invertible and moves Δ by less than a millionth; drives that
  /// are the same in every unit keep no variance at all.
  func statistics(
    clusters: ConnectivityStatistics, weightSquares: [Double], floor: Double = 1e-6
  ) throws(LinearAlgebraError) -> ConnectivityStatistics {
    let layout = shape.layout
    let (weights, drives) = (layout.weightCount, layout.driveCount)
    let rests = try conditionalCovariances(clusters)
    let required = leastWeightSquares
    let shrink = (0..<weights).map { a -> Double in
      let rest = (0..<fractions.count).reduce(0) { $0 + fractions[$1] * rests[$1][a, a] }
      return rest > 0 ? min(1, max(0, (weightSquares[a] - required[a]) / rest)).squareRoot() : 0
    }
    let least = floor * clusters.overallDriveVariance.reduce(0, +) / Double(max(drives, 1))
    var populations: [Population] = []
    for p in fractions.indices {
      let factor = factor(p)
      let lift = try factor.lift(to: least)
      let fraction = fractions[p]
      let d = (0..<weights).map { coefficients(p, weight: $0).dropFirst().map { $0 / fraction } }
      var mean = [Double](repeating: 0, count: layout.count)
      var covariance = Matrix(rows: layout.count, columns: layout.count)
      for a in 0..<weights { mean[a] = (coefficients(p, weight: a).first ?? 0) / fraction }
      for (j, value) in self.mean(p).enumerated() { mean[weights + j] = value }
      // One product M Mᵀ for all blocks, M = (d; L): symmetric and semi-definite to rounding.
      func row(_ i: Int) -> [Double] { i < weights ? d[i] : (0..<drives).map { factor[i - weights, $0] } }
      let rows = (0..<layout.count).map(row)
      for i in 0..<layout.count {
        for j in 0...i {
          var sum = 0.0
          for k in 0..<drives { sum += rows[i][k] * rows[j][k] }
          if i < weights { sum += shrink[i] * shrink[j] * rests[p][i, j] }
          if j >= weights, !shape.constantDrives.contains(i - weights),
            !shape.constantDrives.contains(j - weights)
          {
            sum += lift[i - weights, j - weights]
          }
          covariance[i, j] = sum
          covariance[j, i] = sum
        }
      }
      populations.append(
        Population(layout: layout, fraction: fraction, mean: mean, covariance: covariance))
    }
    return ConnectivityStatistics(layout: layout, unitCount: clusters.unitCount, populations: populations)
  }

  /// The least E[a²] that the fitted means and covariances allow, per weight: Σ_p (c_p0² + |d_p|²)/α_p.
  var leastWeightSquares: [Double] {
    (0..<shape.weights).map { a in
      fractions.indices.reduce(0) { sum, p in
        sum + coefficients(p, weight: a).reduce(0) { $0 + $1 * $1 } / fractions[p]
      }
    }
  }

  /// cov(a, b | m, I, b) of each cluster, (E, E).
  private func conditionalCovariances(_ clusters: ConnectivityStatistics) throws(LinearAlgebraError)
    -> [Matrix]
  {
    let own = try CircuitParameters(
      clusters, transfer: shape.transfer, biasReachesReadout: shape.biasReachesReadout)
    return clusters.populations.indices.map { p in
      let fraction = own.fractions[p]
      let d = (0..<shape.weights).map { own.coefficients(p, weight: $0).dropFirst().map { $0 / fraction } }
      return Matrix(rows: shape.weights, columns: shape.weights) { a, b in
        clusters.populations[p].covariance[a, b] - zip(d[a], d[b]).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
  }
}

extension Matrix {
  /// What must be added to L Lᵀ so that no eigenvalue is below `least`.
  fileprivate func lift(to least: Double) throws(LinearAlgebraError) -> Matrix {
    let product = Matrix(rows: rows, columns: rows) { i, j in
      (0..<columns).reduce(0) { $0 + self[i, $1] * self[j, $1] }
    }
    let (values, vectors) = try product.symmetricEigensystem()
    return Matrix(rows: rows, columns: rows) { i, j in
      values.indices.reduce(0) { $0 + max(0, least - values[$1]) * vectors[i, $1] * vectors[j, $1] }
    }
  }
}
