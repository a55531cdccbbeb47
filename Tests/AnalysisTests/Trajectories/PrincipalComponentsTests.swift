// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import TestSupport
import Testing

@Suite struct PrincipalComponentsTests {
  /// Points on a grid with known variances 4, 1 and 0 along rotated axes.
  @Test func knownVariancesAndDirections() throws {
    let axes = [[0.6, 0.8, 0], [-0.8, 0.6, 0]]
    var points: [Double] = []
    for a in [-2.0, 2] {
      for b in [-1.0, 1] {
        points += (0..<3).map { 5 + a * axes[0][$0] + b * axes[1][$0] }
      }
    }
    let found = try PrincipalComponents(of: points, width: 3, keeping: 2)
    #expect(zip(found.variances, [4, 1, 0]).allSatisfy { abs($0 - $1) < 1e-13 })
    #expect(zip(found.shares, [0.8, 0.2, 0]).allSatisfy { abs($0 - $1) < 1e-14 })
    #expect(abs(found.participationRatio - 25.0 / 17) < 1e-13)
    #expect(found.centre.allSatisfy { abs($0 - 5) < 1e-14 })
    for k in 0..<2 {
      let cosine = (0..<3).reduce(0) { $0 + found.directions[$1, k] * axes[k][$1] }
      #expect(abs(abs(cosine) - 1) < 1e-13)
    }
  }

  /// More dimensions than points, fewer, and coordinates in a skew basis: three ways to the same components.
  @Test(arguments: [true, false]) func allWaysAgree(centred: Bool) throws {
    let seed: UInt64 = 131
    var stream = RandomStream(seed: seed)
    let basis = Matrix(rows: 40, columns: 3) { _, _ in stream.normal() }
    let coordinates = (0..<20 * 3).map { _ in stream.normal() + 0.5 }
    var points = [Double](repeating: 0, count: 20 * 40)
    for p in 0..<20 {
      for i in 0..<40 { for j in 0..<3 { points[p * 40 + i] += basis[i, j] * coordinates[p * 3 + j] } }
    }
    let wide = try PrincipalComponents(of: points, width: 40, centred: centred, keeping: 3)
    // Each point twice: 40 points of 40 dimensions take the other road.
    let tall = try PrincipalComponents(of: points + points, width: 40, centred: centred, keeping: 3)
    let skew = try PrincipalComponents(of: coordinates, in: basis, centred: centred, keeping: 3)
    let bare = try PrincipalComponents(of: points, width: 40, centred: centred, keeping: 0)
    let scale = wide.totalVariance
    for other in [tall, skew, bare] {
      for k in 0..<3 { #expect(abs(wide.variances[k] - other.variances[k]) < 1e-12 * scale, "seed \(seed)") }
      #expect(abs(wide.participationRatio - other.participationRatio) < 1e-10, "seed \(seed)")
    }
    #expect(wide.variances.dropFirst(3).allSatisfy { $0 < 1e-12 * scale })
    for other in [tall, skew] {
      for k in 0..<3 {
        let cosine = (0..<40).reduce(0) { $0 + wide.directions[$1, k] * other.directions[$1, k] }
        #expect(abs(abs(cosine) - 1) < 1e-9, "seed \(seed), component \(k)")
      }
    }
    #expect(bare.directions.columns == 0)
  }

  @Test func refusesNothingAndNaN() {
    #expect(throws: LinearAlgebraError.self) { try PrincipalComponents(of: [], width: 3, keeping: 1) }
    #expect(throws: LinearAlgebraError.self) {
      try PrincipalComponents(of: [1, .nan, 2, 3], width: 2, keeping: 1)
    }
  }

  /// Activations lie in the span of [m I] whatever the network is; rates of tanh do not.
  @Test(arguments: [60, 700]) func activationsFillTheSpanAndRatesDoNot(units: Int) throws {
    let seed: UInt64 = 132
    let network = try randomNetwork(units: units, rank: 2, inputs: 1, outputs: 1, seed: seed)
    let stimulus = randomStimulus(trials: 40, steps: 20, channels: 1, seed: seed)
    let (x, rates, trials) = try ActivityDimensions.activationsAndRates(
      of: network, under: stimulus, alpha: 0.2)
    #expect(trials == 40)
    #expect(abs(x.insideSpan - 1) < 1e-12, "seed \(seed)")
    #expect(x.insideM < 0.999 && x.insideM > 0, "seed \(seed)")
    #expect(x.components.shares.dropFirst(3).allSatisfy { $0 < 1e-12 }, "seed \(seed)")
    #expect(x.components.participationRatio <= 3 + 1e-12)
    #expect(rates.insideSpan < 1 - 1e-5 && rates.insideSpan > 0.2, "seed \(seed)")
    #expect(x.components.pointCount == (units == 60 ? 800 : 600))
  }

  /// Rates of a linear network are its activations.
  @Test func linearRatesAreActivations() throws {
    let seed: UInt64 = 133
    let network = try randomNetwork(
      units: 30, rank: 1, inputs: 2, outputs: 1, transfer: .linear, seed: seed)
    let stimulus = randomStimulus(trials: 4, steps: 9, channels: 2, seed: seed)
    let (x, rates, _) = try ActivityDimensions.activationsAndRates(
      of: network, under: stimulus, alpha: 0.2)
    #expect(x == rates, "seed \(seed)")
  }
}
