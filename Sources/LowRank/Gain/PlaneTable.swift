// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// Averages of tanh at any (μ, Δ): piecewise polynomials in two variables.
///
/// Goals, in this order: absolute error of a few 1e-15; both ⟨φ⟩ and ⟨φ'⟩ from one look-up; few numbers a cell, because
/// reading them is what a look-up costs. With
///
///     r = 1/√(1 + 10Δ²/3)      m = |μ| r/(3 + |μ| r)
///
/// the half plane becomes the unit square, and ⟨φ⟩ and ⟨φ'⟩/r stay smooth up to its edges; r takes one inverse root and
/// serves as factor, too. The square is cut into equal cells, r into 48 and m into 64, with local variables s and t in
/// [-1, 1]. Past m = 0.88 tanh is ±1 and its derivatives are below 1e-17 throughout.
///
/// It is built from panels of many cells each: the trapezoid rule at 16 × 16 Chebyshev nodes of a panel, from which
/// the cells' polynomials follow by one matrix on either side, the same for every panel. Why not from QAG, which is what
/// the values are compared with: notes/decisions/007-gain-tables.md.
final class PlaneTable: @unchecked Sendable {
  static let shared = PlaneTable()

  static let mTerms = 8
  static let sTerms = Int(kappa_gain_bend_terms)
  static let mCells = Int(kappa_gain_m_cells)
  static let sCells = Int(kappa_gain_s_cells)
  static let mEnd = 0.88
  /// The number beside |μ| r in m: it spreads the cells evenly over where tanh saturates.
  static let stretch = 3.0
  /// The factor of Δ² in r. With π/2, which is ⟨tanh'⟩'s own at large Δ, the averages bend more sharply near Δ = 0.
  static let perVariance = 10.0 / 3
  static let panels = 8
  static let nodeCount = 16
  /// ⟨tanh⟩, ⟨tanh'⟩; ⟨tanh''⟩, ⟨tanh'''⟩, the remainder of ⟨log 2cosh⟩.
  static let functionCount = 5

  /// Cell after cell (r varying slowest), rows as `kappa_gain_cell_rows` says.
  ///
  /// Written once, by the initialiser, and never freed: there is one table, and it lives as long as the process.
  let main: UnsafePointer<SIMD8<Double>>
  /// Likewise for the other three functions.
  let others: UnsafePointer<SIMD8<Double>>
  /// The largest last Chebyshev coefficient of any cell in either variable, doubled, by function.
  let tails: [Double]

  private init() {
    let cells = Self.mCells * Self.sCells
    let main = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: cells * Self.mainRows)
    main.initialize(repeating: SIMD8(), count: cells * Self.mainRows)
    let others = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: cells * Self.otherRows)
    others.initialize(repeating: SIMD8(), count: cells * Self.otherRows)
    var tails = [Double](repeating: 0, count: Self.functionCount)
    let transform = CellTransform()
    let isKept: (Int, Int) -> Bool = { Self.isKept(s: $0, m: $1) }
    let nodes = GainNodes()
    for sPanel in 0..<Self.panels {
      for mPanel in 0..<Self.panels {
        let values = Self.values(sPanel: sPanel, mPanel: mPanel, at: transform.nodes, by: nodes)
        for function in 0..<Self.functionCount {
          transform.cells(of: values[function], keeping: function < 2 ? isKept : nil) {
            sPart, mPart, rows, tail in
            tails[function] = max(tails[function], 2 * tail)
            let cell =
              (sPanel * CellTransform.sParts + sPart) * Self.mCells + mPanel * CellTransform.mParts + mPart
            if function < 2 {
              Self.store(rows, of: function, in: main + cell * Self.mainRows)
            } else {
              for (term, row) in rows.enumerated() {
                others[cell * Self.otherRows + (function - 2) * Self.sTerms + term] = row
              }
            }
          }
        }
      }
    }
    self.main = UnsafePointer(main)
    self.others = UnsafePointer(others)
    self.tails = tails
  }

  /// Rows of a cell of the main table, and those of one function that are whole.
  private static let mainRows = Int(kappa_gain_cell_rows)
  private static let wholeRows = 4
  private static let otherRows = Int(kappa_gain_bend_rows)

  /// Which Chebyshev orders the main table has: beyond s³, fewer powers of t matter.
  private static func isKept(s: Int, m: Int) -> Bool { s < wholeRows || (s < wholeRows + 3 && m < 4) }

  /// Puts the rows of the rate (0) or the gain (1) where the kernel looks for them.
  private static func store(
    _ rows: [SIMD8<Double>], of function: Int, in cell: UnsafeMutablePointer<SIMD8<Double>>
  ) {
    for term in 0..<wholeRows { cell[function * wholeRows + term] = rows[term] }
    for term in 0..<3 {
      for power in 0..<4 { cell[2 * wholeRows + term][4 * function + power] = rows[wholeRows + term][power] }
    }
  }

  /// The functions at the nodes of one panel, each (r node, m node); the derivatives divided by r.
  private static func values(
    sPanel: Int, mPanel: Int, at nodes: [Double], by averages: GainNodes
  ) -> [[Double]] {
    var values = [[Double]](
      repeating: [Double](repeating: 0, count: nodes.count * nodes.count), count: functionCount)
    for (i, sNode) in nodes.enumerated() {
      let r = (Double(sPanel) + (1 + sNode) / 2) / Double(panels)
      let deviation = ((1 - r * r) / perVariance).squareRoot() / r
      for (j, mNode) in nodes.enumerated() {
        let m = mEnd * (Double(mPanel) + (1 + mNode) / 2) / Double(panels)
        let found = averages.averages(mean: stretch * m / (1 - m) / r, deviation: deviation)
        for function in 0..<functionCount {
          values[function][i * nodes.count + j] = function == 0 ? found[0] : found[function] / r
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
    /// r, the factor of the derivatives.
    let scale: Double

    /// `nil` where |μ| is so large that tanh is ±1; the arguments must be finite, the variance not negative.
    @inline(__always) init?(size: Double, variance: Double) {
      let r = 1 / (1 + PlaneTable.perVariance * variance).squareRoot()
      let m = size * r / (PlaneTable.stretch + size * r)
      guard m < PlaneTable.mEnd else { return nil }
      let sPlace = r * Double(PlaneTable.sCells)
      let mPlace = m * (Double(PlaneTable.mCells) / PlaneTable.mEnd)
      // r = 1 belongs to the last cell.
      let sCell = min(Int(sPlace), PlaneTable.sCells - 1)
      let mCell = min(Int(mPlace), PlaneTable.mCells - 1)
      cell = sCell * PlaneTable.mCells + mCell
      sLocal = 2 * (sPlace - Double(sCell)) - 1
      let t = 2 * (mPlace - Double(mCell)) - 1
      let (t2, t4) = (t * t, t * t * t * t)
      mPowers = SIMD8(1, t, t2, t2 * t, t4, t4 * t, t4 * t2, t4 * t2 * t)
      scale = r
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
    let rows = others + place.cell * Self.otherRows
    return (
      Self.value(rows, place) * place.scale, Self.value(rows + Self.sTerms, place) * place.scale,
      Self.value(rows + 2 * Self.sTerms, place) * place.scale
    )
  }
}
