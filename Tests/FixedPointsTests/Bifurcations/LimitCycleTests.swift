// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import Foundation
import LowRank
import TestSupport
import Testing

/// Limit cycles against closed forms and an independent long simulation.
@Suite struct LimitCycleTests {
  /// κ̇ = (a G(r) - 1) κ + ω G(r) Rκ with G = ⟨tanh'⟩ at Δ = r = |κ|: a circle of radius r with a G(r) = 1, of period
  /// 2π a/ω, whose radial multiplier is exp(T a r G'(r)), G' = r ⟨tanh'''⟩.
  @Test func rotationIsACircle() throws {
    let (a, omega) = (1.5, 0.8)
    let circuit = turning([(1, a, omega, 1)])
    let cycles = try found(circuit)
    #expect(cycles.count == 1)
    let cycle = try #require(cycles.first)
    let period = 2 * Double.pi * a / omega
    #expect(abs(cycle.period - period) < 1e-8 * period, "\(cycle.period)")
    let gain = Gain(.tanh)
    for point in cycle.orbit {
      let square = point[0] * point[0] + point[1] * point[1]
      #expect(abs(gain.rateAndGain(mean: 0, variance: square).gain - 1 / a) < 1e-9)
    }
    let square = cycle.orbit[0].reduce(0) { $0 + $1 * $1 }
    let slope = gain.derivatives(mean: 0, variance: square).gain3
    let multiplier = exp(period * a * square * slope)
    #expect(cycle.isStable && cycle.transverseMultipliers.count == 1)
    #expect(abs(cycle.transverseMultipliers[0].real - multiplier) < 1e-8)
    #expect(cycle.multipliers.contains { abs($0.real - 1) < 1e-8 && $0.imaginary == 0 })
  }

  /// A circuit without that symmetry, against the period and amplitude of a long simulation by other code.
  @Test func longSimulation() throws {
    let circuit = lopsided()
    let cycles = try found(circuit)
    #expect(cycles.count == 1 && cycles.first?.isStable == true)
    let cycle = try #require(cycles.first)
    // A kick sets the circuit going; after 160 τ it has settled.
    let (alpha, steps) = (0.02, 20_000)
    var stimulus = Stimulus(trials: 1, steps: steps, channels: 1)
    for step in 0..<50 { stimulus[0, step, 0] = 1 }
    let run = Simulation(alpha: alpha, scheme: .rungeKutta4).run(circuit, under: stimulus)
    var passages: [Double] = []
    var highest = -Double.infinity
    for step in 8000..<steps {
      let (before, after) = (run.kappa(trial: 0, step: step - 1, 0), run.kappa(trial: 0, step: step, 0))
      highest = max(highest, after)
      if before < 0, after >= 0 { passages.append((Double(step) - after / (after - before)) * alpha) }
    }
    try #require(passages.count > 10)
    let period = (passages[passages.count - 1] - passages[0]) / Double(passages.count - 1)
    // Linear interpolation of the passages is good to α², over dozens of turns.
    #expect(abs(cycle.period - period) < 1e-5 * period, "\(cycle.period) against \(period)")
    // The orbit's 200 points miss the summit by less than (1/2)(2π/200/2)² of the amplitude.
    #expect(abs(cycle.range(0).upperBound - highest) < 3e-4 * highest)
  }

  /// Silence, an unstable cycle around it and a stable one around both, where h(r) = Σ α a G(s r) - 1 vanishes.
  @Test func cyclesOfBothKinds() throws {
    let circuit = bistable()
    let cycles = try found(circuit)
    #expect(cycles.count == 2)
    let radii = cycles.map { $0.orbit[0].reduce(0) { $0 + $1 * $1 }.squareRoot() }
    for radius in radii { #expect(abs(growth(radius)) < 1e-9) }
    #expect(cycles.count { $0.isStable } == 1)
    let stable = zip(cycles, radii).first { $0.0.isStable }?.1 ?? 0
    #expect(stable == radii.max(), "the outer one attracts")
  }

  @Test func nothingTurnsOnALineOrAtRest() throws {
    #expect(try found(decisionCircuit()).isEmpty)
    #expect(try found(turning([(1, 0.9, 0.8, 1)])).isEmpty, "below the Hopf point")
  }

  private func found(_ circuit: EffectiveCircuit) throws -> [LimitCycle] {
    let input = [Double](repeating: 0, count: circuit.inputCount)
    var search = FixedPointSearch()
    search.starts = 20
    search.budget = 200
    let points = try search.fixedPoints(of: circuit, input: input).points
    var cycles = LimitCycleSearch()
    cycles.starts = 3
    return try cycles.cycles(of: circuit, input: input, fixedPoints: points).cycles
  }
}

/// Rank 2, one input along (1, 0.3), zero means. Populations (α, a, ω, s): m of SD s in two independent directions,
/// σ_{n m} = a on the diagonal and ±ω off it.
func turning(_ parts: [(fraction: Double, a: Double, omega: Double, size: Double)]) -> EffectiveCircuit {
  let layout = LoadingLayout(rank: 2, inputCount: 1, outputCount: 0)
  return EffectiveCircuit(
    ConnectivityStatistics(
      layout: layout, unitCount: 1000,
      populations: parts.map { part in
        // n1, n2, m1, m2, I in terms of independent (m1, m2)/s and I's own direction.
        let (a, w, s) = (part.a / part.size, part.omega / part.size, part.size)
        let rows = [[a, w, 1], [-w, a, 0.3], [s, 0, 0], [0, s, 0], [0, 0, 1]]
        return Population(
          layout: layout, fraction: part.fraction, mean: [0, 0, 0, 0, 0],
          covariance: Matrix(rows: 5, columns: 5) { i, j in
            zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
          })
      }), transfer: .tanh)
}

/// Rest and oscillation side by side: one population drives, a second one with large m holds small activity down.
func bistable() -> EffectiveCircuit { turning([(0.5, 4, 2, 1), (0.5, -2.4, 0, 6)]) }

/// Growth rate of |κ| of `bistable` at |κ| = r.
func growth(_ r: Double) -> Double {
  let gain = Gain(.tanh)
  return 0.5 * 4 * gain.rateAndGain(mean: 0, variance: r * r).gain - 0.5 * 2.4
    * gain.rateAndGain(mean: 0, variance: 36 * r * r).gain - 1
}

/// A rotation between latents of different strength and size, with means.
func lopsided() -> EffectiveCircuit {
  let layout = LoadingLayout(rank: 2, inputCount: 1, outputCount: 0)
  let rows = [[1.9, 1.1, 1], [-0.9, 1.2, 0], [1, 0, 0], [0.3, 1.4, 0], [0, 0, 1]]
  return EffectiveCircuit(
    ConnectivityStatistics(
      layout: layout, unitCount: 1000,
      populations: [
        Population(
          layout: layout, fraction: 1, mean: [0.05, -0.1, 0.1, 0, 0],
          covariance: Matrix(rows: 5, columns: 5) { i, j in
            zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
          })
      ]), transfer: .tanh)
}
