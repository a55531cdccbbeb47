// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import TestSupport
import Testing

/// The full network against closed forms and symmetries.
@Suite struct NetworkDynamicsTests {
  /// φ = identity, rank 1, no input: κ(t) = κ(0) e^{(λ-1)t} with λ = nᵀm/N, and RK4 finds it.
  @Test func linearNetworkDecaysExponentially() throws {
    let network = try randomNetwork(
      units: 30, rank: 1, inputs: 0, outputs: 1, transfer: .linear, means: false, seed: 61)
    let lambda = zip(network.m.elements, network.n.elements).reduce(0) { $0 + $1.0 * $1.1 } / 30
    let start = network.m.elements.map { 0.7 * $0 }
    let dynamics = try NetworkDynamics(network, initialState: start)
    let stimulus = Stimulus(trials: 1, steps: 200, channels: 0)
    let run = Simulation(alpha: 0.01, scheme: .rungeKutta4).run(dynamics, under: stimulus)
    for step in [9, 99, 199] {
      let exact = 0.7 * exp((lambda - 1) * 0.01 * Double(step + 1))
      // RK4's global error is of order α⁴ = 1e-8 times small constants.
      #expect(abs(run.kappa[step] - exact) < 1e-9 * abs(exact))
    }
  }

  /// Forward Euler with J written out as a dense matrix, the way the field's own code does it.
  @Test func equalsTheDenseMatrix() throws {
    let network = try randomNetwork(units: 25, rank: 3, inputs: 2, outputs: 2, seed: 62)
    let stimulus = randomStimulus(trials: 1, steps: 30, channels: 2, seed: 63)
    let run = Simulation(alpha: 0.3).run(try NetworkDynamics(network), under: stimulus)
    var x = [Double](repeating: 0, count: 25)
    var expected: [Double] = []
    for step in 0..<30 {
      let rates = x.map { tanh($0) }
      x = x.indices.map { i in
        var total = -x[i]
        for j in x.indices {
          var coupling = 0.0
          for r in 0..<3 { coupling += network.m[i, r] * network.n[j, r] / 25 }
          total += coupling * rates[j]
        }
        for k in 0..<2 { total += network.inputs[i, k] * stimulus[0, step, k] }
        return x[i] + 0.3 * total
      }
      for o in 0..<2 {
        expected.append(x.indices.reduce(0) { $0 + network.readouts[$1, o] * tanh(x[$1]) } / 25)
      }
    }
    #expect(relativeDifference(run.outputs, expected) < 1e-12)
  }

  /// Renumbering the units changes nothing.
  @Test func permutingUnitsChangesNothing() throws {
    let network = try randomNetwork(units: 40, rank: 2, inputs: 2, outputs: 1, bias: true, seed: 64)
    var order = Array(0..<40)
    var stream = RandomStream(seed: 65)
    order.shuffle(using: &stream)
    let loadings = network.loadings
    let shuffled = try Network(
      loadings: Matrix(rows: 40, columns: loadings.columns) { loadings[order[$0], $1] },
      layout: network.layout,
      transfer: .tanh)
    let stimulus = randomStimulus(trials: 2, steps: 30, channels: 2, seed: 66)
    let simulation = Simulation(alpha: 0.2)
    let a = simulation.run(try NetworkDynamics(network), under: stimulus)
    let b = simulation.run(try NetworkDynamics(shuffled), under: stimulus)
    #expect(relativeDifference(b.outputs, a.outputs) < 1e-12)
    let c = simulation.run(try EffectiveCircuit(of: network), under: stimulus)
    let d = simulation.run(try EffectiveCircuit(of: shuffled), under: stimulus)
    #expect(relativeDifference(d.outputs, c.outputs) < 1e-12)
  }

  /// Noise has the promised strength, and a seed gives the same noise again.
  @Test func privateNoiseIsSeededAndOfTheRightStrength() throws {
    let network = try randomNetwork(units: 2000, rank: 1, inputs: 1, outputs: 1, seed: 67)
    let zero = Stimulus(trials: 1, steps: 60, channels: 1)
    // With κ = 0 nothing but noise moves x: its variance must be the formula's.
    let silent = try Network(
      m: network.m, n: Matrix(rows: 2000, columns: 1), inputs: network.inputs, readouts: network.readouts)
    let noise = PrivateNoise(deviation: 0.3, seed: 68)
    let simulation = Simulation(alpha: 0.2, noise: noise, keepsStates: true)
    let run = simulation.run(try NetworkDynamics(silent), under: zero)
    #expect(run == simulation.run(try NetworkDynamics(silent), under: zero))
    let states = try #require(run.states)
    for step in [0, 3, 59] {
      let x = states[(step * 2000)..<((step + 1) * 2000)]
      let variance = x.reduce(0) { $0 + $1 * $1 } / 2000
      // A variance of 2000 samples has a relative SD of 3.2 %; four of those.
      #expect(abs(variance / noise.variance(afterSteps: step + 1, alpha: 0.2) - 1) < 0.13, "seeds 67, 68")
    }
  }

  /// κ obeys its own equation, κ ← (1-α) κ + α nᵀφ(x + b)/N, whatever x(0), with noise, and when the columns of [m I]
  /// depend on each other; without noise, and where x determines it, it is the projection of x on [m I].
  @Test(arguments: [false, true], [false, true]) func latentsObeyTheirEquation(noise: Bool, dependent: Bool)
    throws
  {
    let seed: UInt64 = 69
    var network = try randomNetwork(units: 37, rank: 2, inputs: 2, outputs: 1, bias: true, seed: seed)
    if dependent {
      network = try network.replacing(
        inputs: Matrix(rows: 37, columns: 2) { $1 == 0 ? 2 * network.m[$0, 0] : network.inputs[$0, 1] })
    }
    let bias = try #require(network.bias).values
    var random = RandomStream(seed: seed, stream: 1)
    let start = (0..<37).map { _ in random.normal() }
    let stimulus = randomStimulus(trials: 5, steps: 80, channels: 2, seed: seed + 1)
    let simulation = Simulation(
      alpha: 0.2, noise: noise ? PrivateNoise(deviation: 0.3, seed: 70) : nil, keepsStates: true)
    let projection = try LatentProjection(network)
    #expect(projection.isUnique == !dependent)
    let first = projection.split(start, of: network).coefficients
    // 80 steps of roundings of 1.1e-16 (single: 6e-8), each forgotten at the rate α = 0.2, times the condition of [m I].
    func check(_ dynamics: some Dynamics, tolerance: Double) throws {
      let run = simulation.run(dynamics, under: stimulus)
      let states = try #require(run.states)
      #expect(states.count == 5 * 80 * 37)
      var (expected, projected) = ([Double](), [Double]())
      for trial in 0..<5 {
        var kappa = Array(first.prefix(2))
        var x = start
        for step in 0..<80 {
          for r in 0..<2 {
            let sum = (0..<37).reduce(0) { $0 + network.n[$1, r] * tanh(x[$1] + bias[$1]) }
            kappa[r] = 0.8 * kappa[r] + 0.2 * sum / 37
          }
          let row = trial * 80 + step
          x = Array(states[(row * 37)..<((row + 1) * 37)])
          expected += kappa
          projected += projection.split(x, of: network).coefficients.prefix(2)
        }
      }
      #expect(relativeDifference(run.kappa, expected) < tolerance, "seed \(seed)")
      if !noise && !dependent { #expect(relativeDifference(run.kappa, projected) < tolerance) }
    }
    try check(NetworkDynamics(network, initialState: start), tolerance: 1e-13)
    try check(SinglePrecisionNetwork(network, initialState: start), tolerance: 1e-5)
  }
}
