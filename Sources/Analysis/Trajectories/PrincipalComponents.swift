// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// Principal components of many points: the orthonormal directions that carry most of their variance.
///
/// The points are rows of a table (P, D), e.g. the states of all trials and steps, as simulations keep them. The
/// eigensystem is that of the smaller one of the covariance (D, D) and the Gram matrix of the points (P, P), which have
/// the same eigenvalues but for zeros.
public struct PrincipalComponents: Sendable, Hashable {
  /// λ, the variance along each component (with 1/P), in descending order; at least as many as can differ from zero.
  public let variances: [Double]
  /// The leading components as orthonormal columns, (D, as many as were asked for).
  public let directions: Matrix
  /// What was taken off every point, (D): their mean, or zero.
  public let centre: [Double]
  /// P.
  public let pointCount: Int

  /// Components of a table of points.
  ///
  /// - Parameters:
  ///   - values: the points, row-major (P, D).
  ///   - width: D.
  ///   - centred: whether the mean is taken off; without, variances are mean squares.
  ///   - keeping: how many components are computed; variances are all there in any case.
  /// - Throws: `LinearAlgebraError` when a value is not finite or GSL fails.
  public init(of values: [Double], width: Int, centred: Bool = true, keeping: Int) throws(LinearAlgebraError)
  {
    precondition(width > 0 && values.count % width == 0, "points of one width")
    let count = values.count / width
    guard count > 0 else {
      throw LinearAlgebraError(operation: "principal components", reason: "there are no points")
    }
    var centre = [Double](repeating: 0, count: width)
    if centred {
      for point in 0..<count { for d in 0..<width { centre[d] += values[point * width + d] } }
      for d in 0..<width { centre[d] /= Double(count) }
    }
    self.centre = centre
    pointCount = count
    let isWide = width > count
    let gram =
      isWide
      ? gramMatrix(rows: width, width: count) { values[$1 * width + $0] - centre[$0] }
      : gramMatrix(rows: count, width: width) { values[$0 * width + $1] - centre[$1] }
    let scale = 1 / Double(count)
    let kept = min(keeping, gram.rows)
    guard kept > 0 else {
      variances = try gram.symmetricEigenvalues().reversed().map { max($0, 0) * scale }
      directions = Matrix(rows: width, columns: 0)
      return
    }
    let (eigenvalues, vectors) = try gram.symmetricEigensystem()
    let order = Array(eigenvalues.indices.reversed())
    variances = order.map { max(eigenvalues[$0], 0) * scale }
    if !isWide {
      directions = Matrix(rows: width, columns: kept) { vectors[$0, order[$1]] }
      return
    }
    // A component is the sum of the points, weighted by an eigenvector of their Gram matrix.
    var sums = Matrix(rows: width, columns: kept)
    for k in 0..<kept {
      let size = max(eigenvalues[order[k]], 0).squareRoot()
      guard size > 0 else { continue }
      for point in 0..<count {
        let weight = vectors[point, order[k]] / size
        for d in 0..<width { sums[d, k] += weight * (values[point * width + d] - centre[d]) }
      }
    }
    directions = sums
  }

  /// Components of points Σ_j q_j y_j given by their coordinates q in any basis y, whatever the dimension of y is.
  ///
  /// - Parameters:
  ///   - coordinates: row-major (P, d).
  ///   - basis: the columns y, (D, d); they need not be orthogonal.
  public init(
    of coordinates: [Double], in basis: Matrix, centred: Bool = true, keeping: Int
  ) throws(LinearAlgebraError) {
    let width = basis.columns
    let axes = try SingularValueDecomposition(of: basis)
    let rank = axes.singularValues.count
    // y = U S Vᵀ: the coordinates along the orthonormal U are S Vᵀ q.
    let points = coordinates.count / max(width, 1)
    var along = [Double](repeating: 0, count: points * rank)
    for point in 0..<points {
      for i in 0..<rank {
        var value = 0.0
        for j in 0..<width { value += axes.v[j, i] * coordinates[point * width + j] }
        along[point * rank + i] = axes.singularValues[i] * value
      }
    }
    let inner = try PrincipalComponents(of: along, width: rank, centred: centred, keeping: keeping)
    variances = inner.variances
    directions = Matrix(rows: basis.rows, columns: inner.directions.columns) { i, k in
      (0..<rank).reduce(0) { $0 + axes.u[i, $1] * inner.directions[$1, k] }
    }
    centre = (0..<basis.rows).map { i in (0..<rank).reduce(0) { $0 + axes.u[i, $1] * inner.centre[$1] } }
    pointCount = inner.pointCount
  }

  /// Σ λ, the variance over all directions.
  public var totalVariance: Double { variances.reduce(0, +) }

  /// λ_k/Σ λ, the share of the variance that each component explains.
  public var shares: [Double] {
    let total = totalVariance
    return variances.map { total > 0 ? $0 / total : 0 }
  }

  /// (Σ λ)²/Σ λ²: how many dimensions the points fill. It is d for d directions of equal variance.
  public var participationRatio: Double {
    let squares = variances.reduce(0) { $0 + $1 * $1 }
    return squares > 0 ? totalVariance * totalVariance / squares : 0
  }
}

/// AᵀA of a matrix given by its elements, (width, width).
private func gramMatrix(rows: Int, width: Int, _ element: (Int, Int) -> Double) -> Matrix {
  let block = Int(kappa_gram_block)
  let padded = (width + block - 1) / block * block
  var gram = [Double](repeating: 0, count: padded * padded)
  let most = 256
  var chunk = [Double](repeating: 0, count: min(most, rows) * padded)
  let path = kappa_path_best()
  var first = 0
  while first < rows {
    let count = min(most, rows - first)
    for i in 0..<count { for j in 0..<width { chunk[i * padded + j] = element(first + i, j) } }
    kappa_gram_f64(path, chunk, count, padded, &gram)
    first += count
  }
  return Matrix(rows: width, columns: width) { gram[min($0, $1) * padded + max($0, $1)] }
}
