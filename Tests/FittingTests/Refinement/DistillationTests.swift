// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import Fitting

@Suite struct DistillationTests {
  /// A network of two populations with means, one of which drives and the other of which gates.
  private func mixture(units: Int, seed: UInt64) throws -> (Network, [Int], ConnectivityStatistics) {
    let layout = LoadingLayout(rank: 1, inputCount: 1, outputCount: 1)
    func population(_ fraction: Double, mean: [Double], coupling: Double) -> Population {
      // n and w are mixtures of m, I and noise of their own, so that every covariance can be had.
      let mixing: [[Double]] = [
        [0.3, 0, coupling, 0.8], [0, 0.3, 1.2, -0.4], [0, 0, 0.9, 0], [0, 0, 0.2, 0.8],
      ]
      let covariance = Matrix(rows: 4, columns: 4) { i, j in
        zip(mixing[i], mixing[j]).reduce(0) { $0 + $1.0 * $1.1 }
      }
      return Population(layout: layout, fraction: fraction, mean: mean, covariance: covariance)
    }
    let statistics = ConnectivityStatistics(
      layout: layout, unitCount: units,
      populations: [
        population(0.6, mean: [0, 0, 0, 0], coupling: 1.1),
        population(0.4, mean: [-0.5, 1, 3, -3], coupling: -0.5),
      ])
    var stream = RandomStream(seed: seed)
    let network = try statistics.redraw(units: units, transfer: .tanh, stream: &stream)
    let first = Int((0.6 * Double(units)).rounded())
    return (network, (0..<units).map { $0 < first ? 0 : 1 }, statistics)
  }

  private func slowInputs(trials: Int, steps: Int, seed: UInt64) -> Stimulus {
    var stimulus = randomStimulus(trials: trials, steps: steps, channels: 1, seed: seed)
    for b in 0..<trials {
      let level = stimulus[b, 0, 0]
      for t in 0..<steps { stimulus[b, t, 0] = level + 0.2 * stimulus[b, t, 0] }
    }
    return stimulus
  }

  @Test func knownPopulationsAreRecoveredAndPredicted() throws {
    let seed: UInt64 = 51
    let (network, truth, statistics) = try mixture(units: 600, seed: seed)
    let (training, held) = (
      slowInputs(trials: 6, steps: 15, seed: seed), slowInputs(trials: 6, steps: 15, seed: seed + 1)
    )
    func distil(_ closure: Closure, _ populations: Int) throws -> Distillation {
      try Distillation(
        of: network, training: training, validation: held, alpha: 0.2,
        options: Distillation.Options(
          populations: populations, closure: closure, anchor: .strength(1e-2), seed: seed, polished: 1))
    }
    let moments = try distil(.moments, 2)
    #expect(AdjustedRandIndex(moments.labels, truth).value > 0.95, "seed \(seed)")
    for population in moments.circuit.statistics.populations {
      let nearest = statistics.populations.min {
        abs($0.fraction - population.fraction) < abs($1.fraction - population.fraction)
      }
      let expected = try #require(nearest)
      for a in statistics.layout.vectors {
        for b in statistics.layout.vectors {
          // Five standard errors of a covariance from that many units, and some for units on the wrong side.
          let error = expected.standardError(a, b, units: population.fraction * 600)
          #expect(
            abs(population.covariance(a, b) - expected.covariance(a, b)) < 5 * error + 0.02,
            "\(a)\(b), seed \(seed)")
        }
      }
    }
    let one = try distil(.moments, 1)
    let refined = try distil(.refined, 2)
    // At 600 units most of what is left to the moments is sampling error.
    #expect(moments.validation.value < one.validation.value, "seed \(seed)")
    #expect(refined.validation.value < 0.5 * moments.validation.value, "seed \(seed)")
    #expect(refined.trainingError < 0.05, "seed \(seed)")
  }

  @Test func aGaussianNetworkIsNotMadeWorse() throws {
    let seed: UInt64 = 52
    let network = try randomNetwork(units: 1000, rank: 1, inputs: 1, outputs: 1, seed: seed)
    let (training, held) = (
      slowInputs(trials: 6, steps: 15, seed: seed), slowInputs(trials: 8, steps: 15, seed: seed + 1)
    )
    func error(_ closure: Closure) throws -> Double {
      try Distillation(
        of: network, training: training, validation: held, alpha: 0.2,
        options: Distillation.Options(closure: closure, anchor: .strength(0), seed: seed)
      ).validation.value
    }
    let moments = try error(.moments)
    #expect(try error(.regressed) <= moments, "seed \(seed)")
    #expect(try error(.refined) <= moments, "seed \(seed)")
  }

  /// A bias of zeros, an input vector of zeros, and one that is the same in every unit: no fit gives them variance.
  @Test func whatTheNetworkDoesNotHaveGetsNoVariance() throws {
    let seed: UInt64 = 55
    let (plain, _, _) = try mixture(units: 150, seed: seed)
    let inputs = Matrix(rows: 150, columns: 3) { i, k in [plain.inputs[i, 0], 0, 0.4][k] }
    let network = try Network(
      m: plain.m, n: plain.n, inputs: inputs, readouts: plain.readouts,
      bias: Network.Bias(values: [Double](repeating: 0, count: 150)), transfer: .tanh)
    let stimulus = randomStimulus(trials: 4, steps: 8, channels: 3, seed: seed)
    for closure in [Closure.moments, .regressed, .refined] {
      let result = try Distillation(
        of: network, training: stimulus, validation: stimulus, alpha: 0.2,
        options: Distillation.Options(
          populations: 2, closure: closure, anchor: .strength(0), seed: seed, polished: 1))
      for population in result.circuit.statistics.populations {
        for vector in network.layout.vectors {
          for absent in [ConnectivityVector.bias, .input(1), .input(2)] {
            #expect(
              abs(population.covariance(absent, vector)) < 1e-14,
              "\(closure) \(absent) \(vector), seed \(seed)")
          }
        }
        #expect(population.mean(.bias) == 0 && population.mean(.input(1)) == 0)
        #expect(abs(population.mean(.input(2)) - 0.4) < 1e-14)
      }
      #expect(result.validation.value < (closure == .refined ? 0.05 : 1), "\(closure), seed \(seed)")
    }
  }

  @Test func resultsDoNotDependOnThreads() throws {
    let seed: UInt64 = 53
    let (network, _, _) = try mixture(units: 120, seed: seed)
    let training = slowInputs(trials: 3, steps: 8, seed: seed)
    func run(_ threads: Int) throws -> Distillation {
      try Distillation(
        of: network, training: training, validation: training, alpha: 0.2,
        options: Distillation.Options(
          populations: 2, closure: .refined, anchor: .strength(0), seed: seed, threads: threads, polished: 2))
    }
    let (alone, together) = (try run(1), try run(2))
    #expect(alone.circuit == together.circuit, "seed \(seed)")
    #expect(alone.starts == together.starts, "seed \(seed)")
  }

  @Test func completedStatisticsAreSemiDefiniteAndActLikeTheFit() throws {
    let seed: UInt64 = 54
    let (network, _, _) = try mixture(units: 300, seed: seed)
    let training = slowInputs(trials: 4, steps: 10, seed: seed)
    let data = try TrainingData(network, stimulus: training, alpha: 0.2, seed: seed)
    let mixtures = try Start.mixtures(network, populations: 2, limit: 1, seed: seed, threads: 1)
    var fit = try RefinementFit(.mixture(0), labels: try #require(mixtures.first), of: network)
    var search = LevenbergMarquardt()
    search.maximumSteps = 8
    try fit.project(data, anchor: 0, search: search)
    let statistics = try fit.parameters.statistics(
      clusters: fit.clusters, weightSquares: data.weightSquares)
    for population in statistics.populations {
      let values = try population.covariance.symmetricEigensystem().values
      #expect((values.first ?? -1) > -1e-10 * (values.last ?? 0), "seed \(seed)")
    }
    // A network can be drawn from them.
    var stream = RandomStream(seed: seed)
    _ = try statistics.redraw(units: 50, transfer: .tanh, stream: &stream)
    // The circuit made of them has the field of the fit.
    let circuit = EffectiveCircuit(statistics, transfer: .tanh)
    let run = Simulation(alpha: 0.2).run(circuit, under: training)
    let cost = Objective(
      data, stage: .trajectory, pull: Pull(weights: [], centre: []), cloudWeight: 0
    ).equations(at: fit.parameters, detail: .cost).cost
    var square = 0.0
    for trial in 0..<4 {
      for point in 0..<11 {
        let place = trial * 11 + point
        let kappa = point == 0 ? 0 : run.kappa(trial: trial, step: point - 1, 0)
        let difference = (data.states[place * 2] - kappa) / data.kappaScale[0]
        square += difference * difference
        // z at the start is not part of a trajectory; the circuit's is computed by itself.
        let z = point == 0 ? startOutput(circuit) : run.output(trial: trial, step: point - 1, 0)
        let error = (data.field[place * 2 + 1] - z) / data.fieldScale[1]
        square += error * error
      }
    }
    #expect(abs(square / 44 - cost) < 1e-4 * cost + 1e-12, "seed \(seed)")
  }

  private func startOutput(_ circuit: EffectiveCircuit) -> Double {
    var result = [0.0]
    var span = result.mutableSpan
    circuit.outputs(of: circuit.initialState().span, noiseVariance: 0, into: &span)
    return result[0]
  }

  @Test func wrongTrialsAreRefused() throws {
    let network = try randomNetwork(units: 30, rank: 1, inputs: 2, outputs: 1, seed: 55)
    let fitting = randomStimulus(trials: 2, steps: 4, channels: 2, seed: 55)
    var infinite = fitting
    infinite[0, 0, 0] = .infinity
    for (stimulus, populations) in [
      (Stimulus(trials: 0, steps: 4, channels: 2), 1), (Stimulus(trials: 2, steps: 4, channels: 3), 1),
      (infinite, 1), (fitting, 0), (fitting, 31),
    ] {
      #expect(throws: DistillationError.self) {
        try Distillation(
          of: network, training: stimulus, validation: fitting, alpha: 0.2,
          options: Distillation.Options(populations: populations))
      }
    }
  }
}
