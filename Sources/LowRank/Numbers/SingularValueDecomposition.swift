// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CGSL

/// The thin singular value decomposition A = U diag(s) Vᵀ, s descending: GSL's (Golub–Reinsch) of small matrices, LAPACK's
/// (divide and conquer) of larger ones.
public struct SingularValueDecomposition: Sendable {
  /// Left singular vectors, (rows, min(rows, columns)).
  public let u: Matrix
  /// Singular values in descending order.
  public let singularValues: [Double]
  /// Right singular vectors, (columns, min(rows, columns)).
  public let v: Matrix

  /// Decomposes a matrix of any shape.
  ///
  /// - Throws: `LinearAlgebraError` for an empty matrix, a value that is not finite, or when the method fails.
  public init(of matrix: Matrix) throws(LinearAlgebraError) {
    let operation = "singular value decomposition of a \(matrix.rows) × \(matrix.columns) matrix"
    guard matrix.rows > 0, matrix.columns > 0 else {
      throw LinearAlgebraError(operation: operation, reason: "the matrix is empty")
    }
    guard matrix.elements.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError(operation: operation, reason: "a value is not finite")
    }
    // GSL wants at least as many rows as columns.
    guard matrix.rows >= matrix.columns else {
      let other = try SingularValueDecomposition(of: matrix.transposed)
      (u, singularValues, v) = (other.v, other.singularValues, other.u)
      return
    }
    let (scaled, exponent) = matrix.scaledByPowerOfTwo()
    if matrix.columns >= LAPACK.smallest {
      let found = try LAPACK.singularValues(of: scaled, operation: operation)
      (u, v) = (found.u, found.v)
      singularValues = try found.values.timesPowerOfTwo(exponent, operation: operation)
      return
    }
    let a = try GSLMatrix(scaled, for: operation)
    let right = try GSLMatrix(rows: matrix.columns, columns: matrix.columns, for: operation)
    let values = try GSLVector(count: matrix.columns, for: operation)
    let work = try GSLVector(count: matrix.columns, for: operation)
    try checkGSL(gsl_linalg_SV_decomp(a.pointer, right.pointer, values.pointer, work.pointer), operation)
    u = a.values
    singularValues = try values.values.timesPowerOfTwo(exponent, operation: operation)
    v = right.values
  }

  /// The Moore–Penrose pseudo-inverse, (columns, rows); singular values below `tolerance · s₁` count as zero.
  public func pseudoInverse(tolerance: Double = 1e-12) -> Matrix {
    let cut = (singularValues.first ?? 0) * tolerance
    var result = Matrix(rows: v.rows, columns: u.rows)
    for (k, s) in singularValues.enumerated() where s > cut {
      for j in 0..<u.rows {
        let factor = u[j, k] / s
        for i in 0..<v.rows { result[i, j] += v[i, k] * factor }
      }
    }
    return result
  }
}
