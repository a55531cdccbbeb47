// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// ⟨tanh'⟩ at μ = 0 for batches: sixteen cells, so few that a processor keeps them all in registers.
///
/// ⟨tanh'⟩/r as a function of r = 1/√(1 + 10Δ²/3), of which `PlaneTable` is made as well: smooth from r = 0, infinite Δ,
/// to r = 1. Single values come faster from `ZeroMeanTable`, which takes no root.
final class ZeroMeanCells: @unchecked Sendable {
  static let shared = ZeroMeanCells()

  static let cellCount = 16
  static let terms = Int(kappa_gain_zero_mean_terms)

  /// Coefficient by coefficient of tᵏ, -½ ≤ t ≤ ½ the place in the cell, one for each cell.
  ///
  /// Written once, by the initialiser, and never freed: there is one table, and it lives as long as the process.
  let coefficients: UnsafePointer<Double>
  /// The largest of the last two Chebyshev coefficients of any cell, relative to the function there, doubled.
  let tail: Double

  private init() {
    var values = ZeroMeanValues()
    let fit = CellFit(nodes: Self.terms, parts: 1, terms: Self.terms)
    // Whole cache lines: the kernel reads eight at a time.
    let coefficients: UnsafeMutablePointer<Double> = AlignedMemory.zeros(Self.cellCount * Self.terms)
    var tail = 0.0
    for cell in 0..<Self.cellCount {
      let (polynomial, cellTail) = fit.polynomials { node in
        let r = (Double(cell) + (1 + node) / 2) / Double(Self.cellCount)
        let variance = (1 - r * r) / PlaneTable.perVariance / (r * r)
        return values.gain(deviation: variance.squareRoot()) / r
      }
      for (power, coefficient) in polynomial.enumerated() {
        // Fitted for twice that place, from -1 to 1.
        coefficients[power * Self.cellCount + cell] = coefficient * Double(1 << power)
      }
      tail = max(tail, cellTail)
    }
    self.coefficients = UnsafePointer(coefficients)
    self.tail = tail
  }
}
