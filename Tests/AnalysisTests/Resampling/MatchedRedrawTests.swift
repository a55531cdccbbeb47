// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@Suite struct MatchedRedrawTests {
  private func statistics(seed: UInt64) throws -> ConnectivityStatistics {
    let network = try randomNetwork(units: 200, rank: 2, inputs: 1, outputs: 1, seed: seed)
    return try ConnectivityStatistics(of: network, labels: (0..<200).map { $0 % 5 == 0 ? 1 : 0 })
  }

  @Test func matchedMomentsAreTheCircuits() throws {
    let seed: UInt64 = 71
    let original = try statistics(seed: seed)
    for units in [100, 101, 400] {
      var stream = RandomStream(seed: seed, stream: 1)
      let network = try original.redraw(units: units, moments: .matched, transfer: .tanh, stream: &stream)
      let first = Int((original.populations[0].fraction * Double(units)).rounded())
      let found = try ConnectivityStatistics(of: network, labels: (0..<units).map { $0 < first ? 0 : 1 })
      for (mine, theirs) in zip(found.populations, original.populations) {
        #expect(relativeDifference(mine.mean, theirs.mean) < 1e-12, "\(units) units, seed \(seed)")
        #expect(
          relativeDifference(mine.covariance.elements, theirs.covariance.elements) < 1e-12,
          "\(units) units, seed \(seed)")
      }
    }
  }

  @Test func sampledMomentsScatterWithinTheirErrors() throws {
    let seed: UInt64 = 72
    let original = try statistics(seed: seed)
    var stream = RandomStream(seed: seed, stream: 1)
    let network = try original.redraw(units: 1000, moments: .sampled, transfer: .tanh, stream: &stream)
    let found = try ConnectivityStatistics(of: network, labels: (0..<1000).map { $0 < 800 ? 0 : 1 })
    var differs = false
    for (mine, theirs) in zip(found.populations, original.populations) {
      for a in original.layout.vectors {
        for b in original.layout.vectors {
          let error = theirs.standardError(a, b, units: theirs.fraction * 1000)
          #expect(abs(mine.covariance(a, b) - theirs.covariance(a, b)) < 5 * error, "\(a)\(b), seed \(seed)")
          if abs(mine.covariance(a, b) - theirs.covariance(a, b)) > 0.1 * error { differs = true }
        }
      }
    }
    #expect(differs, "sampled moments are not matched ones")
  }

  @Test func tooFewUnitsAreRefused() throws {
    let original = try statistics(seed: 73)
    var stream = RandomStream(seed: 73)
    #expect(throws: LinearAlgebraError.self) {
      try original.redraw(units: 6, moments: .matched, transfer: .tanh, stream: &stream)
    }
  }
}
