// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CGSL

/// P A = L U of a small square matrix, with partial pivoting (GSL).
public struct LUDecomposition: Sendable {
  /// A⁻¹.
  public let inverse: Matrix
  /// The sign of det A: -1 or 1.
  public let determinantSign: Double
  /// det A.
  public let determinant: Double

  /// Decomposes a square matrix; `nil` when it is singular to rounding or holds a value that is not finite.
  ///
  /// - Throws: `LinearAlgebraError` when GSL fails for another reason.
  public init?(of matrix: Matrix) throws(LinearAlgebraError) {
    precondition(matrix.rows == matrix.columns && matrix.rows > 0, "only a square matrix has an inverse")
    let count = matrix.rows
    let operation = "inverse of a \(count) × \(count) matrix"
    guard matrix.elements.allSatisfy(\.isFinite) else { return nil }
    let lu = try GSLMatrix(matrix, for: operation)
    guard let permutation = gsl_permutation_alloc(count) else {
      throw LinearAlgebraError(operation: operation, reason: "no memory")
    }
    defer { gsl_permutation_free(permutation) }
    var sign: Int32 = 0
    try checkGSL(gsl_linalg_LU_decomp(lu.pointer, permutation, &sign), operation)
    let pivots = (0..<count).map { gsl_matrix_get(lu.pointer, $0, $0) }
    let largest = pivots.reduce(0) { max($0, abs($1)) }
    // A pivot below rounding of the largest one says nothing but "singular".
    guard largest > 0, pivots.allSatisfy({ abs($0) > 1e-15 * largest }) else { return nil }
    let result = try GSLMatrix(rows: count, columns: count, for: operation)
    try checkGSL(gsl_linalg_LU_invert(lu.pointer, permutation, result.pointer), operation)
    inverse = result.values
    determinant = pivots.reduce(Double(sign), *)
    determinantSign = determinant < 0 ? -1 : 1
  }
}

extension Matrix {
  /// The product with a vector of `columns` values.
  public func times(_ vector: [Double]) -> [Double] {
    precondition(vector.count == columns, "the vector has one value per column")
    var result = [Double](repeating: 0, count: rows)
    for j in 0..<columns { for i in 0..<rows { result[i] += self[i, j] * vector[j] } }
    return result
  }
}
