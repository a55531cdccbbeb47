// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CLAPACK

/// The LAPACK that the package was linked with: singular values and symmetric eigensystems of larger matrices.
///
/// LAPACK ends for every finite matrix. Old OpenBLAS releases choose wrong kernels on some processors and then compute
/// wrong results: a small SVD and a small eigensystem are checked once against plain loops before anything is believed.
enum LAPACK {
  /// From this size on a matrix goes to LAPACK; smaller ones take GSL's time of microseconds, and keep its signs.
  static let smallest = 48

  /// Whether this LAPACK computes what it should.
  static let isSound: Bool = selfTest()

  /// A = U diag(s) Vᵀ, s descending, for rows ≥ columns.
  ///
  /// - Throws: `LinearAlgebraError` when neither method converges, the matrix is too large, or LAPACK fails its test.
  static func singularValues(
    of matrix: Matrix, operation: String
  ) throws(LinearAlgebraError) -> (u: Matrix, values: [Double], v: Matrix) {
    try checkSound(operation)
    return try decompose(matrix, operation: operation)
  }

  /// Eigenvalues (ascending) and, if wanted, orthonormal eigenvectors of a symmetric matrix; the lower triangle is read.
  ///
  /// - Throws: `LinearAlgebraError` when the method does not converge, or LAPACK fails its test.
  static func symmetricEigensystem(
    of matrix: Matrix, vectors: Bool, operation: String
  ) throws(LinearAlgebraError) -> (values: [Double], vectors: Matrix) {
    try checkSound(operation)
    return try diagonalise(matrix, vectors: vectors, operation: operation)
  }

  /// Eigenvalues of a square matrix, in no order.
  ///
  /// - Throws: `LinearAlgebraError` when the method does not converge, or LAPACK fails its test.
  static func eigenvalues(of matrix: Matrix, operation: String) throws(LinearAlgebraError) -> [Eigenvalue] {
    try checkSound(operation)
    kappa_lapack_use_one_thread()
    var n = try order(matrix.rows, operation)
    var (stride, one) = (n, Int32(1))
    var a = matrix.elements
    var real = [Double](repeating: 0, count: matrix.rows)
    var (imaginary, left, right) = (real, [0.0], [0.0])
    var work = [0.0]
    var (size, info): (Int32, Int32) = (-1, 0)
    dgeev_(
      "N", "N", &n, &a, &stride, &real, &imaginary, &left, &one, &right, &one, &work, &size, &info)
    guard info == 0, work[0].isFinite, let wanted = Int32(exactly: work[0].rounded(.up)) else {
      throw LinearAlgebraError(operation: operation, reason: "the matrix is too large for LAPACK")
    }
    size = max(1, wanted)
    work = [Double](repeating: 0, count: Int(size))
    dgeev_(
      "N", "N", &n, &a, &stride, &real, &imaginary, &left, &one, &right, &one, &work, &size, &info)
    guard info == 0, real.allSatisfy(\.isFinite), imaginary.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError(operation: operation, reason: "LAPACK's method does not converge")
    }
    return zip(real, imaginary).map { Eigenvalue(real: $0, imaginary: $1) }
  }

  private static func checkSound(_ operation: String) throws(LinearAlgebraError) {
    guard isSound else {
      throw LinearAlgebraError(
        operation: operation,
        reason:
          "the LAPACK library of this machine computes wrong results; with OpenBLAS, set OPENBLAS_CORETYPE (e.g. Haswell) or install another LAPACK"
      )
    }
  }

  private static func order(_ size: Int, _ operation: String) throws(LinearAlgebraError) -> Int32 {
    guard let order = Int32(exactly: size), size < 1 << 15 else {
      throw LinearAlgebraError(operation: operation, reason: "more than 32767 rows or columns")
    }
    return order
  }

  private static func decompose(
    _ matrix: Matrix, operation: String
  ) throws(LinearAlgebraError) -> (u: Matrix, values: [Double], v: Matrix) {
    kappa_lapack_use_one_thread()
    var (m, n) = (try order(matrix.rows, operation), try order(matrix.columns, operation))
    let count = matrix.columns
    var u = [Double](repeating: 0, count: matrix.rows * count)
    var v = [Double](repeating: 0, count: count * count)
    var values = [Double](repeating: 0, count: count)
    var integers = [Int32](repeating: 0, count: 8 * count)
    var info: Int32 = 0
    func call(_ work: inout [Double], size: Int32, byIteration: Bool) {
      var a = matrix.elements
      var size = size
      var strideA = m
      var strideU = m
      var strideV = n
      if byIteration {
        dgesvd_("S", "S", &m, &n, &a, &strideA, &values, &u, &strideU, &v, &strideV, &work, &size, &info)
      } else {
        dgesdd_(
          "S", &m, &n, &a, &strideA, &values, &u, &strideU, &v, &strideV, &work, &size, &integers, &info)
      }
    }
    for byIteration in [false, true] {
      var work = [0.0]
      call(&work, size: -1, byIteration: byIteration)
      guard info == 0, work[0].isFinite, work[0] >= 1, let size = Int32(exactly: work[0].rounded(.up)) else {
        throw LinearAlgebraError(operation: operation, reason: "the matrix is too large for LAPACK")
      }
      work = [Double](repeating: 0, count: Int(size))
      call(&work, size: size, byIteration: byIteration)
      if info == 0 && values.allSatisfy(\.isFinite) {
        return (
          Matrix(rows: matrix.rows, columns: count, elements: u), values,
          Matrix(rows: count, columns: count, elements: v).transposed
        )
      }
    }
    throw LinearAlgebraError(operation: operation, reason: "LAPACK's methods do not converge")
  }

  private static func diagonalise(
    _ matrix: Matrix, vectors: Bool, operation: String
  ) throws(LinearAlgebraError) -> (values: [Double], vectors: Matrix) {
    kappa_lapack_use_one_thread()
    var n = try order(matrix.rows, operation)
    var stride = n
    var a = matrix.elements
    var values = [Double](repeating: 0, count: matrix.rows)
    var work = [0.0]
    var integers: [Int32] = [0]
    var (size, integerSize, info): (Int32, Int32, Int32) = (-1, -1, 0)
    let job = vectors ? "V" : "N"
    dsyevd_(job, "L", &n, &a, &stride, &values, &work, &size, &integers, &integerSize, &info)
    guard info == 0, work[0].isFinite, let wanted = Int32(exactly: work[0].rounded(.up)), integers[0] > 0
    else {
      throw LinearAlgebraError(operation: operation, reason: "the matrix is too large for LAPACK")
    }
    (size, integerSize) = (max(1, wanted), integers[0])
    work = [Double](repeating: 0, count: Int(size))
    integers = [Int32](repeating: 0, count: Int(integerSize))
    dsyevd_(job, "L", &n, &a, &stride, &values, &work, &size, &integers, &integerSize, &info)
    guard info == 0, values.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError(operation: operation, reason: "LAPACK's method does not converge")
    }
    return (values, Matrix(rows: matrix.rows, columns: vectors ? matrix.rows : 0, elements: vectors ? a : []))
  }

  /// A U diag(s) Vᵀ and a Q diag(λ) Qᵀ of sizes that take the blocked code, multiplied out by plain loops.
  private static func selfTest() -> Bool {
    let size = 96
    var stream = RandomStream(seed: 0x1A9A)
    let a = Matrix(rows: size, columns: size) { _, _ in stream.normal() }
    let symmetric = Matrix(rows: size, columns: size) { a[$0, $1] + a[$1, $0] }
    guard let (u, s, v) = try? decompose(a, operation: "test"),
      let (values, q) = try? diagonalise(symmetric, vectors: true, operation: "test")
    else { return false }
    func product(_ left: Matrix, _ middle: [Double], _ right: Matrix) -> Matrix {
      Matrix(rows: size, columns: size) { i, j in
        (0..<size).reduce(0) { $0 + left[i, $1] * middle[$1] * right[j, $1] }
      }
    }
    func differs(_ x: Matrix, _ y: Matrix) -> Bool {
      // Backward errors are a few hundred roundings of norms near 20 and 30.
      zip(x.elements, y.elements).contains { !(abs($0 - $1) < 1e-11) }
    }
    let one = [Double](repeating: 1, count: size)
    let identity = Matrix(rows: size, columns: size) { $0 == $1 ? 1 : 0 }
    return !differs(product(u, s, v), a) && !differs(product(q, values, q), symmetric)
      && !differs(product(u.transposed, one, u.transposed), identity)
      && zip(s, s.dropFirst()).allSatisfy { $0 >= $1 }
      && zip(values, values.dropFirst()).allSatisfy { $0 <= $1 }
  }
}
