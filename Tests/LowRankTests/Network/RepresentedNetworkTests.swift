// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

/// A network for which one of lower rank stands, that was fitted to its activity.
@Suite struct RepresentedNetworkTests {
  @Test(arguments: [NetworkForm.current, .rate])
  func theNetworkActsAsBeforeAndTheManifoldAsTheFit(_ form: NetworkForm) throws {
    let own = try randomNetwork(units: 40, rank: 3, inputs: 2, outputs: 1, seed: 11)
    let other = try randomNetwork(units: 40, rank: 1, inputs: 2, outputs: 1, seed: 12)
    let network = try Network(
      m: own.m, n: own.n, inputs: own.inputs, readouts: own.readouts, form: form)
    let fit = try Network(m: other.m, n: other.n, inputs: other.inputs, readouts: own.readouts, form: form)
    let both = try network.represented(by: fit)
    let stimulus = randomStimulus(trials: 4, steps: 20, channels: 2, seed: 13)
    let simulation = Simulation(alpha: 0.2)
    func z(_ dynamics: some Dynamics) -> [Double] { simulation.run(dynamics, under: stimulus).outputs }
    // The same sums in another order: J is a matrix in one and m nᵀ/N in the other.
    #expect(differ(z(try NetworkDynamics(both)), z(try NetworkDynamics(network))) < 1e-12)
    #expect(z(try ManifoldDynamics(both)) == z(try ManifoldDynamics(fit)))
    #expect(z(try NetworkDynamics(both.reduced)) == z(try NetworkDynamics(fit)))
    #expect(simulation.run(try NetworkDynamics(both), under: stimulus).rank == 1)
    #expect(
      differ(
        z(try NetworkDynamics(both.replacing(m: fit.m))), z(try NetworkDynamics(network))) < 1e-12)
  }

  private func differ(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test func aFitOfOtherShapeIsRefused() throws {
    let network = try randomNetwork(units: 40, rank: 2, inputs: 2, outputs: 1, seed: 11)
    let fit = try randomNetwork(units: 40, rank: 1, inputs: 1, outputs: 1, seed: 12)
    #expect(throws: ShapeError.self) { _ = try network.represented(by: fit) }
  }
}
