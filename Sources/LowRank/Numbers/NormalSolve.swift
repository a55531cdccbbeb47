// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CGSL

extension Matrix {
  /// Solves H x = b for a symmetric positive definite H (Cholesky); both triangles are filled.
  ///
  /// - Parameter right: b, as many values as H has rows.
  /// - Throws: `LinearAlgebraError` when a value is not finite or H is not positive definite.
  public func solvePositiveDefinite(_ right: [Double]) throws(LinearAlgebraError) -> [Double] {
    precondition(rows == columns && right.count == rows, "a square system with one right-hand value per row")
    if rows == 0 { return [] }
    let operation = "Cholesky solution of a \(rows) × \(rows) system"
    guard elements.allSatisfy(\.isFinite), right.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError(operation: operation, reason: "a value is not finite")
    }
    disableGSLErrorHandler()
    var factor = elements
    var solution = right
    var status: Int32 = 0
    // Row-major views of a symmetric matrix and of the solution: GSL works in place.
    factor.withUnsafeMutableBufferPointer { factor in
      solution.withUnsafeMutableBufferPointer { solution in
        var a = gsl_matrix_view_array(factor.baseAddress!, rows, rows)
        var x = gsl_vector_view_array(solution.baseAddress!, rows)
        status = gsl_linalg_cholesky_decomp1(&a.matrix)
        if status == 0 { status = gsl_linalg_cholesky_svx(&a.matrix, &x.vector) }
      }
    }
    try checkGSL(status, operation)
    return solution
  }

  /// The lower Cholesky factor L of a symmetric positive definite matrix, A = L Lᵀ; the lower triangle is read.
  ///
  /// - Throws: `LinearAlgebraError` when a value is not finite or the matrix is not positive definite.
  public func choleskyFactor() throws(LinearAlgebraError) -> Matrix {
    precondition(rows == columns, "only a square matrix has a Cholesky factor")
    let operation = "Cholesky factor of a \(rows) × \(rows) matrix"
    guard elements.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError(operation: operation, reason: "a value is not finite")
    }
    if rows == 0 { return self }
    let a = try GSLMatrix(self, for: operation)
    try checkGSL(gsl_linalg_cholesky_decomp1(a.pointer), operation)
    let factor = a.values
    return Matrix(rows: rows, columns: columns) { $0 >= $1 ? factor[$0, $1] : 0 }
  }
}
