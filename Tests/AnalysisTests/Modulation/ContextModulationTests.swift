// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
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
    let gains = GainModulation(of: circuit, states: states, trials: trials, steps: steps)
    for p in 0..<3 {
      let expected = inside.reduce(0) { $0 + gains.gains[($1.0 * steps + $1.1) * 3 + p] } / 5
      #expect(abs(found.windowGains[p] - expected) < 1e-12, "seed \(seed)")
    }
  }
}
