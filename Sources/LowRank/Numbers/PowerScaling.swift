// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Matrix {
  /// The matrix divided by a power of two, so that its largest entry is at least 1 and below 2, and the exponent of that
  /// power; entries below 1e-100 of the largest become zero.
  ///
  /// Decompositions are homogeneous, and a division by a power of two is exact: for entries of ordinary size nothing but
  /// the exponent of the results changes, not a bit. GSL's iterations never end when squares overflow or vanish, and with
  /// this they do neither. What is set to zero is far below the rounding of the largest entry.
  func scaledByPowerOfTwo() -> (matrix: Matrix, exponent: Int) {
    let largest = elements.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return (self, 0) }
    let exponent = Int(largest.exponent)
    let scaled = elements.map { value -> Double in
      let result = Double(sign: .plus, exponent: -exponent, significand: value)
      return abs(result) < 1e-100 ? 0 : result
    }
    return (Matrix(rows: rows, columns: columns, elements: scaled), exponent)
  }
}

extension [Double] {
  /// The values times a power of two.
  ///
  /// - Throws: `LinearAlgebraError` when one of them is too large for a number.
  func timesPowerOfTwo(_ exponent: Int, operation: String) throws(LinearAlgebraError) -> [Double] {
    if exponent == 0 { return self }
    let result = map { Double(sign: .plus, exponent: exponent, significand: $0) }
    guard result.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError(operation: operation, reason: "a value is too large for a number")
    }
    return result
  }
}
