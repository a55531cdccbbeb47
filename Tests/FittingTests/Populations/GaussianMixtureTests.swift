// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LibC
import LowRank
import TestSupport
import Testing

private func exponentialOfC(_ x: Double) -> Double { exp(x) }

@Suite struct GaussianMixtureTests {
  /// Two clouds, one of them with correlated columns.
  private func clouds(_ count: Int, distance: Double, seed: UInt64) -> (Matrix, [Int]) {
    var stream = RandomStream(seed: seed)
    let labels = (0..<count).map { $0 % 3 == 0 ? 1 : 0 }
    var rows = Matrix(rows: count, columns: 2)
    for i in 0..<count {
      let (a, b) = (stream.normal(), stream.normal())
      rows[i, 0] = labels[i] == 1 ? distance + 0.5 * a : a
      rows[i, 1] = labels[i] == 1 ? -distance + 2 * b : 0.9 * a + 0.3 * b
    }
    return (rows, labels)
  }

  @Test func findsTheClouds() throws {
    for seed: UInt64 in 1...3 {
      let (rows, truth) = clouds(600, distance: 4, seed: seed)
      var stream = RandomStream(seed: seed)
      let mixture = try GaussianMixture(rows, components: 2, stream: &stream)
      #expect(AdjustedRandIndex(mixture.labels, truth).value > 0.97, "seed \(seed)")
      #expect(mixture.converged)
      #expect(abs(mixture.fractions.reduce(0, +) - 1) < 1e-12)
      // Fractions within five standard errors.
      #expect(
        abs((mixture.fractions.min() ?? 0) - 1.0 / 3) < 5 * (2.0 / 9 / 600).squareRoot(), "seed \(seed)")
      for i in 0..<600 {
        #expect(abs(mixture.responsibilities[i, 0] + mixture.responsibilities[i, 1] - 1) < 1e-12)
      }
    }
  }

  @Test func bicPrefersTheTrueNumber() throws {
    let (rows, _) = clouds(600, distance: 4, seed: 7)
    let scores = try (1...4).map { count in
      var stream = RandomStream(seed: 7)
      return try GaussianMixture(rows, components: count, stream: &stream).bic
    }
    #expect(scores.firstIndex(of: scores.min() ?? 0) == 1, "BIC \(scores), seed 7")
  }

  @Test func oneComponentIsTheGaussian() throws {
    let (rows, _) = clouds(300, distance: 1, seed: 8)
    var stream = RandomStream(seed: 8)
    let mixture = try GaussianMixture(rows, components: 1, floor: 0, stream: &stream)
    // Of standardised rows with correlation ρ: log L/N = -log 2π - 1 - ½ log(1 - ρ²).
    let table = rows.standardised
    let correlation = zip(table.column(0), table.column(1)).reduce(0) { $0 + $1.0 * $1.1 } / 300
    let expected = -1.8378770664093453 - 1 - 0.5 * naturalLogarithm(1 - correlation * correlation)
    #expect(abs(mixture.logLikelihood - expected) < 1e-10)
  }

  @Test func sameStreamSameMixtureOnAnyNumberOfThreads() throws {
    let (rows, _) = clouds(200, distance: 2, seed: 9)
    var (a, b) = (RandomStream(seed: 9), RandomStream(seed: 9))
    #expect(
      try GaussianMixture(rows, components: 3, stream: &a, threads: 1)
        == GaussianMixture(rows, components: 3, stream: &b, threads: 3))
  }

  /// One column twice, one constant, one a sum of two: the mixture is that of the other two columns.
  @Test func columnsThatSayNothingAreLeftOut() throws {
    let (rows, _) = clouds(200, distance: 3, seed: 11)
    let more = Matrix(rows: 200, columns: 5) { i, j in
      [rows[i, 0], 4, 3 * rows[i, 0] + 1, rows[i, 1], rows[i, 0] - 2 * rows[i, 1]][j]
    }
    let columns = IndependentColumns(of: more)
    #expect(columns.kept == [0, 3] && columns.constant == [1] && columns.dependent == [2, 4])
    var (a, b) = (RandomStream(seed: 11), RandomStream(seed: 11))
    let (whole, part) = (
      try GaussianMixture(more, components: 2, stream: &a),
      try GaussianMixture(rows, components: 2, stream: &b)
    )
    #expect(whole.columns == [0, 3] && whole.labels == part.labels && whole.bic == part.bic)
    // Nothing but a constant: all units are alike.
    let flat = try GaussianMixture(
      Matrix(rows: 9, columns: 1) { _, _ in 2 }, components: 2, stream: &a)
    #expect(flat.columns.isEmpty && abs(flat.logLikelihood) < 1e-12)
  }

  /// Units of single precision that are multiples of one another leave 1e-14 of the variance.
  @Test func roundedMultiplesAreDependent() {
    var stream = RandomStream(seed: 12)
    let values = (0..<100).map { _ in Float(stream.normal()) }
    let rows = Matrix(rows: 100, columns: 2) { i, j in Double(j == 0 ? values[i] : 0.3 * values[i]) }
    #expect(IndependentColumns(of: rows).dependent == [1])
  }

  /// The lanes' exponential against the C library's.
  @Test func exponentialOfLanes() {
    var worst = 0.0
    for step in 0..<20_000 {
      let x = -0.0353 * Double(step)
      let lanes = exponential(SIMD8<Double>(repeating: x))
      #expect(lanes.min() == lanes.max())
      worst = max(worst, abs(lanes[3] / exponentialOfC(x) - 1))
    }
    #expect(worst < 4e-16, "\(worst)")
    #expect(exponential(SIMD8<Double>(repeating: 0))[0] == 1)
    #expect(exponential(SIMD8<Double>(repeating: -1e300))[0] < 1e-300)
  }

  @Test func kMeansOnSeparateClouds() {
    let (rows, truth) = clouds(300, distance: 10, seed: 10)
    var stream = RandomStream(seed: 10)
    let clusters = KMeans(rows, clusters: 2, stream: &stream)
    #expect(AdjustedRandIndex(clusters.labels, truth).value == 1, "seed 10")
    // More clusters than rows: every row by itself.
    let few = Matrix(rows: 3, columns: 1, elements: [1, 2, 4])
    #expect(KMeans(few, clusters: 5, stream: &stream).inertia == 0)
  }

  @Test func randIndexOfKnownTables() {
    #expect(AdjustedRandIndex([0, 0, 1, 1], [1, 1, 0, 0]).value == 1)
    #expect(AdjustedRandIndex([0, 0, 0], [0, 0, 0]).value == 1)
    // Hubert & Arabie's formula by hand: Σ C(n_ij, 2) = 2, rows 4, columns 7, all 15.
    #expect(
      abs(
        AdjustedRandIndex([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 1]).value - (2 - 28.0 / 15) / (5.5 - 28.0 / 15))
        < 1e-12)
  }
}

/// log x from the exponential's inverse by Newton's method: independent of the C library's headers in tests.
private func naturalLogarithm(_ x: Double) -> Double {
  var y = 0.0
  for _ in 0..<60 {
    var term = 1.0
    var power = 1.0
    for k in 1..<40 {
      term *= y / Double(k)
      power += term
    }
    y -= 1 - x / power
  }
  return y
}
