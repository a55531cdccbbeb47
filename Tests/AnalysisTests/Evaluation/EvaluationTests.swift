// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import Analysis
@testable import Fitting

@Suite struct EvaluationTests {
  @Test func theManifoldIsExactUnderEveryCondition() throws {
    let seed: UInt64 = 81
    let network = try randomNetwork(units: 80, rank: 1, inputs: 2, outputs: 1, seed: seed)
    let trials = Trials(stimulus: randomStimulus(trials: 4, steps: 6, channels: 2, seed: seed))
    let conditions = TestCondition.around(trials, seed: seed)
    let table = try ClosureTable(
      of: network,
      candidates: [
        .init(name: "manifold", populations: nil, dynamics: try ManifoldDynamics(network)),
        .init(name: "moments", populations: 1, dynamics: try EffectiveCircuit(of: network)),
      ], conditions: conditions, simulation: Simulation(alpha: 0.2))
    #expect(table.rows.map(\.name) == ["manifold", "moments"])
    for comparison in table.rows[0].comparisons {
      // Euler of the manifold is Euler of the network; rounding is all that is left.
      #expect(comparison.outputs[0].deviation.relative < 1e-12, "seed \(seed)")
    }
    #expect(table.rows[1].comparisons[0].outputs[0].deviation.relative > 1e-3, "seed \(seed)")
  }

  @Test func noiseAndScalingAreWhatTheySay() {
    let trials = Trials(stimulus: randomStimulus(trials: 50, steps: 40, channels: 1, seed: 82))
    #expect(trials.scalingInputs(by: 2).stimulus.values == trials.stimulus.values.map { 2 * $0 })
    let noisy = trials.addingNoise(0.25, seed: 82)
    let (signal, change) = zip(noisy.stimulus.values, trials.stimulus.values)
      .reduce(into: (0.0, 0.0)) {
        $0.0 += $1.1 * $1.1
        $0.1 += ($1.0 - $1.1) * ($1.0 - $1.1)
      }
    // 2000 draws: the SD is known to 1/√4000 = 1.6 %, times 5.
    #expect(abs((change / signal).squareRoot() / 0.25 - 1) < 0.08, "seed 82")
  }

  @Test func theCurveEndsWhereItIsGoodEnough() throws {
    let seed: UInt64 = 83
    let network = try randomNetwork(units: 400, rank: 1, inputs: 1, outputs: 1, seed: seed)
    let training = randomStimulus(trials: 4, steps: 8, channels: 1, seed: seed)
    let validation = randomStimulus(trials: 4, steps: 8, channels: 1, seed: seed + 1)
    let distiller = try Distiller(
      of: network, training: training, validation: validation, alpha: 0.2, seed: seed)
    func choose(_ enough: Double) throws -> PopulationChoice {
      try PopulationChoice(
        from: distiller, options: Distillation.Options(closure: .regressed, seed: seed), candidates: [1, 2],
        enough: enough)
    }
    let easy = try choose(10)
    #expect(
      easy.curve.map(\.populations) == [1] && easy.distillation.circuit.statistics.populations.count == 1)
    let hard = try choose(0)
    #expect(hard.curve.map(\.populations) == [1, 2])
    let least = hard.curve.map(\.validation.value).min() ?? 0
    #expect(hard.distillation.validation.value <= 1.25 * least, "seed \(seed)")
    // With the closure left open, the simplest one comes first for every P, and the limit ends the search in between.
    func open(_ enough: Double) throws -> PopulationChoice {
      try PopulationChoice(
        from: distiller, options: Distillation.Options(seed: seed), closures: [.moments, .regressed],
        candidates: [1, 2],
        enough: enough)
    }
    let all = try open(0).curve
    #expect(all.map(\.populations) == [1, 1, 2, 2])
    #expect(all.map(\.closure) == [.moments, .regressed, .moments, .regressed])
    #expect(all[1].validation.bound < all[0].validation.bound, "seed \(seed)")
    let between = try open((all[0].validation.bound + all[1].validation.bound) / 2)
    #expect(between.curve.count == 2 && between.distillation.closure == .regressed, "seed \(seed)")
  }
}
