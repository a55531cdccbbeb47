// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// ⟨tanh'⟩ at μ = 0 as a function of v = Δ²: piecewise polynomials found by the bits of v + 1/32.
///
/// Goals, in this order: relative error near rounding at every v; one look-up and one short polynomial a value. The
/// exponent and four bits of the mantissa of v + 1/32 are the cell: its width grows with v as the function's own scale
/// does, and no square root or division is needed. The shift keeps the cells at v → 0, where the function is smooth,
/// few. Beyond the last cell the expansion for large Δ is exact to rounding.
///
/// Its values are GSL's: QAG at every node, kept where the trapezoid sum confirms it and replaced by that sum elsewhere.
final class ZeroMeanTable: @unchecked Sendable {
  static let shared = ZeroMeanTable()

  static let shift = 0.03125
  /// Sixteen cells an octave, from 2⁻⁵ up.
  static let octaves = 30
  static let cellCount = 16 * octaves
  static let terms = 9
  /// v from which the asymptote is used: 2²⁵, where its first missing term is 1e-29.
  static let end = 33_554_432.0 - shift

  /// `terms` coefficients of (t - ½)ᵏ, t ∈ [0, 1) the place in the cell; cell after cell.
  ///
  /// Written once, by the initialiser, and never freed: there is one table, and it lives as long as the process.
  let coefficients: UnsafePointer<Double>
  /// The largest of the last two Chebyshev coefficients of any cell, relative to the function there, doubled.
  let tail: Double

  private init() {
    var values = ZeroMeanValues()
    // One set of nodes an octave: on it a polynomial of degree 23 leaves out less than 1e-17.
    let octave = CellFit(nodes: 24, parts: 16, terms: Self.terms)
    let count = 16 * Self.terms
    let coefficients = UnsafeMutablePointer<Double>.allocate(capacity: Self.octaves * count)
    var tail = 0.0
    for index in 0..<Self.octaves {
      let start = Self.start(of: 16 * index)
      let (polynomials, octaveTail) = octave.polynomials { node in
        values.gain(deviation: (start * (1 + (1 + node) / 2) - Self.shift).squareRoot())
      }
      for (place, coefficient) in polynomials.enumerated() {
        // The local variable is t - ½ instead of 2t - 1: powers of two.
        (coefficients + index * count + place).initialize(
          to: coefficient * Double(1 << (place % Self.terms)))
      }
      tail = max(tail, octaveTail)
    }
    self.coefficients = UnsafePointer(coefficients)
    self.tail = tail
  }

  /// Where a cell begins, in v + 1/32.
  static func start(of cell: Int) -> Double {
    Double(sign: .plus, exponent: cell / 16 - 5, significand: 1 + Double(cell % 16) / 16)
  }

  /// ⟨tanh'⟩(0, √v). A negative v counts as zero, NaN gives NaN.
  @inline(__always) func gain(variance: Double) -> Double {
    // Written so that NaN fails the comparison.
    guard variance < Self.end else { return Self.asymptote(variance) }
    let shifted = max(variance, 0) + Self.shift
    let bits = shifted.bitPattern
    let cell = Int(truncatingIfNeeded: (bits >> 48) &- (UInt64(1018) << 4))
    // The mantissa below the cell's four bits, as a number in [0, 1): set the exponent of 1 and subtract.
    let place = Double(bitPattern: (bits << 4) & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000) - 1.5
    let c = coefficients + cell * Self.terms
    let square = place * place
    let fourth = square * square
    let low = (c[0] + c[1] * place) + (c[2] + c[3] * place) * square
    let high = (c[4] + c[5] * place) + (c[6] + c[7] * place) * square
    return low + (high + c[8] * fourth) * fourth
  }

  /// √(2/π)/Δ (1 - π²/(24Δ²) + 7π⁴/(1920Δ⁴)).
  @inline(never) static func asymptote(_ variance: Double) -> Double {
    guard variance.isFinite else { return variance.isNaN ? .nan : 0 }
    return (0.636619772367581343075535 / variance).squareRoot()
      * (1 + (-0.411233516712056609118 + 0.355140787993417 / variance) / variance)
  }
}
