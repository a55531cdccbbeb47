// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import TestSupport
import Testing

@testable import Analysis

/// Rank correlations, kinds, and flows of many networks on common states.
@Suite struct ManyNetworksTests {
  /// Against the definition worked out by hand: mean ranks, Pearson's formula, Fisher's interval with Bonett & Wright's
  /// variance.
  @Test func spearmanAgreesWithItsDefinition() throws {
    let x = [1.0, 2, 2, 4, 5, 6, 7, 3.5]
    let y = [2.0, 1, 4, 3, 7, 8, 8, 5]
    #expect(RankCorrelation.ranks(x) == [1, 2.5, 2.5, 5, 6, 7, 8, 4])
    #expect(RankCorrelation.ranks(y) == [2, 1, 4, 3, 6, 7.5, 7.5, 5])
    let found = try #require(RankCorrelation(x, y))
    // Σ(a - 4.5)(b - 4.5) / √(Σ(a - 4.5)² Σ(b - 4.5)²), from the ranks above.
    let (a, b) = ([1, 2.5, 2.5, 5, 6, 7, 8, 4.0], [2, 1, 4, 3, 6, 7.5, 7.5, 5.0])
    let rho =
      zip(a, b).reduce(0) { $0 + ($1.0 - 4.5) * ($1.1 - 4.5) }
      / (a.reduce(0) { $0 + ($1 - 4.5) * ($1 - 4.5) } * b.reduce(0) { $0 + ($1 - 4.5) * ($1 - 4.5) })
      .squareRoot()
    #expect(abs(found.value - rho) < 1e-14)
    // SciPy's spearmanr.
    #expect(abs(found.value - 0.8674698795180722) < 1e-14)
    let error = ((1 + rho * rho / 2) / 5).squareRoot()
    #expect(abs(found.lower - tanh(atanh(rho) - 1.959963984540054 * error)) < 1e-9)
    #expect(abs(found.upper - tanh(atanh(rho) + 1.959963984540054 * error)) < 1e-9)
    // The more are asked, the wider.
    let wider = try #require(RankCorrelation(x, y, asked: 10))
    #expect(wider.value == found.value && wider.lower < found.lower && wider.upper > found.upper)
  }

  @Test func whatHasNoOrderHasNoCorrelation() {
    #expect(RankCorrelation([1, 2, 3, 4], [1, 2, 3, 4]) == nil)
    #expect(RankCorrelation([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]) == nil)
    #expect(RankCorrelation([1, 2, .nan, 4, 5], [1, 2, 3, 4, 5]) == nil)
    let all = RankCorrelation([1, 2, 3, 4, 5, 6], [2, 4, 6, 8, 10, 12])
    #expect(all?.value == 1 && (all?.upper ?? 2) < 1)
  }

  /// Of independent lists the corrected intervals of ten together leave zero out about one time in twenty.
  @Test func correctedIntervalsHoldTogether() {
    let seed: UInt64 = 7
    var stream = RandomStream(seed: seed)
    var misses = 0
    for _ in 0..<400 {
      let loss = (0..<20).map { _ in stream.normal() }
      let isMissed = (0..<10).contains { _ in
        RankCorrelation((0..<20).map { _ in stream.normal() }, loss, asked: 10)?.isClear ?? false
      }
      misses += isMissed ? 1 : 0
    }
    // 20 expected of 400, with an SD of 4.4.
    #expect(misses >= 6 && misses <= 36, "seed \(seed): \(misses)")
  }

  @Test func quantilesOfTheNormal() {
    #expect(abs(RankCorrelation.normalQuantile(0.975) - 1.959963984540054) < 1e-11)
    #expect(abs(RankCorrelation.normalQuantile(0.5)) < 1e-11)
    #expect(abs(RankCorrelation.normalQuantile(1 - 0.0005) - 3.290526731491926) < 1e-9)
  }

  @Test func groupsAreFoundWhereThereAreSome() throws {
    let places = [0, 0.1, 5, 5.1, 5.2, 0.2, 9.9, 10]
    let kinds = try Kinds(Matrix(rows: 8, columns: 8) { abs(places[$0] - places[$1]) })
    #expect(kinds.labels == [0, 0, 1, 1, 1, 0, 2, 2] && kinds.count == 3)
    #expect((kinds.silhouette ?? 0) > 0.9)
    // Points all as far from one another have no kinds; the silhouette says so.
    let even = try Kinds(Matrix(rows: 6, columns: 6) { $0 == $1 ? 0 : 1 })
    #expect(even.count == 1 && even.labels == [0, 0, 0, 0, 0, 0])
    #expect(try Kinds(Matrix(rows: 3, columns: 3)).count == 1)
    #expect(try Kinds(Matrix(rows: 1, columns: 1)).labels == [0])
    #expect(try Kinds(Matrix(rows: 0, columns: 0)).labels == [])
  }

  /// A single Gaussian cloud is one kind, although it can be cut: at most about one in twenty passes for more.
  @Test func oneCloudIsOneKind() throws {
    let seed: UInt64 = 17
    var stream = RandomStream(seed: seed)
    var several = 0
    for _ in 0..<40 {
      let places = (0..<16).map { _ in stream.normal() }
      let kinds = try Kinds(Matrix(rows: 16, columns: 16) { abs(places[$0] - places[$1]) })
      #expect((kinds.silhouette ?? 0) > 0.4)
      several += kinds.count > 1 ? 1 : 0
    }
    // 2 expected of 40, with an SD of 1.4.
    #expect(several <= 6, "seed \(seed): \(several)")
  }

  /// Scaled places have the distances that they were made of.
  @Test func placesHaveTheirDistances() throws {
    var stream = RandomStream(seed: 18)
    let points = (0..<7).map { _ in (0..<3).map { _ in stream.normal() } }
    func distance(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    let (places, variances) = try Kinds.scaledPlaces(
      Matrix(rows: 7, columns: 7) { distance(points[$0], points[$1]) })
    #expect(places.columns == 3 && variances == variances.sorted(by: >))
    for i in 0..<7 {
      for j in 0..<7 {
        let found = distance((0..<3).map { places[i, $0] }, (0..<3).map { places[j, $0] })
        #expect(abs(found - distance(points[i], points[j])) < 1e-12)
      }
    }
  }

  private let stimulus = randomStimulus(trials: 6, steps: 40, channels: 2, seed: 91)

  /// Writing J with other m and n, and numbering units otherwise, changes nothing that networks do: distance 0.
  @Test func gaugeAndOrderOfUnitsDoNotCount() throws {
    let one = try randomNetwork(units: 60, rank: 2, inputs: 2, outputs: 1, seed: 92)
    // (m, n) → (m A, n A⁻ᵀ) with A = [[2, 1], [0, -0.5]].
    let m = Matrix(rows: 60, columns: 2) { $1 == 0 ? 2 * one.m[$0, 0] : one.m[$0, 0] - 0.5 * one.m[$0, 1] }
    let n = Matrix(rows: 60, columns: 2) {
      $1 == 0 ? 0.5 * one.n[$0, 0] + one.n[$0, 1] : -2 * one.n[$0, 1]
    }
    let other = try one.replacing(m: m, n: n)
    let turned = try one.selecting(units: Array((0..<60).reversed()))
    let flow = try CommonFlow(of: [one, other, turned], under: stimulus, alpha: 0.2)
    // Rounding of sums over units, through a singular value decomposition.
    #expect(flow.distances.elements.allSatisfy { $0 < 1e-10 }, "\(flow.distances.elements)")
    #expect(flow.misfits.allSatisfy { $0 < 1e-10 })
    for network in flow.networks {
      for a in 0..<2 {
        for b in 0..<2 {
          let product = zip(network.m.column(a), network.m.column(b)).reduce(0) { $0 + $1.0 * $1.1 } / 60
          #expect(abs(product - (a == b ? 1 : 0)) < 1e-12)
        }
      }
    }
  }

  /// The common gauge changes coordinates, not the network: z stays.
  @Test func theCommonGaugeKeepsTheOutput() throws {
    let one = try randomNetwork(units: 40, rank: 3, inputs: 2, outputs: 1, seed: 93)
    let gauged = try one.inOrthonormalGauge()
    let simulation = Simulation(alpha: 0.2)
    let (a, b) = (
      simulation.run(try ManifoldDynamics(one), under: stimulus).outputs,
      simulation.run(try ManifoldDynamics(gauged), under: stimulus).outputs
    )
    #expect(relativeDifference(b, a) < 1e-12)
  }

  /// Two networks with a strong feedback and two without are two kinds, whatever the order in which they come.
  @Test func kindsAreThoseOfTheFlow() throws {
    func network(_ feedback: Double, seed: UInt64) throws -> Network {
      var stream = RandomStream(seed: seed)
      let m = Matrix(rows: 400, columns: 1) { _, _ in stream.normal() }
      let noise = Matrix(rows: 400, columns: 1) { _, _ in stream.normal() }
      let inputs = Matrix(rows: 400, columns: 2) { _, _ in stream.normal() }
      return try Network(
        m: m,
        n: Matrix(rows: 400, columns: 1) { feedback * m[$0, $1] + 0.8 * inputs[$0, 0] + 0.1 * noise[$0, $1] },
        inputs: inputs, readouts: m, transfer: .tanh)
    }
    let networks = try (0..<10).map { try network($0 % 2 == 0 ? 2.5 : 0, seed: UInt64($0)) }
    let flow = try CommonFlow(of: networks, under: stimulus, alpha: 0.2)
    let kinds = try Kinds(flow.distances)
    #expect(kinds.labels == (0..<10).map { $0 % 2 }, "\(flow.distances.elements)")
    for i in 0..<10 { for j in 0..<10 { #expect(flow.distances[i, j] == flow.distances[j, i]) } }
  }
}
