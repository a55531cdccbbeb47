// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// Mixtures are found: the likelihood that is reached is at least that of the populations the rows were drawn from.
@Suite struct MixtureSearchTests {
  /// Rows drawn from a mixture, and what the mixture itself makes of them.
  struct Drawn {
    let rows: Matrix
    let labels: [Int]
    /// Mean log-likelihood per row under the true mixture, in the units of standardised columns.
    let truth: Double
  }

  /// Populations that differ in their means alone, or in their covariances alone.
  ///
  /// - Parameter isThin: covariances A Aᵀ of square A, whose smallest eigenvalues come near to zero.
  static func draw(
    _ populations: Int, byMean: Bool, units: Int, width: Int, seed: UInt64, isThin: Bool = false
  )
    -> Drawn
  {
    var stream = RandomStream(seed: seed, stream: 77)
    func factor(_ columns: Int) -> Matrix {
      let root = Matrix(rows: width, columns: columns) { _, _ in stream.normal() }
      return cholesky(
        Matrix(rows: width, columns: width) { i, j in
          (0..<columns).reduce(i == j && !isThin ? 0.05 : 0) {
            $0 + root[i, $1] * root[j, $1] / Double(columns)
          }
        })
    }
    let common = factor(width + 3)
    let factors = (0..<populations).map { _ in byMean ? common : factor(isThin ? width : width + 1) }
    func turned(_ factor: Matrix, _ scale: Double) -> [Double] {
      let normals = (0..<width).map { _ in stream.normal() }
      return (0..<width).map { i in (0...i).reduce(0) { $0 + scale * factor[i, $1] * normals[$1] } }
    }
    let means = factors.map { byMean ? turned($0, 1.3) : [Double](repeating: 0, count: width) }
    let parts = (0..<populations).map { _ in 0.5 + stream.uniform() }
    let fractions = parts.map { $0 / parts.reduce(0, +) }
    var rows = Matrix(rows: units, columns: width)
    var labels: [Int] = []
    for unit in 0..<units {
      var rest = stream.uniform()
      var p = 0
      while p < populations - 1 && rest > fractions[p] {
        rest -= fractions[p]
        p += 1
      }
      labels.append(p)
      for (j, value) in turned(factors[p], 1).enumerated() { rows[unit, j] = means[p][j] + value }
    }
    var truth = 0.0
    for unit in 0..<units {
      let terms = (0..<populations).map { p -> Double in
        var exponent = log(fractions[p]) - 0.5 * Double(width) * log(2 * Double.pi)
        var white: [Double] = []
        for j in 0..<width {
          let rest = (0..<j).reduce(rows[unit, j] - means[p][j]) { $0 - factors[p][j, $1] * white[$1] }
          white.append(rest / factors[p][j, j])
          exponent -= log(factors[p][j, j]) + 0.5 * white[j] * white[j]
        }
        return exponent
      }
      let largest = terms.max() ?? 0
      truth += (largest + log(terms.reduce(0) { $0 + exp($1 - largest) })) / Double(units)
    }
    for j in 0..<width {
      let mean = rows.column(j).reduce(0, +) / Double(units)
      truth += 0.5 * log(rows.column(j).reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(units))
    }
    return Drawn(rows: rows, labels: labels, truth: truth)
  }

  private static func cholesky(_ matrix: Matrix) -> Matrix {
    var factor = Matrix(rows: matrix.rows, columns: matrix.rows)
    for i in 0..<matrix.rows {
      for j in 0...i {
        let rest = (0..<j).reduce(matrix[i, j]) { $0 - factor[i, $1] * factor[j, $1] }
        factor[i, j] = i == j ? rest.squareRoot() : rest / factor[j, j]
      }
    }
    return factor
  }

  /// P = 2, 3, 4, by mean and by covariance, N = 256, 512, 1024: eighteen mixtures. KAPPA_MIXTURES=3 in the environment
  /// makes 54 of them, which is what notes/populations.md reports.
  @Test(arguments: [2, 3, 4], [true, false])
  func reachesTheTruth(populations: Int, byMean: Bool) throws {
    let repeats = ProcessInfo.processInfo.environment["KAPPA_MIXTURES"].flatMap { Int($0) } ?? 1
    for round in 0..<max(repeats, 1) {
      for (units, width) in [(256, 5 + round), (512, 7), (1024, 6)] {
        let seed = UInt64(10_000 * round + units + populations)
        let drawn = Self.draw(populations, byMean: byMean, units: units, width: width, seed: seed)
        var stream = RandomStream(seed: seed)
        let mixture = try GaussianMixture(drawn.rows, components: populations, stream: &stream)
        #expect(mixture.logLikelihood >= drawn.truth, "N \(units), D \(width), seed \(seed)")
        #expect(mixture.converged)
      }
    }
  }

  /// Populations whose covariances are nearly singular: what keeps starts from collapsing must not cost likelihood in the
  /// end.
  @Test(arguments: [2, 3, 4]) func reachesTheTruthOfThinPopulations(populations: Int) throws {
    for round in 0..<4 {
      let seed = UInt64(500 + 10 * round + populations)
      let drawn = Self.draw(populations, byMean: false, units: 600, width: 4, seed: seed, isThin: true)
      var stream = RandomStream(seed: seed)
      let mixture = try GaussianMixture(drawn.rows, components: populations, stream: &stream)
      #expect(mixture.logLikelihood >= drawn.truth, "seed \(seed)")
    }
  }

  /// Two populations with the same mean, one along (1, 1, …), one along (1, -1, …): no k-means sees them.
  @Test func findsPopulationsThatDifferInCovarianceAlone() throws {
    for seed: UInt64 in 1...3 {
      var stream = RandomStream(seed: seed, stream: 5)
      let labels = (0..<400).map { $0 % 2 }
      let rows = Matrix(columns: (0..<4).map { _ in [Double](repeating: 0, count: 400) }, rows: 400)
      var table = rows
      for i in 0..<400 {
        let common = 2 * stream.normal()
        for j in 0..<4 {
          table[i, j] = (j % 2 == 0 || labels[i] == 0 ? common : -common) + 0.3 * stream.normal()
        }
      }
      var random = RandomStream(seed: seed)
      let mixture = try GaussianMixture(table, components: 2, stream: &random)
      // Units near the mean, a tenth of all, belong to either.
      #expect(AdjustedRandIndex(mixture.labels, labels).value > 0.7, "seed \(seed)")
      #expect(abs(mixture.fractions[0] - 0.5) < 0.1, "seed \(seed)")
    }
  }

  /// The context-dependent network of Dubreuil, Valente et al. (2022), figure 1: scikit-learn's mixtures with twenty soft
  /// random starts have a BIC 1210 below that of one Gaussian, with populations of 279 and 233 units.
  @Test(
    .enabled(if: sharedNetworksFolder != nil, "no folder shared/networks beside a folder above"),
    arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func findsThePublishedPopulations(seed: UInt64) throws {
    let folder = try #require(sharedNetworksFolder)
    let network = try NetworkFile.load("\(folder)/mante_lr_fig1.pt").network
    func fit(_ components: Int) throws -> GaussianMixture {
      var stream = RandomStream(seed: seed)
      return try GaussianMixture(
        network.loadings, components: components, drives: network.driveColumns, stream: &stream)
    }
    let two = try fit(2)
    #expect(two.bic - (try fit(1)).bic <= -1200, "seed \(seed)")
    let sizes = (0..<2).map { p in two.labels.count { $0 == p } }
    #expect(abs(sizes[0] - 279) <= 3 && abs(sizes[1] - 233) <= 3, "\(sizes), seed \(seed)")
  }
}
