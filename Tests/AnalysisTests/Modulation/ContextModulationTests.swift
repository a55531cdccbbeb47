// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LibC
import LowRank
import TestSupport
import Testing

@Suite struct ContextModulationTests {
  /// Parts add up to the circuit's own Jacobian, and means are means over trials and windows.
  @Test func partsAddUpToTheJacobian() throws {
    let seed: UInt64 = 61
    let network = try randomNetwork(units: 60, rank: 2, inputs: 2, outputs: 1, seed: seed)
    let circuit = try EffectiveCircuit(of: network, labels: (0..<60).map { $0 % 3 })
    let (trials, steps) = (4, 6)
    var simulation = Simulation(alpha: 0.3)
    simulation.keepsStates = true
    let stimulus = randomStimulus(trials: trials, steps: steps, channels: 2, seed: seed)
    let states = try #require(simulation.run(circuit, under: stimulus).states)
    let group = ContextModulation.Group(name: "some", trials: [1, 3], windows: [2..<4, 3..<6])
    let found = ContextModulation(of: circuit, states: states, steps: steps, group: group)
    func jacobian(_ trial: Int, _ step: Int) -> Matrix {
      let state = Array(states[((trial * steps + step) * 4)..<((trial * steps + step + 1) * 4)])
      return circuit.linearisation(kappa: Array(state[..<2]), input: Array(state[2...])).jacobian
    }
    let inside = [(1, 2), (1, 3), (3, 3), (3, 4), (3, 5)]
    for r in 0..<2 {
      for k in 0..<2 {
        let expected = inside.reduce(0) { $0 + jacobian($1.0, $1.1)[r, 2 + k] } / 5
        #expect(abs(found.action(on: r, of: k) - expected) < 1e-12, "seed \(seed)")
        let parts = (0..<3).map { found.action(on: r, of: k, through: $0) }
        #expect(abs(parts.reduce(0, +) - expected) < 1e-12, "seed \(seed)")
        for step in 0..<steps {
          let mean = (jacobian(1, step)[r, 2 + k] + jacobian(3, step)[r, 2 + k]) / 2
          #expect(abs(found.action(on: r, of: k, at: step) - mean) < 1e-12, "seed \(seed)")
        }
      }
    }
    // One step before the windows, as the page's definition has it: from couplings, means, covariances and averages.
    let onset = try #require(found.onset)
    for r in 0..<2 {
      for k in 0..<2 {
        for (p, population) in circuit.statistics.populations.enumerated() {
          let expected = [(1, 1), (3, 2)].reduce(0.0) { sum, place in
            let q = Array(states[((place.0 * steps + place.1) * 4)..<((place.0 * steps + place.1 + 1) * 4)])
            return sum + action(of: population, on: r, of: k, at: q) / 2
          }
          #expect(
            abs(onset.actions[found.place(on: r, of: k, through: p)] - expected) < 1e-9, "seed \(seed)")
          let coupling = ContextModulation.coupling(of: circuit, on: r, of: k, through: p)
          #expect(abs(coupling - action(of: population, on: r, of: k, at: [0, 0, 0, 0])) < 1e-9)
        }
      }
    }
    let gains = GainModulation(of: circuit, states: states, trials: trials, steps: steps)
    for p in 0..<3 {
      let expected = inside.reduce(0) { $0 + gains.gains[($1.0 * steps + $1.1) * 3 + p] } / 5
      #expect(abs(found.windowGains[p] - expected) < 1e-12, "seed \(seed)")
    }
  }

  /// (a + c ȳ)⟨φ'⟩ + (Σ_j a_j q_j)(ȳ⟨φ''⟩ + s⟨φ'''⟩) + c s⟨φ''⟩ with s = Σ_j σ_kj q_j, averages by a trapezium rule.
  private func action(of population: Population, on r: Int, of k: Int, at q: [Double]) -> Double {
    let drives: [ConnectivityVector] = [.m(0), .m(1), .input(0), .input(1)]
    let input = ConnectivityVector.input(k)
    let a = drives.map { population.fraction * population.covariance(.n(r), $0) }
    let c = population.fraction * population.mean(.n(r))
    let s = zip(drives, q).reduce(0) { $0 + population.covariance(input, $1.0) * $1.1 }
    let mean = zip(drives, q).reduce(0) { $0 + population.mean($1.0) * $1.1 }
    var variance = 0.0
    for (x, qx) in zip(drives, q) {
      for (y, qy) in zip(drives, q) { variance += population.covariance(x, y) * qx * qy }
    }
    func average(_ f: (Double) -> Double) -> Double {
      let step = 0.01
      return (-1000...1000).reduce(0) { sum, i in
        let z = Double(i) * step
        return sum + step * f(mean + variance.squareRoot() * z) * exp(-z * z / 2)
          / (2 * Double.pi).squareRoot()
      }
    }
    let first = average { 1 - tanh($0) * tanh($0) }
    let second = average { -2 * tanh($0) * (1 - tanh($0) * tanh($0)) }
    let third = average { (1 - tanh($0) * tanh($0)) * (6 * tanh($0) * tanh($0) - 2) }
    let along = zip(a, q).reduce(0) { $0 + $1.0 * $1.1 }
    return (a[2 + k] + c * population.mean(input)) * first
      + along * (population.mean(input) * second + s * third) + c * s * second
  }
}
