// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import TestSupport
import Testing

@Suite struct RivalTests {
  @Test func allComponentsAreTheManifold() throws {
    let seed: UInt64 = 121
    let network = try randomNetwork(units: 70, rank: 2, inputs: 1, outputs: 1, bias: true, seed: seed)
    let stimulus = randomStimulus(trials: 3, steps: 9, channels: 1, seed: seed)
    let simulation = Simulation(alpha: 0.2)
    let exact = simulation.run(try ManifoldDynamics(network), under: stimulus)
    let whole = try PrincipalComponentDynamics(network, stimulus: stimulus, alpha: 0.2, dimensions: 3)
    let run = simulation.run(whole, under: stimulus)
    #expect(relativeDifference(run.outputs, exact.outputs) < 1e-10, "seed \(seed)")
    #expect(relativeDifference(run.kappa, exact.kappa) < 1e-10, "seed \(seed)")
    #expect(abs(whole.shares.reduce(0, +) - 1) < 1e-10)
    let part = try PrincipalComponentDynamics(network, stimulus: stimulus, alpha: 0.2, dimensions: 1)
    let error = relativeDifference(simulation.run(part, under: stimulus).outputs, exact.outputs)
    #expect(error > 1e-3 && error.isFinite, "seed \(seed)")
    #expect(part.shares[0] == whole.shares[0])
  }

  @Test func mergingEveryUnitWithItselfIsExact() throws {
    let seed: UInt64 = 122
    let network = try randomNetwork(units: 20, rank: 1, inputs: 1, outputs: 1, seed: seed)
    let stimulus = randomStimulus(trials: 2, steps: 6, channels: 1, seed: seed)
    var stream = RandomStream(seed: seed)
    let merged = try ConnectivityStatistics.merging(network, clusters: 20, stream: &stream)
    #expect(merged.populations.count == 20)
    let simulation = Simulation(alpha: 0.2)
    let exact = simulation.run(try ManifoldDynamics(network), under: stimulus)
    let run = simulation.run(EffectiveCircuit(merged, transfer: .tanh), under: stimulus)
    #expect(relativeDifference(run.outputs, exact.outputs) < 1e-12, "seed \(seed)")
    // 2 populations of D = 2, E = 2: 2 (2 + 3 + 6) = 22 numbers; a merged unit has 5.
    #expect(ConnectivityStatistics.mergingMatch(populations: 2, layout: network.layout) == 5)
  }
}
