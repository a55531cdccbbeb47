// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CGSL

/// A GSL matrix that frees itself, filled from and read back into a `Matrix` (GSL is row-major, `Matrix` column-major).
struct GSLMatrix: ~Copyable {
  let pointer: UnsafeMutablePointer<gsl_matrix>

  init(rows: Int, columns: Int, for operation: String) throws(LinearAlgebraError) {
    disableGSLErrorHandler()
    guard let pointer = gsl_matrix_calloc(rows, columns) else {
      throw LinearAlgebraError(
        operation: operation, reason: "no memory for a matrix of \(rows) × \(columns) numbers")
    }
    self.pointer = pointer
  }

  init(_ matrix: Matrix, for operation: String) throws(LinearAlgebraError) {
    try self.init(rows: matrix.rows, columns: matrix.columns, for: operation)
    for j in 0..<matrix.columns {
      for i in 0..<matrix.rows { gsl_matrix_set(pointer, i, j, matrix[i, j]) }
    }
  }

  deinit { gsl_matrix_free(pointer) }

  var values: Matrix {
    Matrix(rows: pointer.pointee.size1, columns: pointer.pointee.size2) { gsl_matrix_get(pointer, $0, $1) }
  }
}

/// A GSL vector that frees itself.
struct GSLVector: ~Copyable {
  let pointer: UnsafeMutablePointer<gsl_vector>

  init(count: Int, for operation: String) throws(LinearAlgebraError) {
    disableGSLErrorHandler()
    guard let pointer = gsl_vector_calloc(count) else {
      throw LinearAlgebraError(operation: operation, reason: "no memory for \(count) numbers")
    }
    self.pointer = pointer
  }

  deinit { gsl_vector_free(pointer) }

  var values: [Double] { (0..<pointer.pointee.size).map { gsl_vector_get(pointer, $0) } }
}

/// Turns a GSL status into an error.
func checkGSL(_ status: Int32, _ operation: String) throws(LinearAlgebraError) {
  if status != 0 {
    throw LinearAlgebraError(operation: operation, reason: String(cString: gsl_strerror(status)))
  }
}

/// GSL's default error handler aborts the process; every status is looked at here instead.
private let gslErrorHandlerIsOff: Void = { _ = gsl_set_error_handler_off() }()

func disableGSLErrorHandler() { _ = gslErrorHandlerIsOff }
