// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A circuit as the fit sees it: one vector of coefficients and moments, with the fractions it came with.
struct CircuitParameters: Sendable {
  let shape: CircuitShape
  /// α_p. The dynamics do not determine them; they stay those of the clusters.
  let fractions: [Double]
  /// c, then θ, in the order of `CircuitShape`.
  var values: [Double]

  var coefficients: ArraySlice<Double> { values[..<shape.coefficients] }
  var moments: ArraySlice<Double> { values[shape.coefficients...] }

  /// The same with P = the circuit's populations, from statistics.
  ///
  /// Covariances of the drives get `floor` times their mean variance over all units on the diagonal, so that the
  /// factor exists for populations that are flat in some direction. Drives that are the same in every unit get none.
  init(
    _ statistics: ConnectivityStatistics, transfer: TransferFunction, biasReachesReadout: Bool,
    floor: Double = 1e-4
  ) throws(LinearAlgebraError) {
    let layout = statistics.layout
    var shape = CircuitShape(
      layout: layout, populations: statistics.populations.count, biasReachesReadout: biasReachesReadout,
      transfer: transfer)
    shape.constantDrives = statistics.constantDrives
    self.shape = shape
    fractions = statistics.populations.map(\.fraction)
    values = [Double](repeating: 0, count: shape.parameters)
    let (first, drives) = (layout.weightCount, layout.driveCount)
    let spread = statistics.overallDriveVariance
    let mean = spread.reduce(0, +) / Double(max(drives, 1))
    let lift = max(floor * mean, 1e-300)
    for (p, population) in statistics.populations.enumerated() {
      let factor = try Matrix(rows: drives, columns: drives) {
        population.covariance[first + $0, first + $1] + ($0 == $1 ? lift : 0)
      }.choleskyFactor()
      let theta = shape.coefficients + shape.momentOffset(p)
      for j in 0..<drives {
        values[theta + j] = population.mean[first + j]
        for k in 0...j where !shape.constantDrives.contains(j) {
          values[theta + shape.factorOffset(j, k)] = factor[j, k]
        }
      }
      for a in 0..<layout.weightCount {
        let base = a * shape.basis + p * (1 + drives)
        values[base] = population.fraction * population.mean[a]
        // d = α L⁻¹ cov, by forward substitution.
        for k in 0..<drives {
          var rest = population.fraction * population.covariance[first + k, a]
          for j in 0..<k { rest -= factor[k, j] * values[base + 1 + j] }
          values[base + 1 + k] = rest / factor[k, k]
        }
      }
    }
  }

  /// ȳ of the drives of a population.
  func mean(_ population: Int) -> ArraySlice<Double> {
    let start = shape.coefficients + shape.momentOffset(population)
    return values[start..<(start + shape.drives)]
  }

  /// L of a population.
  func factor(_ population: Int) -> Matrix {
    let start = shape.coefficients + shape.momentOffset(population)
    return Matrix(rows: shape.drives, columns: shape.drives) {
      $0 >= $1 ? values[start + shape.factorOffset($0, $1)] : 0
    }
  }

  /// c_p0 and d_p of a weight.
  func coefficients(_ population: Int, weight: Int) -> ArraySlice<Double> {
    let start = weight * shape.basis + population * (1 + shape.drives)
    return values[start..<(start + 1 + shape.drives)]
  }
}

extension ConnectivityStatistics {
  /// Variance of each drive (m, I, b) over all units, whatever their population.
  var overallDriveVariance: [Double] {
    (layout.weightCount..<layout.count).map { j in
      let mean = populations.reduce(0) { $0 + $1.fraction * $1.mean[j] }
      let square = populations.reduce(0) {
        $0 + $1.fraction * ($1.covariance[j, j] + ($1.mean[j] - mean) * ($1.mean[j] - mean))
      }
      return square
    }
  }

  /// Drives whose values are the same in every unit, to rounding.
  var constantDrives: Set<Int> {
    let variances = overallDriveVariance
    return Set(
      variances.indices.filter { j in
        let largest = populations.reduce(0) { max($0, abs($1.mean[layout.weightCount + j])) }
        return variances[j] <= 1e-24 * largest * largest
      })
  }

  /// E[a²] of each weight (n, w) over all units.
  package var weightSquares: [Double] {
    (0..<layout.weightCount).map { a in
      populations.reduce(0) {
        $0 + $1.fraction * ($1.covariance[a, a] + $1.mean[a] * $1.mean[a])
      }
    }
  }
}
