// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension Network {
  /// The same network with m and n combined so that (1/N) nᵀm is diagonal, the slow mode first and every m of mean
  /// square 1; `nil` for another rank than 2, or when the eigenvalues are a complex pair or coincide.
  ///
  /// (m, n) → (m V, n V⁻ᵀ) with the eigenvectors V of the overlap matrix; x = m κ does not change. Without input and
  /// near κ = 0, κ1 and κ2 then go their own ways, each with its time constant τ/(1 - λ). m1 overlaps with the first
  /// readout positively, and so does m2.
  ///
  /// - Throws: `ShapeError` when an entry is not finite.
  public func inModes() throws(ShapeError) -> Network? {
    guard rank == 2 else { return nil }
    let share = 1 / Double(unitCount)
    func overlap(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } * share
    }
    let o = (0..<2).map { r in (0..<2).map { overlap(n.column(r), m.column($0)) } }
    let half = (o[0][0] + o[1][1]) / 2
    let square = (o[0][0] - o[1][1]) * (o[0][0] - o[1][1]) / 4 + o[0][1] * o[1][0]
    guard square > 1e-12 * (half * half + 1e-300) else { return nil }
    var vectors = [half + square.squareRoot(), half - square.squareRoot()].map { value -> [Double] in
      // Either row of O - λ gives an eigenvector; take the larger one.
      let (a, b) = ([o[0][1], value - o[0][0]], [value - o[1][1], o[1][0]])
      return a[0] * a[0] + a[1] * a[1] > b[0] * b[0] + b[1] * b[1] ? a : b
    }
    for k in 0..<2 {
      let column = (0..<unitCount).map { m[$0, 0] * vectors[k][0] + m[$0, 1] * vectors[k][1] }
      var scale = overlap(column[...], column[...]).squareRoot()
      guard scale > 0 else { return nil }
      if overlap(column[...], outputCount > 0 ? readouts.column(0) : column[...]) < 0 {
        scale = -scale
      }
      vectors[k] = vectors[k].map { $0 / scale }
    }
    let determinant = vectors[0][0] * vectors[1][1] - vectors[1][0] * vectors[0][1]
    guard abs(determinant) > 1e-9 else { return nil }
    // Rows of V⁻¹.
    let inverse = [
      [vectors[1][1] / determinant, -vectors[1][0] / determinant],
      [-vectors[0][1] / determinant, vectors[0][0] / determinant],
    ]
    return try replacing(
      m: Matrix(rows: unitCount, columns: 2) { m[$0, 0] * vectors[$1][0] + m[$0, 1] * vectors[$1][1] },
      n: Matrix(rows: unitCount, columns: 2) { n[$0, 0] * inverse[$1][0] + n[$0, 1] * inverse[$1][1] })
  }
}
