// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import TestSupport
import Testing

/// How far a covariance may be varied, against what is free and against a determinant.
@Suite struct RealisableRangeTests {
  /// σ_nn acts on nothing and is completed: σ_nm is free, σ_mm is bound by its sign alone, and at σ_mm = 0 nothing is left
  /// for n to vary with.
  @Test func twoVectors() throws {
    let circuit = circuit([[2, 1], [1, 3]])
    let coupling = try RealisableRange(of: circuit, .n(0), .m(0), population: 0)
    #expect(coupling.scope == .drives && coupling.lower == -.infinity && coupling.upper == .infinity)
    let variance = try RealisableRange(of: circuit, .m(0), .m(0), population: 0)
    #expect(variance.lower >= 0 && variance.lower < 1e-9 && variance.upper == .infinity)
    #expect(variance.part(of: -1...1) == variance.lower...1)
    #expect(variance.part(of: -1...0) == nil && variance.part(of: 1...2) == 1...2)
    let own = try RealisableRange(of: circuit, .n(0), .n(0), population: 0)
    #expect(own.lower == 0 && own.upper == .infinity)
  }

  /// The decision circuit of the field with n and w as small as they may be at σ_nm = 1.4: the range of σ_nm is not cut.
  @Test func freeEntriesAreCompleted() throws {
    let circuit = circuit([[8.72, 1.4, 2.6], [1.4, 1, 0], [2.6, 0, 1]])
    let limits = try RealisableRange(of: circuit, .n(0), .m(0), population: 0)
    #expect(limits.part(of: 0.5...2) == 0.5...2)
  }

  /// Among the drives the whole matrix counts: det D = 0 at the ends, for D = [[1, c, .6], [c, 1, .8], [.6, .8, 1.5]].
  @Test func threeDrives() throws {
    let circuit = circuit([[1, 0, 0, 0], [0, 1, 0.1, 0.6], [0, 0.1, 1, 0.8], [0, 0.6, 0.8, 1.5]])
    let limits = try RealisableRange(of: circuit, .m(0), .input(0), population: 0)
    // -1.5 c² + .96 c + 1.5 - .36 - .64 = 0
    let root = (0.96 * 0.96 + 6 * 0.5).squareRoot()
    #expect(abs(limits.lower - (0.96 - root) / 3) < 1e-10)
    #expect(abs(limits.upper - (0.96 + root) / 3) < 1e-10)
  }

  /// I is m: n's coupling to them cannot be moved without the other's.
  @Test func dependentDrives() throws {
    let circuit = circuit([[3, 1, 1], [1, 1, 1], [1, 1, 1]])
    let limits = try RealisableRange(of: circuit, .n(0), .m(0), population: 0)
    #expect(limits.scope == .drives && limits.lower == 1 && limits.upper == 1)
    #expect(limits.part(of: 0.5...2) == nil)
  }

  /// A circuit no units can have, as the course's: only what Δ² depends on is bound.
  @Test func unrealisableCircuit() throws {
    let circuit = circuit([[1, 1.4, 2.6], [1.4, 1, 0], [2.6, 0, 1]])
    let coupling = try RealisableRange(of: circuit, .n(0), .m(0), population: 0)
    #expect(coupling.scope == .drives && coupling.lower == -.infinity && coupling.upper == .infinity)
    let drives = try RealisableRange(of: circuit, .m(0), .input(0), population: 0)
    #expect(abs(drives.lower + 1) < 1e-10 && abs(drives.upper - 1) < 1e-10)
    #expect(try RealisableRange(of: circuit, .n(0), .n(0), population: 0).lower == 0)
  }

  /// n, m and, with three rows, I.
  private func circuit(_ rows: [[Double]]) -> EffectiveCircuit {
    let layout = LoadingLayout(rank: 1, inputCount: rows.count - 2, outputCount: 0)
    return EffectiveCircuit(
      ConnectivityStatistics(
        layout: layout, unitCount: 100,
        populations: [
          Population(
            layout: layout, fraction: 1, mean: [Double](repeating: 0, count: rows.count),
            covariance: Matrix(rows: rows.count, columns: rows.count) { rows[$0][$1] })
        ]), transfer: .tanh)
  }
}
