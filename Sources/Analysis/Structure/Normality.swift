// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LibC
import LowRank

/// Whether loadings look like one multivariate Gaussian: Mardia's skewness and kurtosis (1970), and the excess kurtosis of
/// each vector.
public struct Normality: Sendable, Hashable {
  /// Columns that Mardia's tests are about, D of them: a constant column and one that is a combination of others have no
  /// place in an inverted covariance.
  public let columns: [Int]
  /// b₁ = (1/N²) Σ_ij (x_iᵀ S⁻¹ x_j)³, zero for a Gaussian.
  public let skewness: Double
  /// b₂ = (1/N) Σ_i (x_iᵀ S⁻¹ x_i)², D(D + 2) for a Gaussian.
  public let kurtosis: Double
  /// p value of the skewness, from simulated Gaussian clouds of the same N and D; one-sided.
  public let skewnessPValue: Double
  /// p value of the kurtosis, two-sided.
  public let kurtosisPValue: Double
  /// Excess kurtosis m₄/m₂² - 3 of each column; 0 for a constant one.
  public let excessKurtosis: [Double]
  /// p value of the largest |excess kurtosis| of any column, from clouds with the rows' own covariance.
  public let excessPValue: Double
  /// Standard error of each excess kurtosis under normality, √(24/N).
  public let kurtosisError: Double

  /// Tests the rows of a table. Both statistics do not depend on mean and covariance, so that the null is a standard
  /// Gaussian cloud: finite N costs nothing.
  ///
  /// - Parameters:
  ///   - rows: (N, columns), N ≥ 3.
  ///   - simulations: number of Gaussian clouds.
  ///   - seed: simulation k draws from stream k.
  ///   - cloud: draws the rows of a null of its own; `nil` for a Gaussian.
  /// - Throws: `LinearAlgebraError` when a covariance cannot be factored.
  public init(
    _ rows: Matrix, simulations: Int = 200, seed: UInt64, cloud draw: ((inout RandomStream) -> Matrix)? = nil
  )
    throws(LinearAlgebraError)
  {
    precondition(simulations > 0, "a simulated null needs a simulation")
    let independent = IndependentColumns(of: rows)
    columns = independent.kept
    let kept = independent.select(rows)
    let (skewness, kurtosis) = try mardia(kept)
    var null: [(skewness: Double, kurtosis: Double)] = []
    for k in 0..<simulations {
      var stream = RandomStream(seed: seed, stream: UInt64(k))
      let cloud =
        draw.map { independent.select($0(&stream)) }
        ?? Matrix(rows: kept.rows, columns: kept.columns) { _, _ in stream.normal() }
      null.append(try mardia(cloud))
    }
    let count = Double(1 + simulations)
    self.skewness = skewness
    self.kurtosis = kurtosis
    skewnessPValue = (1 + Double(null.count { $0.skewness >= skewness })) / count
    let above = Double(null.count { $0.kurtosis >= kurtosis })
    let below = Double(null.count { $0.kurtosis <= kurtosis })
    kurtosisPValue = min(1, 2 * (1 + min(above, below)) / count)
    excessKurtosis = (0..<rows.columns).map { excess(rows.column($0)) }
    let largest = excessKurtosis.map(abs).max() ?? 0
    let root = try covarianceRoot(rows)
    var reached = 0
    for k in 0..<simulations {
      // Streams of their own: the clouds above stay as they are.
      var stream = RandomStream(seed: seed, stream: UInt64(1 << 32 + k))
      let white = Matrix(rows: rows.rows, columns: rows.columns) { _, _ in stream.normal() }
      let cloud = Matrix(rows: rows.rows, columns: rows.columns) { i, j in
        (0..<rows.columns).reduce(0) { $0 + white[i, $1] * root[$1, j] }
      }
      if (0..<rows.columns).contains(where: { abs(excess(cloud.column($0))) >= largest }) { reached += 1 }
    }
    excessPValue = (1 + Double(reached)) / count
    kurtosisError = (24 / Double(rows.rows)).squareRoot()
  }
}

/// A with Aᵀ A the correlations of the columns; the columns of constant ones are zero.
private func covarianceRoot(_ rows: Matrix) throws(LinearAlgebraError) -> Matrix {
  let standard = rows.standardised
  let correlations = Matrix(rows: rows.columns, columns: rows.columns) { a, b in
    zip(standard.column(a), standard.column(b)).reduce(0) { $0 + $1.0 * $1.1 } / Double(rows.rows)
  }
  let (values, vectors) = try correlations.symmetricEigensystem()
  return Matrix(rows: rows.columns, columns: rows.columns) { k, j in
    max(values[k], 0).squareRoot() * vectors[j, k]
  }
}

private func excess(_ values: ArraySlice<Double>) -> Double {
  let count = Double(values.count)
  let mean = values.reduce(0, +) / count
  let second = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let fourth = values.reduce(0) { $0 + pow($1 - mean, 4) } / count
  return second > 0 ? fourth / (second * second) - 3 : 0
}

/// Mardia's b₁ and b₂. b₁ as a sum over the D³ third moments of the whitened rows: N D³ instead of N² D operations.
private func mardia(_ rows: Matrix) throws(LinearAlgebraError) -> (skewness: Double, kurtosis: Double) {
  let (count, width) = (rows.rows, rows.columns)
  if width == 0 { return (0, 0) }
  var centred = rows
  for j in 0..<width {
    let mean = rows.column(j).reduce(0, +) / Double(count)
    for i in 0..<count { centred[i, j] -= mean }
  }
  let covariance = Matrix(rows: width, columns: width) { a, b in
    zip(centred.column(a), centred.column(b)).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
  }
  let factor = try covariance.choleskyFactor()
  var third = [Double](repeating: 0, count: width * width * width)
  var kurtosis = 0.0
  var white = [Double](repeating: 0, count: width)
  for i in 0..<count {
    var square = 0.0
    for k in 0..<width {
      var value = centred[i, k]
      for j in 0..<k { value -= factor[k, j] * white[j] }
      white[k] = value / factor[k, k]
      square += white[k] * white[k]
    }
    kurtosis += square * square
    for a in 0..<width {
      for b in 0..<width {
        let product = white[a] * white[b]
        for c in 0..<width { third[(a * width + b) * width + c] += product * white[c] }
      }
    }
  }
  let scale = 1 / Double(count)
  return (third.reduce(0) { $0 + $1 * scale * $1 * scale }, kurtosis * scale)
}
