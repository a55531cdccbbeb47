// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import TestSupport
import Testing

@testable import FixedPoints

/// What a network's own steps do where they are not small, against closed forms.
@Suite struct StepCycleTests {
  /// κ ← (1 - α) κ + α s tanh κ.
  private func network(overlap: Double) throws -> Network {
    let ones = Matrix(rows: 4, columns: 1) { row, _ in row % 2 == 0 ? 1 : -1 }
    return try Network(
      m: ones, n: Matrix(rows: 4, columns: 1) { overlap * ones[$0, $1] },
      inputs: Matrix(rows: 4, columns: 0), readouts: ones, transfer: .tanh)
  }

  /// The root of κ (2/α - 1) = |s| tanh κ, by halving.
  private func amplitude(_ overlap: Double, alpha: Double) -> Double {
    var (low, high) = (1e-6, 10.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle * (2 / alpha - 1) < -overlap * tanh(middle) { low = middle } else { high = middle }
    }
    return low
  }

  /// A slope below 1 - 2/α throws the steps to and fro between ±κ*, while the flow comes to rest.
  @Test(arguments: [(-2.0, 1.0), (-1.2, 1.0), (-2.0, 0.8), (-10.0, 0.3)]) func alternates(
    overlap: Double, alpha: Double
  ) throws {
    let network = try network(overlap: overlap)
    let manifold = try ManifoldDynamics(network)
    let found = try AttractorSearch(alpha: alpha).attractors(of: manifold, input: [])
    #expect(found.motion == .steps(alpha: alpha))
    try #require(found.stepCycles.count == 1 && found.fixedPoints.points.count == 1)
    #expect(found.fixedPoints.points[0].isStable && !found.fixedPoints.points[0].isStable(alpha: alpha))
    let (cycle, expected) = (found.stepCycles[0], amplitude(overlap, alpha: alpha))
    #expect(cycle.kind == .periodic && cycle.period == 2 && cycle.isStable)
    #expect(abs(cycle.orbit[0][0] + expected) < 1e-9 * expected)
    #expect(abs(cycle.orbit[1][0] - expected) < 1e-9 * expected)
    let slope = 1 - alpha + alpha * overlap * (1 - tanh(expected) * tanh(expected))
    #expect(abs(cycle.multipliers[0].real - slope * slope) < 1e-8)
    // Every state but rest itself ends in the cycle.
    let basins = Basins(of: manifold, input: [], found: found, nodes: 40)
    #expect(basins.attractors == [.stepCycle(cycle)] && basins.shares == [1] && basins.undecided == 0)
    // So do all units of the network.
    let run = Simulation(alpha: alpha).run(
      try NetworkDynamics(network.starting(at: [0.02, -0.02, 0.02, -0.02])),
      under: Stimulus(trials: 1, steps: 400, channels: 0, values: []))
    #expect(abs(abs(run.kappa(trial: 0, step: 399, 0)) - expected) < 1e-6 * expected)
    #expect(abs(run.kappa(trial: 0, step: 399, 0) + run.kappa(trial: 0, step: 398, 0)) < 1e-6 * expected)
  }

  /// Where steps are small and nothing differs, the flow speaks for them.
  @Test func smallStepsAreTheFlow() throws {
    let found = try AttractorSearch(alpha: 0.2).attractors(
      of: ManifoldDynamics(network(overlap: -2)), input: [])
    #expect(found.motion == .continuous && found.stepCycles.isEmpty && found.fixedPoints.points[0].isStable)
  }

  /// A Gaussian circuit of overlap -2: ⟨φ'⟩(κ*) = 1/2 at σ_m = 1, the closed form of overlap 2's fixed point.
  @Test func circuitAlternatesAtTheFixedPointOfTheOppositeSign() throws {
    let opposite = circuit(
      LoadingLayout(rank: 1, inputCount: 0, outputCount: 0), factors: [[-2, 2], [1, 0]])
    let found = try AttractorSearch(alpha: 1).attractors(of: opposite, input: [])
    try #require(found.stepCycles.count == 1)
    #expect(abs(found.stepCycles[0].orbit[1][0] - 1.33711) < 1e-5)
  }

  /// Overlap [[a, -b], [b, a]]: steps go around a circle with |1 - α + αG(a + ib)| = 1, G = ⟨φ'⟩(ρ), by an angle that is the
  /// argument of that number.
  @Test(arguments: [0.5, 1.0]) func closedCurve(alpha: Double) throws {
    let (a, b) = (1.5, 0.6)
    let turning = circuit(
      LoadingLayout(rank: 2, inputCount: 0, outputCount: 0),
      factors: [[a, -b, 1, 0], [b, a, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]])
    let found = try AttractorSearch(alpha: alpha).attractors(of: turning, input: [])
    try #require(found.stepCycles.count == 1)
    let cycle = found.stepCycles[0]
    // α² (a² + b²) G² + 2 α (1 - α) a G + (1 - α)² = 1
    let (p, q, r) = (alpha * alpha * (a * a + b * b), alpha * (1 - alpha) * a, (1 - alpha) * (1 - alpha) - 1)
    let gain = (-q + (q * q - p * r).squareRoot()) / p
    let angle = atan2(alpha * gain * b, 1 - alpha + alpha * gain * a)
    #expect(cycle.kind == .curve && cycle.isStable && abs(cycle.exponent) < 1e-3)
    let turn = 2 * Double.pi / angle
    #expect(abs((cycle.period ?? 0) - turn) < 1e-3 * turn)
    for point in cycle.orbit.prefix(50) {
      let square = point[0] * point[0] + point[1] * point[1]
      let own = Gain(.tanh).rateAndGain(mean: 0, variance: square).gain
      #expect(abs(own - gain) < 1e-9)
    }
    let basins = Basins(of: turning, input: [], found: found, nodes: 12)
    #expect(basins.attractors.count == 1 && basins.shares == [1])
  }

  /// κ ← 1 - s |κ|, the tent map: neighbours part by ln s a step.
  @Test func tentMapWanders() throws {
    let s = 1.8
    let tent = try Network(
      m: Matrix(rows: 3, columns: 1, elements: [1, -1, 0]),
      n: Matrix(rows: 3, columns: 1, elements: [-3 * s, -3 * s, 3]), inputs: Matrix(rows: 3, columns: 0),
      readouts: Matrix(rows: 3, columns: 1), bias: Network.Bias(values: [0, 0, 1]), transfer: .relu)
    let found = try AttractorSearch(alpha: 1).attractors(of: ManifoldDynamics(tent), input: [])
    let wandering = found.stepCycles.filter { $0.kind == .irregular }
    try #require(wandering.count == 1)
    #expect(abs(wandering[0].exponent - log(s)) < 1e-9 && wandering[0].isStable)
    // κ* = 1/(1 + s) and -1/(s - 1), and the one cycle of two steps: 1 - s(1 - sκ) = -κ … unstable, multiplier -s².
    #expect(found.fixedPoints.points.allSatisfy { !$0.isStable(alpha: 1) })
    let two = found.stepCycles.filter { $0.period == 2 }
    try #require(two.count == 1)
    #expect(!two[0].isStable && abs(two[0].multipliers[0].real + s * s) < 1e-9)
  }

  /// A unit on either side of κ = 0: a step from above is multiplied by -p, one from below by -q.
  @Test(arguments: [
    (2.0, 0.4, true), (2.0, 0.6, false), (0.5, 1.9, true), (-0.5, -0.9, true), (-1.1, 0.2, false),
  ])
  func kinksUnderSteps(above p: Double, below q: Double, isStable: Bool) throws {
    let network = try Network(
      m: Matrix(rows: 2, columns: 1, elements: [1, -1]),
      n: Matrix(rows: 2, columns: 1, elements: [-2 * p, 2 * q]),
      inputs: Matrix(rows: 2, columns: 0), readouts: Matrix(rows: 2, columns: 1), transfer: .relu)
    var search = FixedPointSearch()
    search.alpha = 1
    let set = try search.fixedPoints(of: ManifoldDynamics(network), input: [])
    let rest = try #require(set.points.first { $0.kappa[0] == 0 })
    #expect(rest.isStable(alpha: 1) == isStable)
    #expect(rest.isStable == (p > -1 && q > -1))
    // The steps themselves.
    var kappa = 1e-3
    for _ in 0..<400 { kappa = kappa > 0 ? -p * kappa : -q * kappa }
    #expect((abs(kappa) < 1e-3) == isStable)
  }

  /// Four units make a linear map of kinks, A at α = 1 and A - 1 in the flow.
  @Test(arguments: [
    ([[-1.2, 0.0], [0, -1.2]], false), ([[0, -1.2], [1.2, 0]], false), ([[0, -0.9], [0.9, 0]], true),
    ([[-0.9, 0.3], [0, -0.8]], true), ([[0.9, 0], [0, -1.3]], false),
  ]) func kinksOfAPlane(map: [[Double]], isStable: Bool) throws {
    let axes = [[1.0, 0], [-1, 0], [0, 1], [0, -1]]
    let network = try Network(
      m: Matrix(rows: 4, columns: 2) { axes[$0][$1] },
      n: Matrix(rows: 4, columns: 2) { unit, r in 4 * (axes[unit][0] * map[r][0] + axes[unit][1] * map[r][1])
      },
      inputs: Matrix(rows: 4, columns: 0), readouts: Matrix(rows: 4, columns: 1), transfer: .relu)
    var search = FixedPointSearch()
    search.alpha = 1
    let set = try search.fixedPoints(of: ManifoldDynamics(network), input: [])
    let rest = try #require(set.points.first { $0.kappa == [0, 0] })
    #expect(rest.onKinks == .stable && rest.isStable(alpha: 1) == isStable)
  }

  /// At high rank the work that a search may take ends it, and it says what was left out.
  @Test func workIsLimited() throws {
    let network = try randomNetwork(.everything(.current), units: 40, seed: 3)
    let manifold = try ManifoldDynamics(network)
    var search = LimitCycleSearch()
    search.work = 1e5
    let found = try search.cycles(
      of: manifold, input: [Double](repeating: 0, count: network.inputCount), fixedPoints: [])
    let words = try #require(found.leftOut)
    #expect(found.starts == 0 && words.contains("0 of 12 starts"))
    search.work = 1e9
    let whole = try search.cycles(
      of: manifold, input: [Double](repeating: 0, count: network.inputCount), fixedPoints: [])
    #expect(whole.leftOut == nil && whole.starts == 12)
  }
}
