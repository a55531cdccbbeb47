// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import TestSupport
import Testing

@testable import Studies

/// What is called stable is what stays under the steps that a network takes.
@Suite struct PointCountTests {
  /// κ' = -κ + s φ(κ) with s = -1.6: stable in continuous time (λ = -2.6), but at α = 1 the multiplier is 1 - 2.6 = -1.6.
  private func network(overlap: Double) throws -> Network {
    let ones = Matrix(rows: 4, columns: 1) { row, _ in row % 2 == 0 ? 1 : -1 }
    return try Network(
      m: ones, n: Matrix(rows: 4, columns: 1) { overlap * ones[$0, $1] },
      inputs: Matrix(rows: 4, columns: 0, elements: []), readouts: ones, transfer: .tanh)
  }

  @Test(arguments: [(1.0, false), (0.8, false), (0.7, true), (0.2, true)]) func stepsDecide(
    alpha: Double, isStable: Bool
  ) throws {
    let network = try network(overlap: -1.6)
    let set = try FixedPointSearch().fixedPoints(of: try ManifoldDynamics(network), input: [])
    try #require(set.points.count == 1)
    // The network itself: does a small deviation grow?
    let start = try network.starting(at: [0.01, -0.01, 0.01, -0.01])
    let run = Simulation(alpha: alpha).run(
      try NetworkDynamics(start), under: Stimulus(trials: 1, steps: 60, channels: 0, values: []))
    let last = try #require(run.outputs.suffix(2).map(abs).max())
    #expect((last < 1e-3) == isStable)
    let words = pointCount(AttractorSearch.Found(fixedPoints: set), alpha: alpha)
    #expect(
      words
        == (isStable
          ? "1 fixed point, a stable one"
          : "1 fixed point, an unstable one at steps of α = \(text(alpha)) (in continuous time stable)"))
    let point = PortraitResult.Point(set.points[0], alpha: alpha)
    #expect(point.stable == isStable && point.stableInContinuousTime == (isStable ? nil : true))
  }

  /// Two mirror images are said once.
  @Test func cyclesOfOneKindAreCounted() {
    #expect(
      cycleWords([(true, 12), (true, 12.0001), (false, 3)]) == [
        "2 stable limit cycles of period 12.0 τ in continuous time",
        "an unstable limit cycle of period 3.00 τ in continuous time",
      ])
  }
}
