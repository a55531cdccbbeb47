// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

/// Moments of loadings against their definitions and against sampling theory.
@Suite struct ConnectivityStatisticsTests {
  @Test func covariancePlusMeansIsTheOverlap() throws {
    let network = try randomNetwork(units: 50, rank: 2, inputs: 1, outputs: 1, seed: 91)
    for labels in [nil, (0..<50).map { $0 % 4 }] {
      let statistics = try ConnectivityStatistics(of: network, labels: labels)
      let loadings = network.loadings
      for (a, left) in network.layout.vectors.enumerated() {
        for (b, right) in network.layout.vectors.enumerated() {
          let overlap = zip(loadings.column(a), loadings.column(b)).reduce(0) { $0 + $1.0 * $1.1 } / 50
          // A sum of 50 products of order one: a few hundred units in the last place at most.
          #expect(abs(statistics.overlap(left, right) - overlap) < 1e-13, "seed 91")
        }
      }
    }
  }

  @Test func knownMoments() throws {
    let network = try Network(
      m: Matrix(rows: 4, columns: 1, elements: [1, 2, 3, 4]),
      n: Matrix(rows: 4, columns: 1, elements: [2, 4, 6, 8]), inputs: Matrix(rows: 4, columns: 0),
      readouts: Matrix(rows: 4, columns: 0))
    let population = try ConnectivityStatistics(of: network).populations[0]
    #expect(population.mean(.m(0)) == 2.5)
    #expect(population.covariance(.m(0), .m(0)) == 1.25, "1/N, not 1/(N-1)")
    #expect(population.covariance(.n(0), .m(0)) == 2.5)
    #expect(population.covariance(.n(0), .input(0)) == 0, "a vector the network does not have")
  }

  @Test func hardResponsibilitiesAreLabels() throws {
    let network = try randomNetwork(units: 30, rank: 1, inputs: 1, outputs: 1, seed: 92)
    let labels = (0..<30).map { $0 % 3 }
    let hard = Matrix(rows: 30, columns: 3) { labels[$0] == $1 ? 1 : 0 }
    let a = try ConnectivityStatistics(of: network, labels: labels)
    let b = try ConnectivityStatistics(of: network, responsibilities: hard)
    for (left, right) in zip(a.populations, b.populations) {
      #expect(abs(left.fraction - right.fraction) < 1e-15)
      #expect(relativeDifference(right.covariance.elements, left.covariance.elements) < 1e-13)
    }
  }

  @Test func badLabelsAreRefused() throws {
    let network = try randomNetwork(units: 5, rank: 1, inputs: 1, outputs: 1, seed: 93)
    for labels in [[0, 0], [0, 0, 0, 0, -1], [0, 0, 0, 0, 99]] {
      #expect(throws: ShapeError.self) { try ConnectivityStatistics(of: network, labels: labels) }
    }
  }

  /// SE(σ̂_mn) = √((σ_mm σ_nn + σ_mn²)/N), observed over many redraws.
  @Test func standardErrorsAreThoseOfRedraws() throws {
    let parent = try ConnectivityStatistics(
      of: randomNetwork(units: 60, rank: 1, inputs: 1, outputs: 1, seed: 94))
    let population = parent.populations[0]
    var sum = 0.0
    var square = 0.0
    let redraws = 600
    for stream in 0..<redraws {
      var random = RandomStream(seed: 95, stream: UInt64(stream))
      let network = try parent.redraw(units: 100, transfer: .tanh, stream: &random)
      let value = try ConnectivityStatistics(of: network).populations[0].covariance(.m(0), .n(0))
      sum += value
      square += value * value
    }
    let count = Double(redraws)
    let observed = (square / count - sum / count * sum / count).squareRoot()
    let predicted = population.standardError(.m(0), .n(0), units: 100)
    // An SD from 600 samples is known to 2.9 %; four of those.
    #expect(
      abs(observed / predicted - 1) < 0.12, "observed \(observed), predicted \(predicted), seeds 94, 95")
  }

  /// Populations so far apart that every unit shows where it was drawn.
  @Test func redrawsMeetTheFractions() throws {
    let layout = LoadingLayout(rank: 1, inputCount: 0, outputCount: 0)
    let populations = [(0.5, 0.0), (0.3, 100), (0.2, -100)].map { fraction, mean in
      Population(
        layout: layout, fraction: fraction, mean: [mean, mean],
        covariance: Matrix(rows: 2, columns: 2, elements: [1, 0.5, 0.5, 1]))
    }
    let statistics = ConnectivityStatistics(layout: layout, unitCount: 10, populations: populations)
    var stream = RandomStream(seed: 97)
    let network = try statistics.redraw(units: 200, transfer: .erf, stream: &stream)
    let m = Array(network.m.column(0))
    #expect(m.count { abs($0) < 20 } == 100)
    #expect(m.count { abs($0 - 100) < 20 } == 60)
    #expect(m.count { abs($0 + 100) < 20 } == 40)
  }

  /// No units can have |σ_mn| > √(σ_mm σ_nn).
  @Test func impossibleCovariancesAreRefused() throws {
    let layout = LoadingLayout(rank: 1, inputCount: 0, outputCount: 0)
    let population = Population(
      layout: layout, fraction: 1, mean: [0, 0],
      covariance: Matrix(rows: 2, columns: 2, elements: [1, 2.6, 2.6, 1]))
    let statistics = ConnectivityStatistics(layout: layout, unitCount: 10, populations: [population])
    var stream = RandomStream(seed: 98)
    #expect(throws: LinearAlgebraError.self) {
      try statistics.redraw(units: 10, transfer: .tanh, stream: &stream)
    }
  }
}
