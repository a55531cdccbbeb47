// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

/// The SVD gauge writes the same network differently.
@Suite struct GaugeTests {
  @Test func leavesConnectivityAndDynamicsAlone() throws {
    for rank in 1...3 {
      let seed = UInt64(70 + rank)
      let network = try randomNetwork(units: 30, rank: rank, inputs: 2, outputs: 2, seed: seed)
      let other = try network.inSVDGauge()
      #expect(relativeDifference(connectivity(other), connectivity(network)) < 1e-12, "seed \(seed)")
      let stimulus = randomStimulus(trials: 2, steps: 30, channels: 2, seed: seed)
      let simulation = Simulation(alpha: 0.2)
      let full = simulation.run(try NetworkDynamics(network), under: stimulus)
      #expect(
        relativeDifference(simulation.run(try NetworkDynamics(other), under: stimulus).outputs, full.outputs)
          < 1e-11)
      // The closure is linear in m and n: the circuit's output does not depend on the gauge either.
      let circuit = simulation.run(try EffectiveCircuit(of: network), under: stimulus)
      #expect(
        relativeDifference(
          simulation.run(try EffectiveCircuit(of: other), under: stimulus).outputs, circuit.outputs) < 1e-11)
    }
  }

  @Test func isUnique() throws {
    // m A and n A⁻ᵀ with A = [[2, 1], [0, -1]], A⁻ᵀ = [[1/2, 0], [1/2, -1]].
    let network = try randomNetwork(units: 30, rank: 2, inputs: 1, outputs: 1, seed: 75)
    let mixed = try Network(
      m: Matrix(rows: 30, columns: 2) { i, r in
        r == 0 ? 2 * network.m[i, 0] : network.m[i, 0] - network.m[i, 1]
      },
      n: Matrix(rows: 30, columns: 2) { i, r in
        r == 0 ? 0.5 * network.n[i, 0] + 0.5 * network.n[i, 1] : -network.n[i, 1]
      },
      inputs: network.inputs, readouts: network.readouts)
    #expect(relativeDifference(connectivity(mixed), connectivity(network)) < 1e-13)
    let a = try network.inSVDGauge()
    let b = try mixed.inSVDGauge()
    #expect(relativeDifference(b.m.elements, a.m.elements) < 1e-10)
    #expect(relativeDifference(b.n.elements, a.n.elements) < 1e-10)
    // Signs: σ_mw > 0.
    for r in 0..<2 {
      #expect(zip(a.m.column(r), a.readouts.column(0)).reduce(0) { $0 + $1.0 * $1.1 } > 0)
    }
  }

  private func connectivity(_ network: Network) -> [Double] {
    let count = network.unitCount
    return (0..<(count * count)).map { index in
      (0..<network.rank).reduce(0) { $0 + network.m[index % count, $1] * network.n[index / count, $1] }
    }
  }
}
