/// Averages of tanh at any (μ, Δ): piecewise polynomials in two variables.
///
/// Goals, in this order: absolute error of a few 1e-15; both ⟨φ⟩ and ⟨φ'⟩ from one look-up. With
///
///     s = Δ/(1 + Δ)      m = |μ|/(3(1 + Δ) + |μ|)
///
/// the half plane becomes the unit square, and ⟨f⟩·√(1 + πΔ²/2) stays smooth up to its edges. The square is cut into
/// equal cells; each holds `sTerms` rows of eight coefficients of powers of m, one SIMD vector a row. Past m = 0.88
/// tanh is ±1 and its derivatives are below 1e-17 throughout.
///
/// It is built from panels of many cells each: the trapezoid rule at 16 × 16 Chebyshev nodes of a panel, from which
/// the cells' polynomials follow by one matrix on either side, the same for every panel.
final class PlaneTable: @unchecked Sendable {
  static let shared = PlaneTable()

  static let mTerms = 8
  static let sTerms = 10
  static let mCells = 64
  static let sCells = 32
  static let mEnd = 0.88
  /// The factor of 1 + Δ in m: it spreads the cells evenly over where tanh saturates.
  static let stretch = 3.0
  static let panels = 8
  static let nodeCount = 16
  /// ⟨tanh⟩, ⟨tanh'⟩; ⟨tanh''⟩, ⟨tanh'''⟩, the remainder of ⟨log 2cosh⟩.
  static let functionCount = 5

  /// Cell after cell (s varying slowest), first the rate's rows, then the gain's.
  ///
  /// Written once, by the initialiser, and never freed: there is one table, and it lives as long as the process.
  let main: UnsafePointer<SIMD8<Double>>
  /// Likewise for the other three functions.
  let others: [SIMD8<Double>]
  /// The largest last Chebyshev coefficient of any cell in either variable, doubled, by function.
  let tails: [Double]

  private init() {
    let cells = Self.mCells * Self.sCells
    let main = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: cells * 2 * Self.sTerms)
    main.initialize(repeating: SIMD8(), count: cells * 2 * Self.sTerms)
    var others = [SIMD8<Double>](repeating: SIMD8(), count: cells * 3 * Self.sTerms)
    var tails = [Double](repeating: 0, count: Self.functionCount)
    let transform = CellTransform()
    let nodes = GainNodes()
    for sPanel in 0..<Self.panels {
      for mPanel in 0..<Self.panels {
        let values = Self.values(sPanel: sPanel, mPanel: mPanel, at: transform.nodes, by: nodes)
        for function in 0..<Self.functionCount {
          transform.cells(of: values[function]) { sPart, mPart, rows, tail in
            tails[function] = max(tails[function], 2 * tail)
            let cell =
              (sPanel * CellTransform.sParts + sPart) * Self.mCells + mPanel * CellTransform.mParts + mPart
            for (term, row) in rows.enumerated() {
              if function < 2 {
                main[(cell * 2 + function) * Self.sTerms + term] = row
              } else {
                others[(cell * 3 + function - 2) * Self.sTerms + term] = row
              }
            }
          }
        }
      }
    }
    self.main = UnsafePointer(main)
    self.others = others
    self.tails = tails
  }

  /// The functions at the nodes of one panel, each (s node, m node); the derivatives times √(1 + πΔ²/2).
  private static func values(
    sPanel: Int, mPanel: Int, at nodes: [Double], by averages: GainNodes
  ) -> [[Double]] {
    var values = [[Double]](
      repeating: [Double](repeating: 0, count: nodes.count * nodes.count), count: functionCount)
    for (i, sNode) in nodes.enumerated() {
      let s = (Double(sPanel) + (1 + sNode) / 2) / Double(panels)
      let deviation = s / (1 - s)
      let scale = (1 + Double.pi / 2 * deviation * deviation).squareRoot()
      for (j, mNode) in nodes.enumerated() {
        let m = mEnd * (Double(mPanel) + (1 + mNode) / 2) / Double(panels)
        let found = averages.averages(mean: stretch * (1 + deviation) * m / (1 - m), deviation: deviation)
        for function in 0..<functionCount {
          values[function][i * nodes.count + j] = function == 0 ? found[0] : found[function] * scale
        }
      }
    }
    return values
  }

  /// A place in the table: which cell, and the two local variables in [-1, 1].
  struct Place {
    let cell: Int
    let sLocal: Double
    let mPowers: SIMD8<Double>
    /// 1/√(1 + πΔ²/2).
    let scale: Double

    /// `nil` where |μ| is so large that tanh is ±1; the arguments must be finite, the variance not negative.
    @inline(__always) init?(size: Double, variance: Double) {
      let deviation = variance.squareRoot()
      let width = 1 + deviation
      let m = size / (PlaneTable.stretch * width + size)
      guard m < PlaneTable.mEnd else { return nil }
      let sPlace = deviation / width * Double(PlaneTable.sCells)
      let mPlace = m * (Double(PlaneTable.mCells) / PlaneTable.mEnd)
      // A deviation of 1e16 and more rounds s to 1.
      let sCell = min(Int(sPlace), PlaneTable.sCells - 1)
      let mCell = min(Int(mPlace), PlaneTable.mCells - 1)
      cell = sCell * PlaneTable.mCells + mCell
      sLocal = 2 * (sPlace - Double(sCell)) - 1
      let t = 2 * (mPlace - Double(mCell)) - 1
      let (t2, t4) = (t * t, t * t * t * t)
      mPowers = SIMD8(1, t, t2, t2 * t, t4, t4 * t, t4 * t2, t4 * t2 * t)
      scale = 1 / (1 + Double.pi / 2 * variance).squareRoot()
    }
  }

  /// One function of a block of them.
  @inline(__always) static func value(_ rows: UnsafePointer<SIMD8<Double>>, _ place: Place) -> Double {
    var sum = rows[PlaneTable.sTerms - 1]
    for term in stride(from: PlaneTable.sTerms - 2, through: 0, by: -1) {
      sum = sum * place.sLocal + rows[term]
    }
    return (sum * place.mPowers).sum()
  }

  /// (⟨tanh''⟩, ⟨tanh'''⟩, remainder of ⟨log 2cosh⟩) for μ = `size` ≥ 0.
  func others(size: Double, variance: Double) -> (gain2: Double, gain3: Double, logCosh: Double) {
    guard let place = Place(size: size, variance: variance) else { return (0, 0, 0) }
    return others.withUnsafeBufferPointer { all in
      let rows = all.baseAddress.unsafelyUnwrapped + place.cell * 3 * Self.sTerms
      return (
        Self.value(rows, place) * place.scale, Self.value(rows + Self.sTerms, place) * place.scale,
        Self.value(rows + 2 * Self.sTerms, place) * place.scale
      )
    }
  }
}
