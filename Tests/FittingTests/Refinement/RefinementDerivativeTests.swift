// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import Fitting

/// Derivatives of every stage against central differences of its cost.
@Suite struct RefinementDerivativeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let stage: Objective.Stage
    let transfer: TransferFunction
    var bias = false
    var biasReachesReadout = true
    var testDescription: String { "\(stage), \(transfer), bias \(bias), reaching \(biasReachesReadout)" }
  }

  @Test(arguments: [
    Case(stage: .field, transfer: .tanh), Case(stage: .filtered, transfer: .tanh),
    Case(stage: .trajectory, transfer: .tanh), Case(stage: .trajectory, transfer: .softplus),
    Case(stage: .filtered, transfer: .erf), Case(stage: .trajectory, transfer: .relu, bias: true),
    Case(stage: .trajectory, transfer: .tanh, bias: true, biasReachesReadout: false),
    Case(stage: .filtered, transfer: .logistic, bias: true, biasReachesReadout: false),
  ])
  func gradientIsThatOfTheCost(_ example: Case) throws {
    let seed: UInt64 = 41
    let network = try randomNetwork(
      units: 60, rank: 2, inputs: 1, outputs: 1, transfer: example.transfer, bias: example.bias,
      biasReachesReadout: example.biasReachesReadout, seed: seed)
    let data = try TrainingData(
      network, stimulus: randomStimulus(trials: 2, steps: 8, channels: 1, seed: seed), alpha: 0.2, seed: seed)
    let labels = (0..<60).map { $0 % 2 }
    let clusters = try ConnectivityStatistics(of: network, labels: labels)
    var parameters = try CircuitParameters(
      clusters, transfer: example.transfer, biasReachesReadout: example.biasReachesReadout)
    let origin = parameters
    // Away from the clusters, so that the residual is not small and every term of the derivative shows.
    var stream = RandomStream(seed: seed, stream: 1)
    for i in parameters.values.indices { parameters.values[i] += 0.1 * stream.normal() }
    let objective = Objective(
      data, stage: example.stage, pull: .anchor(origin, data, strength: 1e-2))
    let equations = objective.equations(at: parameters, detail: .all)
    let scale = equations.gradient.reduce(0) { max($0, abs($1)) }
    for i in parameters.values.indices {
      let step = 1e-5
      func cost(_ shift: Double) -> Double {
        var moved = parameters
        moved.values[i] += shift
        return objective.equations(at: moved, detail: .cost).cost
      }
      // The gradient kept is Jᵀr = -½ ∂cost; differences are good to step² and rounding/step.
      let numeric = -(cost(step) - cost(-step)) / (4 * step)
      #expect(
        abs(equations.gradient[i] - numeric) < 1e-6 * scale,
        "parameter \(i): \(equations.gradient[i]) against \(numeric); seed \(seed)")
    }
  }

  @Test(arguments: [Objective.Stage.field, .filtered])
  func coefficientsAreSolvedExactly(_ stage: Objective.Stage) throws {
    let seed: UInt64 = 42
    let network = try randomNetwork(units: 80, rank: 1, inputs: 1, outputs: 1, seed: seed)
    let data = try TrainingData(
      network, stimulus: randomStimulus(trials: 3, steps: 10, channels: 1, seed: seed), alpha: 0.2, seed: seed
    )
    let clusters = try ConnectivityStatistics(of: network, labels: (0..<80).map { $0 % 2 })
    var parameters = try CircuitParameters(clusters, transfer: .tanh, biasReachesReadout: true)
    let objective = Objective(data, stage: stage, pull: .ridge(parameters.shape, data))
    let before = objective.equations(at: parameters, detail: .coefficients)
    let predicted = try objective.solveCoefficients(&parameters)
    let after = objective.equations(at: parameters, detail: .coefficients)
    // The cost that the normal equations predict is the cost there is, and its gradient vanishes.
    #expect(abs(predicted - after.cost) < 1e-8 * before.cost, "seed \(seed)")
    let size = before.gradient.reduce(0) { max($0, abs($1)) }
    #expect(after.gradient.allSatisfy { abs($0) < 1e-7 * size }, "seed \(seed)")
    #expect(after.cost < before.cost)
  }

  /// Averages that are kept are those of the moments asked for last, with and without the bias.
  @Test(arguments: [true, false]) func keptAveragesFollowTheMoments(biasReachesReadout: Bool) throws {
    let seed: UInt64 = 43
    let network = try randomNetwork(
      units: 80, rank: 1, inputs: 1, outputs: 1, bias: true, biasReachesReadout: biasReachesReadout,
      seed: seed)
    let data = try TrainingData(
      network, stimulus: randomStimulus(trials: 2, steps: 6, channels: 1, seed: seed), alpha: 0.2, seed: seed)
    let clusters = try ConnectivityStatistics(of: network, labels: (0..<80).map { $0 % 2 })
    let first = try CircuitParameters(
      clusters, transfer: .tanh, biasReachesReadout: biasReachesReadout)
    var second = first
    for i in second.values.indices { second.values[i] += 0.01 * Double(i % 5) }
    for stage in [Objective.Stage.field, .filtered] {
      func fresh() -> Objective { Objective(data, stage: stage, pull: .ridge(first.shape, data)) }
      let kept = fresh()
      for (parameters, detail) in [
        (first, Detail.coefficients), (first, .all), (second, .cost), (second, .all), (first, .all),
      ] {
        let (mine, theirs) = (
          kept.equations(at: parameters, detail: detail), fresh().equations(at: parameters, detail: detail)
        )
        // The same sums in the same order: the same bits.
        #expect(mine.cost == theirs.cost && mine.gradient == theirs.gradient && mine.matrix == theirs.matrix)
      }
    }
  }
}
