// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import Fitting

/// Which units a circuit's populations stand for.
@Suite struct LikeliestPopulationsTests {
  private let seed: UInt64 = 4021
  private let units = 90

  /// A network whose units stand in three places of (m, I), far apart, and the place of each.
  private func network() throws -> (network: Network, labels: [Int]) {
    let base = try randomNetwork(units: units, rank: 1, inputs: 2, outputs: 1, seed: seed)
    let labels = (0..<units).map { $0 % 3 }
    let moved = try base.replacing(
      m: Matrix(rows: units, columns: 1) { i, _ in 0.3 * base.m[i, 0] + (labels[i] == 1 ? 8 : 0) },
      inputs: Matrix(rows: units, columns: 2) { i, k in 0.3 * base.inputs[i, k] + (labels[i] == 2 ? 8 : 0) })
    return (moved, labels)
  }

  @Test func unitsStandInTheirPopulations() throws {
    let (network, labels) = try network()
    let statistics = try EffectiveCircuit(of: network, labels: labels).statistics
    #expect(statistics.likeliestPopulations(of: network) == labels, "seed \(seed)")
  }

  /// n and w, which a fit widens, decide nothing; a population that is moved away takes no units, and then there are none.
  @Test func onlyWhatDrivesUnitsCounts() throws {
    let (network, labels) = try network()
    let statistics = try EffectiveCircuit(of: network, labels: labels).statistics
    let weights = statistics.layout.weightCount
    func changed(_ change: (Int, inout [Double], inout Matrix) -> Void) -> ConnectivityStatistics {
      ConnectivityStatistics(
        layout: statistics.layout, unitCount: units,
        populations: statistics.populations.enumerated().map { p, old in
          var (mean, covariance) = (old.mean, old.covariance)
          change(p, &mean, &covariance)
          return Population(layout: old.layout, fraction: old.fraction, mean: mean, covariance: covariance)
        })
    }
    let wide = changed { p, mean, covariance in
      for a in 0..<weights {
        mean[a] += Double(3 * p)
        covariance[a, a] *= Double(1 + 40 * p)
      }
    }
    #expect(wide.likeliestPopulations(of: network) == labels, "seed \(seed)")
    let away = changed { p, mean, _ in if p == 2 { mean[weights] = 1000 } }
    #expect(away.likeliestPopulations(of: network) == nil, "seed \(seed)")
    let other = try randomNetwork(units: units, rank: 2, inputs: 2, outputs: 1, seed: seed)
    #expect(statistics.likeliestPopulations(of: other) == nil)
  }
}
