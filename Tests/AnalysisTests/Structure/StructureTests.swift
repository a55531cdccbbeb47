// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import Fitting
import LowRank
import TestSupport
import Testing

@Suite struct StructureTests {
  private func gaussian(_ count: Int, _ width: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed, stream: 9)
    var rows = Matrix(rows: count, columns: width)
    for i in 0..<count {
      let common = stream.normal()
      for j in 0..<width { rows[i, j] = Double(j + 1) * (stream.normal() + 0.6 * common) }
    }
    return rows
  }

  /// Directions along the axes, with a little noise.
  private func clustered(_ count: Int, _ width: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed, stream: 9)
    return Matrix(rows: count, columns: width) { i, j in
      (i % width == j ? 2 * stream.normal() : 0) + 0.1 * stream.normal()
    }
  }

  @Test func falsePositivesAreAsRareAsPromised() throws {
    // 80 Gaussian tables at a level of 5 %: four expected; twelve or more have probability 0.06 %. (500 tables of 40
    // units gave 20, 24 and 22.)
    var pairs = 0
    var skewed = 0
    var heavy = 0
    let tables = 80
    for seed in 0..<UInt64(tables) {
      let rows = gaussian(30, 3, seed: 5000 + seed)
      if try PairAlignment(rows, simulations: 39, seed: seed).simulatedPValue <= 0.05 { pairs += 1 }
      let normality = try Normality(rows, simulations: 39, seed: seed)
      if normality.skewnessPValue <= 0.05 { skewed += 1 }
      if normality.kurtosisPValue <= 0.05 { heavy += 1 }
    }
    #expect(
      pairs < 12 && skewed < 12 && heavy < 12, "\(pairs), \(skewed), \(heavy) of \(tables); seeds from 5000")
  }

  @Test func heavyTailsAreFound() throws {
    let rows = clustered(150, 3, seed: 6)
    let normality = try Normality(rows, simulations: 99, seed: 6)
    #expect(normality.kurtosisPValue <= 0.02, "seed 6")
    #expect(normality.excessKurtosis.allSatisfy { $0 > 3 * normality.kurtosisError }, "seed 6")
  }

  @Test func mardiaDoesNotDependOnTheCoordinates() throws {
    let rows = gaussian(50, 2, seed: 7)
    let mixed = Matrix(rows: 50, columns: 2) { i, j in
      j == 0 ? 3 * rows[i, 0] - rows[i, 1] + 5 : rows[i, 0] + 0.2 * rows[i, 1]
    }
    let (a, b) = (
      try Normality(rows, simulations: 1, seed: 7), try Normality(mixed, simulations: 1, seed: 7)
    )
    #expect(abs(a.skewness - b.skewness) < 1e-9 && abs(a.kurtosis - b.kurtosis) < 1e-9)
    // b₁ by its definition as a double sum.
    #expect(abs(a.skewness - skewnessByPairs(rows)) < 1e-9)
  }

  private func skewnessByPairs(_ rows: Matrix) -> Double {
    let count = Double(rows.rows)
    let mean = (0..<2).map { rows.column($0).reduce(0, +) / count }
    let x = (0..<rows.rows).map { [rows[$0, 0] - mean[0], rows[$0, 1] - mean[1]] }
    func moment(_ a: Int, _ b: Int) -> Double { x.reduce(0) { $0 + $1[a] * $1[b] } / count }
    let determinant = moment(0, 0) * moment(1, 1) - moment(0, 1) * moment(0, 1)
    var sum = 0.0
    for p in x {
      for q in x {
        let product =
          (moment(1, 1) * p[0] * q[0] - moment(0, 1) * (p[0] * q[1] + p[1] * q[0]) + moment(0, 0) * p[1]
            * q[1])
          / determinant
        sum += product * product * product
      }
    }
    return sum / (count * count)
  }

  @Test func stabilityTellsRealFromArbitraryPopulations() throws {
    var stream = RandomStream(seed: 8)
    let separate = Matrix(rows: 200, columns: 2) { i, j in stream.normal() + (i % 2 == 0 ? 4 : -4) }
    let one = Matrix(rows: 200, columns: 2) { _, _ in stream.normal() }
    let real = try PopulationStability(separate, populations: 2, subsamples: 4, seed: 8)
    let arbitrary = try PopulationStability(one, populations: 4, subsamples: 4, seed: 8)
    #expect(real.mean > 0.95 && arbitrary.mean < 0.7, "\(real.mean), \(arbitrary.mean), seed 8")
    #expect(real.indices.count == 6)
    #expect(
      try PopulationStability(separate, populations: 2, subsamples: 4, seed: 8, threads: 1) == real)
  }

  /// Means that are held cannot tell populations by their mean; those that differ in covariance they find. (Definition:
  /// `clustering_stability` of the authors' public code, with a mean precision prior of 10⁵.)
  @Test func heldMeansSeeCovariancesOnly() throws {
    var stream = RandomStream(seed: 9)
    let byMean = Matrix(rows: 200, columns: 2) { i, j in stream.normal() + (i % 2 == 0 ? 4 : -4) }
    var byCovariance = Matrix(rows: 200, columns: 3)
    for i in 0..<200 {
      let common = 2 * stream.normal()
      for j in 0..<3 {
        byCovariance[i, j] = (j == 0 || i % 2 == 0 ? common : -common) + 0.1 * stream.normal()
      }
    }
    func stability(_ rows: Matrix) throws -> Double {
      try PopulationStability(rows, populations: 2, grouping: .heldMeans, subsamples: 4, seed: 9).mean
    }
    let (means, covariances) = (try stability(byMean), try stability(byCovariance))
    #expect(covariances > 0.8 && means < 0.7, "\(covariances), \(means), seed 9")
  }

  /// A constant vector and a multiple of another: the tests are those of the rest.
  @Test func testsLeaveOutWhatSaysNothing() throws {
    let rows = gaussian(60, 2, seed: 10)
    let more = Matrix(rows: 60, columns: 4) { i, j in [rows[i, 0], 1, rows[i, 1], -2 * rows[i, 0]][j] }
    let (a, b) = (
      try Normality(rows, simulations: 9, seed: 10), try Normality(more, simulations: 9, seed: 10)
    )
    #expect(b.columns == [0, 2] && a.kurtosis == b.kurtosis && a.skewnessPValue == b.skewnessPValue)
    #expect(b.excessKurtosis[1] == 0)
    let (c, d) = (
      try PairAlignment(rows, simulations: 9, seed: 10), try PairAlignment(more, simulations: 9, seed: 10)
    )
    #expect(d.columns == [0, 2] && c.effectSize == d.effectSize && c.pValue == d.pValue)
  }
}
