// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// From a function's values at a panel's Chebyshev nodes to the polynomials of the panel's cells.
///
/// First the Chebyshev coefficients of every cell, by one matrix on either side; then, exactly up to rounding of each
/// coefficient, powers by the integer matrices of the Chebyshev polynomials.
struct CellTransform {
  static let mParts = PlaneTable.mCells / PlaneTable.panels
  static let sParts = PlaneTable.sCells / PlaneTable.panels

  /// The nodes of a panel in [-1, 1], the same in both variables.
  let nodes: [Double]
  /// (sParts · sTerms, nodes) and (nodes, mParts · mTerms).
  private let fromS, fromM: [Double]
  /// Powers from Chebyshev coefficients: (sTerms powers, sTerms orders) and (mTerms orders, mTerms powers).
  private let powersS, powersM: [Double]

  init() {
    let basis = PolynomialBasis(count: PlaneTable.nodeCount)
    let (n, sTerms, mTerms) = (PlaneTable.nodeCount, PlaneTable.sTerms, PlaneTable.mTerms)
    nodes = basis.nodes
    fromS = (0..<Self.sParts).flatMap { basis.coefficients(ofPart: $0, of: Self.sParts, terms: sTerms) }
    let rows = (0..<Self.mParts).flatMap { basis.coefficients(ofPart: $0, of: Self.mParts, terms: mTerms) }
    let columns = Self.mParts * mTerms
    fromM = (0..<(n * columns)).map { rows[($0 % columns) * n + $0 / columns] }
    let sPolynomials = PolynomialBasis.polynomials(count: sTerms)
    let mPolynomials = PolynomialBasis.polynomials(count: mTerms)
    powersS = (0..<(sTerms * sTerms)).map { index in
      let polynomial = sPolynomials[index % sTerms]
      return index / sTerms < polynomial.count ? polynomial[index / sTerms] : 0
    }
    powersM = (0..<(mTerms * mTerms)).map { index in
      let polynomial = mPolynomials[index / mTerms]
      return index % mTerms < polynomial.count ? polynomial[index % mTerms] : 0
    }
  }

  /// Hands every cell's rows to `use`, with the largest last Chebyshev coefficient of the cell in either variable, or the
  /// largest of the orders that are not kept.
  func cells(
    of values: [Double], keeping isKept: ((_ s: Int, _ m: Int) -> Bool)? = nil,
    use: (_ sPart: Int, _ mPart: Int, _ rows: [SIMD8<Double>], _ tail: Double) -> Void
  ) {
    let (n, sTerms, mTerms) = (nodes.count, PlaneTable.sTerms, PlaneTable.mTerms)
    let (sRows, columns) = (Self.sParts * sTerms, Self.mParts * mTerms)
    var halfway = [Double](repeating: 0, count: n * columns)
    kappa_matrix_product(n, n, columns, values, fromM, &halfway)
    var chebyshev = [Double](repeating: 0, count: sRows * columns)
    kappa_matrix_product(sRows, n, columns, fromS, halfway, &chebyshev)
    let dropped = isKept.map { Self.drop(from: &chebyshev, keeping: $0) }
    var powers = [Double](repeating: 0, count: sTerms * columns)
    var rows = [SIMD8<Double>](repeating: SIMD8(), count: sTerms)
    for sPart in 0..<Self.sParts {
      let first = sPart * sTerms * columns
      chebyshev.withUnsafeBufferPointer { all in
        guard let start = all.baseAddress else { return }
        kappa_matrix_product(sTerms, sTerms, columns, powersS, start + first, &powers)
      }
      for mPart in 0..<Self.mParts {
        let column = mPart * mTerms
        for term in 0..<sTerms {
          var row = SIMD8<Double>()
          powers.withUnsafeBufferPointer { powers in
            guard let start = powers.baseAddress else { return }
            withUnsafeMutableBytes(of: &row) { bytes in
              guard let target = bytes.baseAddress else { return }
              kappa_matrix_product(
                1, mTerms, mTerms, start + term * columns + column, powersM,
                target.assumingMemoryBound(to: Double.self))
            }
          }
          rows[term] = row
        }
        let tail = max(
          abs(chebyshev[first + (sTerms - 1) * columns + column]), abs(chebyshev[first + column + mTerms - 1])
        )
        use(sPart, mPart, rows, max(tail, dropped?[sPart * Self.mParts + mPart] ?? 0))
      }
    }
  }

  /// Clears the orders that are not kept; returns the largest of them, cell by cell. Chebyshev's, not the powers: these
  /// are small, and a power left out would take much of the lower orders with it.
  private static func drop(
    from chebyshev: inout [Double], keeping isKept: (_ s: Int, _ m: Int) -> Bool
  ) -> [Double] {
    let (sTerms, mTerms) = (PlaneTable.sTerms, PlaneTable.mTerms)
    var largest = [Double](repeating: 0, count: sParts * mParts)
    for s in 0..<sTerms {
      for m in 0..<mTerms where !isKept(s, m) {
        for cell in largest.indices {
          let (sPart, mPart) = (cell / mParts, cell % mParts)
          let index = (sPart * sTerms + s) * mParts * mTerms + mPart * mTerms + m
          largest[cell] = max(largest[cell], abs(chebyshev[index]))
          chebyshev[index] = 0
        }
      }
    }
    return largest
  }
}
