// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@Suite struct ComparisonTests {
  /// Two trials, two steps, one output; every number can be checked by hand.
  @Test func figuresByHand() {
    let reference = Trajectory(
      trials: 2, steps: 2, rank: 1, outputCount: 1, kappa: [1, 1, 1, 1], outputs: [0, 2, 0, -2])
    let reduced = Trajectory(
      trials: 2, steps: 2, rank: 1, outputCount: 1, kappa: [1, 1, 1, 3], outputs: [1, 2, 0, 1])
    let trials = Trials(
      stimulus: Stimulus(trials: 2, steps: 2, channels: 0), outputs: 1, target: [0, 1, 0, -1],
      mask: [0, 1, 0, 1])
    let comparison = Comparison(of: reduced, against: reference, trials: trials)
    let output = comparison.outputs[0]
    #expect(output.deviation.rmse == (10.0 / 4).squareRoot())
    #expect(output.deviation.max == 3)
    #expect(output.deviation.relative == (10.0 / 8).squareRoot())
    #expect(output.agreement == 0.5)
    #expect(output.performance?.accuracy == 0.5)
    #expect(output.performance?.loss == (1.0 + 4) / 2)
    #expect(comparison.kappa[0].rmse == 1)
    #expect(comparison.kappa[0].max == 2)
  }

  @Test func withoutAMaskTheLastStepDecides() {
    let reference = Trajectory(
      trials: 1, steps: 3, rank: 1, outputCount: 1, kappa: [0, 0, 0], outputs: [-1, -1, 1])
    let reduced = Trajectory(
      trials: 1, steps: 3, rank: 1, outputCount: 1, kappa: [0, 0, 0], outputs: [-1, -1, 0.1])
    let trials = Trials(stimulus: Stimulus(trials: 1, steps: 3, channels: 0))
    #expect(Comparison(of: reduced, against: reference, trials: trials).outputs[0].agreement == 1)
    #expect(Comparison(of: reduced, against: reference, trials: trials).outputs[0].performance == nil)
  }

  /// Where nothing is asked, nothing is right.
  @Test func noWindowNoDecision() {
    let trajectory = Trajectory(
      trials: 2, steps: 2, rank: 1, outputCount: 1, kappa: [0, 0, 0, 0], outputs: [1, 2, 3, 4])
    let trials = Trials(
      stimulus: Stimulus(trials: 2, steps: 2, channels: 0), outputs: 1, target: [0, 0, 0, 0],
      mask: [0, 0, 0, 0])
    let output = Comparison(of: trajectory, against: trajectory, trials: trials).outputs[0]
    #expect(output.agreement == nil)
    #expect(output.performance?.accuracy == nil)
  }

  /// A NaN must never look like a small error.
  @Test func notANumberIsNotHidden() {
    let reference = Trajectory(
      trials: 1, steps: 2, rank: 1, outputCount: 1, kappa: [0, 0], outputs: [1, 1])
    let broken = Trajectory(
      trials: 1, steps: 2, rank: 1, outputCount: 1, kappa: [0, 0], outputs: [.nan, 1])
    let trials = Trials(stimulus: Stimulus(trials: 1, steps: 2, channels: 0))
    let deviation = Comparison(of: broken, against: reference, trials: trials).outputs[0].deviation
    #expect(deviation.rmse.isNaN && deviation.max.isNaN && deviation.relative.isNaN)
  }

  /// Sums over units that cancel leave rounding, which nobody has to reproduce; beside infinity nothing is rounding.
  @Test func roundingIsNothingToReproduce() throws {
    func run(_ outputs: [Double], kappa: [Double] = [1, -1]) -> Trajectory {
      Trajectory(trials: 1, steps: 2, rank: 1, outputCount: 2, kappa: kappa, outputs: outputs)
    }
    let trials = Trials(stimulus: Stimulus(trials: 1, steps: 2, channels: 0))
    let reference = run([1, 3e-17, 2, -2e-17])
    let same = Comparison(of: run([1, -4e-17, 2, 1e-17]), against: reference, trials: trials)
    #expect(same.outputs[1].deviation.size == 0 && same.outputs[1].deviation.relative == 0)
    #expect(same.worstRelativeError == 0)
    let other = Comparison(of: run([1, 1e-3, 2, 1e-3]), against: reference, trials: trials)
    #expect(other.outputs[1].deviation.relative == .infinity)
    // One output alone does not tell; the network's latents do.
    let alone = Trajectory(trials: 1, steps: 2, rank: 0, outputCount: 1, kappa: [], outputs: [3e-17, -2e-17])
    let noise = Trajectory(trials: 1, steps: 2, rank: 0, outputCount: 1, kappa: [], outputs: [1e-17, 4e-17])
    #expect(Comparison(of: noise, against: alone, trials: trials).worstRelativeError > 0.1)
    #expect(Comparison(of: noise, against: alone, trials: trials, scale: 1).worstRelativeError == 0)
    let diverged = run([1, .infinity, 2, .infinity])
    let away = Comparison(of: run([2, .infinity, 2, .infinity]), against: diverged, trials: trials)
    #expect(away.outputs[0].deviation.relative > 0.1)
  }

  /// The ladder names what each assumption costs: with zero means the means cost nothing, and the manifold never does.
  @Test func budgetPutsTheCostWhereItBelongs() throws {
    let simulation = Simulation(alpha: 0.2)
    for means in [false, true] {
      var network = try randomNetwork(units: 60, rank: 2, inputs: 1, outputs: 1, means: means, seed: 111)
      if !means { network = try centred(network) }
      let circuit = try EffectiveCircuit(of: network)
      let trials = Trials(stimulus: randomStimulus(trials: 4, steps: 30, channels: 1, seed: 112))
      let full = simulation.run(try NetworkDynamics(network), under: trials.stimulus)
      let manifold = simulation.run(try ManifoldDynamics(network), under: trials.stimulus)
      let reduced = simulation.run(circuit, under: trials.stimulus)
      let budget = ErrorBudget(
        network: full, manifold: manifold, circuit: reduced, of: circuit, trials: trials,
        simulation: simulation)
      #expect(budget.stages.count == 4)
      #expect(budget.stages[0].costs[0] < 1e-12)
      #expect(budget.stages[1].costs[0] > 1e-4)
      #expect(means ? budget.stages[2].costs[0] > 1e-3 : budget.stages[2].costs[0] < 1e-12)
      #expect(budget.stages[3].costs[0] > 1e-4)
    }
  }

  /// A network drawn from its own Gaussian mixture lies in the band; ±1 loadings do not.
  @Test func bandTellsFiniteSizeFromOtherShapes() throws {
    let simulation = Simulation(alpha: 0.2)
    let trials = Trials(stimulus: randomStimulus(trials: 3, steps: 30, channels: 1, seed: 121))
    func band(_ network: Network) throws -> SamplingBand {
      let circuit = try EffectiveCircuit(of: network)
      return try SamplingBand(
        of: circuit, units: network.unitCount,
        network: simulation.run(try NetworkDynamics(network), under: trials.stimulus),
        reduced: simulation.run(circuit, under: trials.stimulus), trials: trials, simulation: simulation,
        redraws: 20, seed: 122)
    }
    // Gaussian by construction. The circuit is fitted to the network itself, so that its error is small.
    let gaussian = try randomNetwork(units: 200, rank: 1, inputs: 1, outputs: 1, seed: 123)
    #expect(try band(gaussian).explains(output: 0), "seed 123")
    // Two-valued loadings of a large network: same moments for the closure, another φ average.
    var stream = RandomStream(seed: 124)
    let signs = (0..<2000).map { _ in stream.uniform() < 0.5 ? -1.5 : 1.5 }
    let vector = Matrix(rows: 2000, columns: 1, elements: signs)
    let discrete = try Network(m: vector, n: vector, inputs: vector, readouts: vector)
    #expect(try !band(discrete).explains(output: 0), "seed 124")
  }

  private func centred(_ network: Network) throws -> Network {
    var loadings = network.loadings
    for column in 0..<loadings.columns {
      let mean = loadings.column(column).reduce(0, +) / Double(loadings.rows)
      for row in 0..<loadings.rows { loadings[row, column] -= mean }
    }
    return try Network(loadings: loadings, layout: network.layout, transfer: network.transfer)
  }
}
