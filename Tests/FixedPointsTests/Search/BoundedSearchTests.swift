// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import TestSupport
import Testing

/// Searches end at any rank, and say what they left out.
@Suite struct BoundedSearchTests {
  /// Latents with overlaps of their own, all above 1: fixed points lie on the axes of κ, two on each, and at zero.
  private func axes(_ rank: Int) -> EffectiveCircuit {
    let unit = (0..<rank).map { r in (0..<rank).map { $0 == r ? 1.0 : 0 } }
    let layout = LoadingLayout(rank: rank, inputCount: 0, outputCount: 0)
    let weights = unit.enumerated().map { r, row in row.map { $0 * (1.2 + Double(r) / Double(rank)) } }
    return circuit(layout, factors: weights + unit)
  }

  private func reason(_ set: FixedPointSet) -> String {
    if case .searched(let reason) = set.completeness { reason } else { "proven" }
  }

  /// Whatever is listed is a fixed point: κ on one axis, where ⟨tanh'⟩(κ²) = 1/σ_r.
  private func expectTrue(_ set: FixedPointSet, rank: Int) {
    for point in set.points {
      let active = point.kappa.indices.filter { abs(point.kappa[$0]) > 1e-6 }
      #expect(active.count <= 1, "κ = \(point.kappa)")
      guard let r = active.first else { continue }
      let gain = Gain(.tanh).rateAndGain(mean: 0, variance: point.kappa[r] * point.kappa[r]).gain
      #expect(abs(gain * (1.2 + Double(r) / Double(rank)) - 1) < 1e-7)
    }
  }

  @Test(arguments: [40, 80]) func highRankEndsEarlyAndSaysSo(rank: Int) throws {
    var search = FixedPointSearch()
    search.work = 2000 * Double(rank * rank * rank)
    let set = try search.fixedPoints(of: axes(rank), input: [])
    let reason = reason(set)
    #expect(reason.contains("at rank \(rank) the work that a search may take was spent after"), "\(reason)")
    #expect(reason.contains("of 200 starts"), "\(reason)")
    #expect(reason.contains("R³ bounds on f'' of rank 80 are left out") == (rank == 80), "\(reason)")
    #expect(!set.points.isEmpty && set.points.count < 2 * rank + 1)
    expectTrue(set, rank: rank)
    // The end is counted in multiplications: the same everywhere.
    #expect(try search.fixedPoints(of: axes(rank), input: []) == set)
  }

  /// More work finds more, and at low rank nothing is left out.
  @Test func enoughWorkFindsAll() throws {
    var search = FixedPointSearch()
    search.starts = 40
    let all = try search.fixedPoints(of: axes(3), input: [])
    #expect(all.points.count == 7 && !reason(all).contains("cut short"), "\(reason(all))")
    expectTrue(all, rank: 3)
    search.work = 3e4
    let few = try search.fixedPoints(of: axes(3), input: [])
    #expect(few.points.count < 7 && reason(few).contains("cut short"), "\(reason(few))")
    expectTrue(few, rank: 3)
  }
}
