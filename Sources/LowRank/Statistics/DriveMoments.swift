// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Population {
  /// Mean and variance of the units' drive x = Σ_j q_j y_j at a point q of the drives y = (m, I, …), and what they are
  /// made of:
  ///
  ///     μ = Σ_j ȳ_j q_j      h = C q on the drives      Δ² = qᵀC q = h·q
  ///
  /// - Parameters:
  ///   - q: one coefficient for each drive of the layout, in its order; missing ones at the end count as zero.
  ///   - products: receives h.
  package func moments(along q: [Double], products: inout [Double]) -> (mean: Double, variance: Double) {
    let first = layout.weightCount
    let count = q.count
    var (mean, variance) = (0.0, 0.0)
    for j in 0..<count {
      var row = 0.0
      for k in 0..<count { row += covariance[first + j, first + k] * q[k] }
      products[j] = row
      mean += self.mean[first + j] * q[j]
      variance += row * q[j]
    }
    return (mean, variance)
  }

  /// The same without the products.
  package func moments(along q: [Double]) -> (mean: Double, variance: Double) {
    var products = [Double](repeating: 0, count: q.count)
    return moments(along: q, products: &products)
  }

  /// The covariance Σ_j σ_aj q_j of a weight with the drive at q.
  ///
  /// - Parameter weight: 0..<(R + O), n first.
  package func coupling(of weight: Int, along q: [Double]) -> Double {
    let first = layout.weightCount
    return q.indices.reduce(0) { $0 + covariance[weight, first + $1] * q[$1] }
  }
}
