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

  @Test func averagesMatchTheEngine() throws {
    for transfer in TransferFunction.allCases {
      let rule = AverageRule(transfer)
      let gain = Gain(transfer)
      for mean in [-1.3, 0, 0.4, 2.5] {
        for variance in [0, 0.01, 0.7, 4, 9] {
          let mine = rule.averages(mean: mean, variance: variance)
          let theirs = gain.derivatives(mean: mean, variance: variance)
          // The rule leaves out what lies beyond six standard deviations, 2e-9 of the weight.
          #expect(abs(mine.rate - theirs.rate) < 1e-6, "\(transfer) at \(mean), \(variance)")
          #expect(abs(mine.gain - theirs.gain) < 1e-6, "\(transfer) at \(mean), \(variance)")
          // Each derivative multiplies the rule's error by 2π/(hΔ), about 12 where a spacing is at its limit.
          // Where Δ = 0 meets ReLU's kink the second derivative is a point mass, which neither represents.
          if transfer == .relu && variance == 0 { continue }
          #expect(abs(mine.gain2 - theirs.gain2) < 1e-5, "\(transfer) at \(mean), \(variance)")
          #expect(abs(mine.gain3 - theirs.gain3) < 1e-4, "\(transfer) at \(mean), \(variance)")
        }
      }
    }
  }
}
