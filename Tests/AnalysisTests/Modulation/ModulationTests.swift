// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import TestSupport
import Testing

@Suite struct ModulationTests {
  private let seed: UInt64 = 91

  private func setUp(bias: Bool = false) throws -> (Network, [Int], EffectiveCircuit, Stimulus) {
    let network = try randomNetwork(units: 90, rank: 2, inputs: 1, outputs: 1, bias: bias, seed: seed)
    let labels = (0..<90).map { $0 % 3 }
    return (
      network, labels, try EffectiveCircuit(of: network, labels: labels),
      randomStimulus(trials: 2, steps: 7, channels: 1, seed: seed)
    )
  }

  @Test(arguments: [false, true])
  func currentsAddUpToTheOutput(bias: Bool) throws {
    let (_, _, circuit, stimulus) = try setUp(bias: bias)
    let run = Simulation(alpha: 0.2, keepsStates: true).run(circuit, under: stimulus)
    let states = try #require(run.states)
    let modulation = GainModulation(of: circuit, states: states, trials: 2, steps: 7)
    let currents = modulation.currents(.readout(0))
    let width = currents.count / 14
    for point in 0..<14 {
      let sum = currents[(point * width)..<((point + 1) * width)].reduce(0, +)
      // The same terms summed in another order.
      #expect(abs(sum - run.outputs[point]) < 1e-12, "seed \(seed)")
    }
  }

  @Test func effectiveCovariancesAreTheCircuitsCouplings() throws {
    let (_, _, circuit, stimulus) = try setUp()
    let states = try #require(Simulation(alpha: 0.2, keepsStates: true).run(circuit, under: stimulus).states)
    let modulation = GainModulation(of: circuit, states: states, trials: 2, steps: 7)
    let whole = modulation.effectiveCovariance(.n(0), .m(1))
    let gain = Gain(.tanh)
    for point in 0..<14 {
      let q = [states[point * 3], states[point * 3 + 1], states[point * 3 + 2]]
      let expected = circuit.statistics.populations.reduce(0.0) { sum, population in
        var (mean, variance) = (0.0, 0.0)
        let vectors: [ConnectivityVector] = [.m(0), .m(1), .input(0)]
        for (a, qa) in zip(vectors, q) {
          mean += qa * population.mean(a)
          for (b, qb) in zip(vectors, q) { variance += qa * qb * population.covariance(a, b) }
        }
        return sum
          + population.fraction * population.covariance(.n(0), .m(1))
          * gain.rateAndGain(mean: mean, variance: variance).gain
      }
      #expect(abs(whole[point] - expected) < 1e-12, "seed \(seed)")
    }
  }

  @Test(arguments: [false, true])
  func populationsCurrentsAreTheNetworksOwn(bias: Bool) throws {
    let (network, labels, _, stimulus) = try setUp(bias: bias)
    let run = Simulation(alpha: 0.2, keepsStates: true).run(try ManifoldDynamics(network), under: stimulus)
    let currents = try network.currents(byPopulation: labels, at: try #require(run.states))
    for point in 0..<14 {
      let output = (0..<3).reduce(0.0) { $0 + currents[(point * 3 + $1) * 3 + 2] }
      #expect(abs(output - run.outputs[point]) < 1e-12, "seed \(seed)")
    }
    #expect(throws: ShapeError.self) { try network.currents(byPopulation: [0], at: [0, 0, 0]) }
  }

  @Test func inactivationTakesAwayExactlyItsCurrents() throws {
    let (network, labels, circuit, stimulus) = try setUp()
    // All silenced: no feedback, no output.
    let silent = try network.inactivating([Bool](repeating: true, count: 90))
    let nothing = Simulation(alpha: 0.2).run(try NetworkDynamics(silent), under: stimulus)
    #expect(nothing.outputs.allSatisfy { $0 == 0 } && nothing.kappa.allSatisfy { abs($0) < 1e-12 })
    // The circuit of the silenced network's clusters is the silenced circuit.
    let partly = try network.inactivating(labels.map { $0 == 1 })
    let one = Simulation(alpha: 0.2).run(circuit.inactivating(population: 1), under: stimulus)
    let other = Simulation(alpha: 0.2).run(try EffectiveCircuit(of: partly, labels: labels), under: stimulus)
    #expect(relativeDifference(one.outputs, other.outputs) < 1e-12, "seed \(seed)")
    #expect(throws: ShapeError.self) { try network.inactivating([true]) }
  }

  @Test func selectivityOfSmallSignalsFollowsFromLoadings() throws {
    let (network, _, _, _) = try setUp()
    // Small signals: φ is nearly linear, so that the prediction is nearly exact.
    var stream = RandomStream(seed: seed, stream: 4)
    let variables = Matrix(rows: 40, columns: 2) { _, _ in stream.normal() }
    let states = (0..<40).flatMap { b in
      [0.01 * variables[b, 0], 0.02 * variables[b, 1] - 0.01 * variables[b, 0], 0.005 * variables[b, 1]]
    }
    let result = try Selectivity(of: network, states: states, variables: variables)
    #expect(result.correlations.allSatisfy { $0 > 0.999 }, "\(result.correlations), seed \(seed)")
    #expect(relativeDifference(result.predicted.elements, result.measured.elements) < 0.01, "seed \(seed)")
    #expect(throws: LinearAlgebraError.self) {
      try Selectivity(of: network, states: [1, 2, 3], variables: variables)
    }
  }
}
