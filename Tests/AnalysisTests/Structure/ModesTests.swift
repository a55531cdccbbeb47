// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@Suite struct ModesTests {
  @Test func modesDoNotMixAndTheNetworkStays() throws {
    let seed: UInt64 = 151
    var stream = RandomStream(seed: seed)
    let base = try randomNetwork(units: 90, rank: 2, inputs: 1, outputs: 1, seed: seed)
    // n close to 2 m1 - m2 and m1 + m2: the overlap matrix has real eigenvalues near (3 ± √5)/2 for orthogonal m.
    let m = Matrix(rows: 90, columns: 2) { _, _ in stream.normal() }
    let n = Matrix(rows: 90, columns: 2) { $1 == 0 ? 2 * m[$0, 0] + m[$0, 1] : m[$0, 0] + m[$0, 1] }
    let network = try Network(m: m, n: n, inputs: base.inputs, readouts: base.readouts)
    let modes = try #require(try network.inModes())
    func overlap(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / 90
    }
    for (r, s) in [(0, 1), (1, 0)] {
      #expect(abs(overlap(modes.n.column(r), modes.m.column(s))) < 1e-12, "seed \(seed)")
    }
    #expect(overlap(modes.n.column(0), modes.m.column(0)) > overlap(modes.n.column(1), modes.m.column(1)))
    for r in 0..<2 {
      #expect(abs(overlap(modes.m.column(r), modes.m.column(r)) - 1) < 1e-12)
      #expect(overlap(modes.m.column(r), modes.readouts.column(0)) >= 0)
    }
    let stimulus = randomStimulus(trials: 2, steps: 20, channels: 1, seed: seed)
    let simulation = Simulation(alpha: 0.2)
    let before = simulation.run(try ManifoldDynamics(network), under: stimulus)
    let after = simulation.run(try ManifoldDynamics(modes), under: stimulus)
    #expect(relativeDifference(after.outputs, before.outputs) < 1e-11, "seed \(seed)")
  }

  @Test func aRotationHasNoModes() throws {
    let m = Matrix(columns: [[1, -1, 1, -1], [1, 1, -1, -1]], rows: 4)
    let n = Matrix(columns: [[-1, -1, 1, 1], [1, -1, 1, -1]], rows: 4)
    let network = try Network(
      m: m, n: n, inputs: Matrix(rows: 4, columns: 1), readouts: Matrix(rows: 4, columns: 1))
    #expect(try network.inModes() == nil)
    let single = try randomNetwork(units: 9, rank: 1, inputs: 1, outputs: 1, seed: 152)
    #expect(try single.inModes() == nil)
  }
}
