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
    let terms = Self.terms
    let basis = PolynomialBasis(count: terms)
    let toChebyshev = basis.coefficients(ofPart: 0, of: 1, terms: terms)
    let polynomials = PolynomialBasis.polynomials(count: terms)
    let coefficients = UnsafeMutablePointer<Double>.allocate(capacity: Self.cellCount * terms)
    coefficients.initialize(repeating: 0, count: Self.cellCount * terms)
    var tail = 0.0
    for cell in 0..<Self.cellCount {
      let width = Self.width(of: cell)
      let start = Self.start(of: cell)
      let values = basis.nodes.map { node in
        values.gain(deviation: (start + width * (1 + node) / 2 - Self.shift).squareRoot())
      }
      // Differences from the middle keep the rounding of the transform below that of the values.
      let middle = values[terms / 2]
      for order in 0..<terms {
        var chebyshev = 0.0
        for i in 0..<terms { chebyshev += toChebyshev[order * terms + i] * (values[i] - middle) }
        if order >= terms - 2 { tail = max(tail, 2 * abs(chebyshev) / middle) }
        // The local variable is t - ½ instead of 2t - 1: powers of two.
        for (power, coefficient) in polynomials[order].enumerated() {
          coefficients[cell * terms + power] += coefficient * chebyshev * Double(1 << power)
        }
      }
      coefficients[cell * terms] += middle
    }
    self.coefficients = UnsafePointer(coefficients)
    self.tail = tail
  }

  /// Where a cell begins, in v + 1/32.
  static func start(of cell: Int) -> Double {
    Double(sign: .plus, exponent: cell / 16 - 5, significand: 1 + Double(cell % 16) / 16)
  }
  /// The width of a cell.
  static func width(of cell: Int) -> Double { Double(sign: .plus, exponent: cell / 16 - 9, significand: 1) }

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
