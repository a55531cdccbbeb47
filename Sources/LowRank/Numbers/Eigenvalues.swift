// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CGSL

/// A complex number, as an eigenvalue is.
public struct Eigenvalue: Sendable, Hashable {
  /// Real part.
  public let real: Double
  /// Imaginary part.
  public let imaginary: Double

  /// An eigenvalue from its parts.
  public init(real: Double, imaginary: Double) {
    self.real = real
    self.imaginary = imaginary
  }
}

extension Matrix {
  /// Eigenvalues of a square matrix, largest real part first; of a conjugate pair the positive imaginary part first.
  ///
  /// - Throws: `LinearAlgebraError` when a value is not finite or GSL fails.
  public func eigenvalues() throws(LinearAlgebraError) -> [Eigenvalue] {
    precondition(rows == columns, "only a square matrix has eigenvalues")
    if rows == 0 { return [] }
    let operation = "eigenvalues of a \(rows) × \(rows) matrix"
    guard elements.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError(operation: operation, reason: "a value is not finite")
    }
    let (scaled, exponent) = scaledByPowerOfTwo()
    // GSL's time grows to minutes with a thousand rows.
    if rows >= 256 {
      let values = try LAPACK.eigenvalues(of: scaled, operation: operation)
      let parts = try values.flatMap { [$0.real, $0.imaginary] }.timesPowerOfTwo(
        exponent, operation: operation)
      return (0..<rows).map { Eigenvalue(real: parts[2 * $0], imaginary: parts[2 * $0 + 1]) }
        .sorted { ($0.real, $0.imaginary) > ($1.real, $1.imaginary) }
    }
    let a = try GSLMatrix(scaled, for: operation)
    guard let values = gsl_vector_complex_calloc(rows), let work = gsl_eigen_nonsymm_alloc(rows) else {
      throw LinearAlgebraError(operation: operation, reason: "no memory")
    }
    defer {
      gsl_vector_complex_free(values)
      gsl_eigen_nonsymm_free(work)
    }
    try checkGSL(gsl_eigen_nonsymm(a.pointer, values, work), operation)
    let parts = try Array(UnsafeBufferPointer(start: values.pointee.data, count: 2 * rows))
      .timesPowerOfTwo(exponent, operation: operation)
    return (0..<rows).map { Eigenvalue(real: parts[2 * $0], imaginary: parts[2 * $0 + 1]) }
      .sorted { ($0.real, $0.imaginary) > ($1.real, $1.imaginary) }
  }

  /// Eigenvalues (ascending) and orthonormal eigenvectors (as columns) of a symmetric matrix; the lower triangle is read.
  ///
  /// - Throws: `LinearAlgebraError` when a value is not finite or GSL fails.
  public func symmetricEigensystem() throws(LinearAlgebraError) -> (values: [Double], vectors: Matrix) {
    precondition(rows == columns, "only a square matrix can be symmetric")
    if rows == 0 { return ([], self) }
    let operation = "eigensystem of a symmetric \(rows) × \(rows) matrix"
    guard elements.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError(operation: operation, reason: "a value is not finite")
    }
    let (scaled, exponent) = scaledByPowerOfTwo()
    if rows >= LAPACK.smallest {
      let (values, vectors) = try LAPACK.symmetricEigensystem(of: scaled, vectors: true, operation: operation)
      return (try values.timesPowerOfTwo(exponent, operation: operation), vectors)
    }
    let a = try GSLMatrix(scaled, for: operation)
    let values = try GSLVector(count: rows, for: operation)
    let vectors = try GSLMatrix(rows: rows, columns: rows, for: operation)
    guard let work = gsl_eigen_symmv_alloc(rows) else {
      throw LinearAlgebraError(operation: operation, reason: "no memory")
    }
    defer { gsl_eigen_symmv_free(work) }
    try checkGSL(gsl_eigen_symmv(a.pointer, values.pointer, vectors.pointer, work), operation)
    try checkGSL(gsl_eigen_symmv_sort(values.pointer, vectors.pointer, GSL_EIGEN_SORT_VAL_ASC), operation)
    return (try values.values.timesPowerOfTwo(exponent, operation: operation), vectors.values)
  }

  /// Eigenvalues of a symmetric matrix, ascending; the lower triangle is read. Cheaper than the whole eigensystem.
  ///
  /// - Throws: `LinearAlgebraError` when a value is not finite or GSL fails.
  public func symmetricEigenvalues() throws(LinearAlgebraError) -> [Double] {
    precondition(rows == columns, "only a square matrix can be symmetric")
    if rows == 0 { return [] }
    let operation = "eigenvalues of a symmetric \(rows) × \(rows) matrix"
    guard elements.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError(operation: operation, reason: "a value is not finite")
    }
    let (scaled, exponent) = scaledByPowerOfTwo()
    if rows >= LAPACK.smallest {
      return try LAPACK.symmetricEigensystem(of: scaled, vectors: false, operation: operation).values
        .timesPowerOfTwo(exponent, operation: operation)
    }
    let a = try GSLMatrix(scaled, for: operation)
    let values = try GSLVector(count: rows, for: operation)
    guard let work = gsl_eigen_symm_alloc(rows) else {
      throw LinearAlgebraError(operation: operation, reason: "no memory")
    }
    defer { gsl_eigen_symm_free(work) }
    try checkGSL(gsl_eigen_symm(a.pointer, values.pointer, work), operation)
    return try values.values.sorted().timesPowerOfTwo(exponent, operation: operation)
  }
}
