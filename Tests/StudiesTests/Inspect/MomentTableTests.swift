// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import TestSupport
import Testing

/// Covariances, overlaps and their standard errors in what `inspect` answers.
@Suite struct MomentTableTests {
  @Test func overlapsAreMeanProducts() throws {
    let network = try randomNetwork(units: 50, rank: 2, inputs: 1, outputs: 1, seed: 3)
    let subject = Subject(network, alpha: 0.2, name: "mine")
    let result = try Inspect().run(on: subject)
    let table = try #require(result.moments.first)
    #expect(result.moments.count == 1 && table.units == 50 && table.fraction == 1)
    let loadings = network.loadings
    #expect(table.vectors == network.layout.vectors.map(\.description))
    for a in 0..<loadings.columns {
      for b in 0..<loadings.columns {
        let product = zip(loadings.column(a), loadings.column(b)).reduce(0) { $0 + $1.0 * $1.1 } / 50
        #expect(abs(table.overlaps[a][b].value - product) < 1e-12)
        let means = table.means[a].value * table.means[b].value
        #expect(abs(table.covariances[a][b].value + means - product) < 1e-12)
      }
    }
  }

  /// The spread over networks drawn from one Gaussian: 500 draws know an SD to 3 %; six entries, within 15 %.
  @Test func errorsAreTheSpreadOfDraws() throws {
    let layout = LoadingLayout(rank: 1, inputCount: 0, outputCount: 0)
    let population = Population(
      layout: layout, fraction: 1, mean: [0.7, -1.2],
      covariance: Matrix(rows: 2, columns: 2, elements: [1.5, 0.6, 0.6, 0.9]))
    let units = 100
    let table = MomentTable(population, unitCount: units)
    var stream = RandomStream(seed: 4)
    let l11 = 1.5.squareRoot()
    let l21 = 0.6 / l11
    let l22 = (0.9 - l21 * l21).squareRoot()
    var sums = [Double](repeating: 0, count: 6)
    var squares = sums
    for _ in 0..<500 {
      var (a, b) = ([Double](), [Double]())
      for _ in 0..<units {
        let (x, y) = (stream.normal(), stream.normal())
        a.append(0.7 + l11 * x)
        b.append(-1.2 + l21 * x + l22 * y)
      }
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(units) }
      func product(_ p: [Double], _ q: [Double]) -> Double { mean(zip(p, q).map { $0 * $1 }) }
      let found = [
        mean(a), product(a, b), product(b, b), product(a, b) - mean(a) * mean(b),
        product(a, a) - mean(a) * mean(a), product(a, a),
      ]
      for (k, value) in found.enumerated() {
        sums[k] += value / 500
        squares[k] += value * value / 500
      }
    }
    let errors = [
      table.means[0].error, table.overlaps[0][1].error, table.overlaps[1][1].error,
      table.covariances[0][1].error, table.covariances[0][0].error, table.overlaps[0][0].error,
    ]
    for k in 0..<6 {
      let spread = (squares[k] - sums[k] * sums[k]).squareRoot()
      #expect(abs(errors[k] / spread - 1) < 0.15, "entry \(k): \(errors[k]), \(spread), seed 4")
    }
  }
}
