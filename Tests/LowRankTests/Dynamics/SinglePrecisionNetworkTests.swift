// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

/// Single precision against double, on networks whose dynamics forget rounding errors.
@Suite struct SinglePrecisionNetworkTests {
  /// κ, z and x within 2e-5 of their size: a hundred rounding errors of 6e-8, and some amplification by the dynamics.
  @Test(arguments: [false, true]) func agreesWithDouble(bias: Bool) throws {
    let network = try randomNetwork(units: 203, rank: 2, inputs: 2, outputs: 2, bias: bias, seed: 71)
    let stimulus = randomStimulus(trials: 5, steps: 40, channels: 2, seed: 72)
    let start = (0..<203).map { 0.01 * Double($0 % 17) }
    var simulation = Simulation(alpha: 0.2, noise: PrivateNoise(deviation: 0.05, seed: 73))
    simulation.keepsStates = true
    let double = simulation.run(try NetworkDynamics(network, initialState: start), under: stimulus)
    let single = simulation.run(try SinglePrecisionNetwork(network, initialState: start), under: stimulus)
    let differences = [
      relativeDifference(single.outputs, double.outputs), relativeDifference(single.kappa, double.kappa),
      relativeDifference(single.states ?? [], double.states ?? []),
    ]
    #expect(differences.allSatisfy { $0 < 2e-5 }, "\(differences), seed 71")
    // It would be exactly zero if the single kernels were not what ran.
    #expect(differences.allSatisfy { $0 > 1e-9 }, "\(differences), seed 71")
  }

  /// The number of threads changes no bit.
  @Test func threadsDoNotMatter() throws {
    let network = try randomNetwork(units: 150, rank: 1, inputs: 1, outputs: 1, seed: 74)
    let stimulus = randomStimulus(trials: 9, steps: 12, channels: 1, seed: 75)
    let dynamics = try SinglePrecisionNetwork(network)
    let noise = PrivateNoise(deviation: 0.1, seed: 76)
    let runs = [1, 2].map { Simulation(alpha: 0.2, noise: noise, threads: $0).run(dynamics, under: stimulus) }
    #expect(runs[0].outputs == runs[1].outputs && runs[0].kappa == runs[1].kappa)
  }
}
