// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

/// The manifold is exact: it equals the network step for step, whatever N, R, K, O, φ, bias and x(0).
@Suite struct ManifoldDynamicsTests {
  // Rounding grows with the number of steps and the conditioning of [m I]; 1e-12 is the product's promise.
  static let tolerance = 1e-12

  @Test(arguments: TransferFunction.allCases)
  func equalsTheNetworkStepForStep(transfer: TransferFunction) throws {
    for rank in 1...3 {
      for inputs in 0...3 {
        let seed = UInt64(100 * rank + 10 * inputs)
        let network = try randomNetwork(
          units: 40, rank: rank, inputs: inputs, outputs: 1 + (rank + inputs) % 3, transfer: transfer,
          seed: seed)
        try expectExact(network, initialState: nil, seed: seed)
      }
    }
  }

  @Test func equalsTheNetworkFromAnyInitialState() throws {
    for seed in UInt64(1)...8 {
      let network = try randomNetwork(units: 30, rank: 2, inputs: 2, outputs: 1, seed: seed)
      var stream = RandomStream(seed: seed, stream: 1)
      try expectExact(network, initialState: (0..<30).map { _ in stream.normal() }, seed: seed)
    }
  }

  @Test(arguments: [true, false])
  func equalsTheNetworkWithABias(reachesReadout: Bool) throws {
    let network = try randomNetwork(
      units: 30, rank: 2, inputs: 1, outputs: 2, bias: true, biasReachesReadout: reachesReadout, seed: 5)
    try expectExact(network, initialState: nil, seed: 5)
  }

  private func expectExact(_ network: Network, initialState: [Double]?, seed: UInt64) throws {
    let stimulus = randomStimulus(trials: 3, steps: 60, channels: network.inputCount, seed: seed)
    let simulation = Simulation(alpha: 0.2)
    let full = simulation.run(try NetworkDynamics(network, initialState: initialState), under: stimulus)
    let reduced = simulation.run(try ManifoldDynamics(network, initialState: initialState), under: stimulus)
    #expect(relativeDifference(reduced.outputs, full.outputs) <= Self.tolerance, "z, seed \(seed)")
    #expect(relativeDifference(reduced.kappa, full.kappa) <= Self.tolerance, "κ, seed \(seed)")
  }
}
