// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Testing

/// The rank that m nᵀ has, which dependent vectors make less than R.
@Suite struct EffectiveRankTests {
  private func network(_ m: [[Double]], _ n: [[Double]]) throws -> Network {
    let units = m[0].count
    return try Network(
      m: Matrix(rows: units, columns: m.count) { m[$1][$0] },
      n: Matrix(rows: units, columns: n.count) { n[$1][$0] },
      inputs: Matrix(rows: units, columns: 0), readouts: Matrix(rows: units, columns: 0), transfer: .tanh)
  }

  @Test func dependentOrZeroVectorsDoNotCount() throws {
    let (a, b) = ([1.0, -2, 0.5, 3], [0.3, 1, -1, 2])
    #expect(try network([a, b], [b, a]).effectiveRank() == 2)
    #expect(try network([a, a.map { 2 * $0 }], [b, a]).effectiveRank() == 1)
    #expect(try network([a, b], [b, [0, 0, 0, 0]]).effectiveRank() == 1)
    #expect(try network([a, b], [b, b]).effectiveRank() == 1)
    #expect(try network([a], [[0, 0, 0, 0]]).effectiveRank() == 0)
    // Large and small pairs count alike where both act.
    #expect(try network([a, b.map { 1e-6 * $0 }], [b, a]).effectiveRank() == 2)
  }
}
