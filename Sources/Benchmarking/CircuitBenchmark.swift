// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The step of the κ-equations: R = 2, O = 1, tanh; one population alone, one under inputs (K = 2) without and with means,
/// and three with.
///
/// One trial alone, whose steps wait for one another, and a thousand trials of one simulation on one thread: with κ and
/// z of every step kept, which is mostly memory's work, and with those of the last step. Beside them bare table look-ups,
/// by which the times of different machines may be compared. Errors are those of κ and z after one step from a random
/// state, against GSL's QAG.
enum CircuitBenchmark {
  /// Which circuit.
  private struct Problem {
    let populations: Int
    let means: Bool
    let inputs: Int

    var name: String {
      "\(populations) population\(populations == 1 ? "" : "s")\(means ? " with means" : "")"
        + (inputs == 0 ? ", no input" : "")
    }
  }

  private static let problems = [
    Problem(populations: 1, means: false, inputs: 0), Problem(populations: 1, means: false, inputs: 2),
    Problem(populations: 1, means: true, inputs: 2), Problem(populations: 3, means: true, inputs: 2),
  ]

  static func groups() -> [[BenchmarkCase]] {
    problems.map { problem in
      guard let circuit = circuit(problem) else { return [lookUp(beside: problem)] }
      let error = error(of: circuit)
      return [(1, nil), (1000, nil), (1000, 1)].map {
        simulation(circuit, problem.name, trials: $0, keptSteps: $1, error: error)
      } + [lookUp(beside: problem)]
    }
  }

  private static func lookUp(beside problem: Problem) -> BenchmarkCase {
    var random = RandomStream(seed: 5)
    return GainBenchmark.lookUp(
      (0..<1000).map { _ in 100 * random.uniform() }, variant: "bare look-up beside \(problem.name)",
      note: "a thousand, to compare machines by")
  }

  private static func simulation(
    _ circuit: EffectiveCircuit, _ name: String, trials: Int, keptSteps: Int?, error: Double?
  ) -> BenchmarkCase {
    let steps = trials == 1 ? 2000 : 75
    var random = RandomStream(seed: 4)
    let inputs = circuit.inputCount
    let stimulus = Stimulus(
      trials: trials, steps: steps, channels: inputs,
      values: (0..<(trials * steps * inputs)).map { _ in 0.3 * random.normal() })
    let start = circuit.starting(at: [0.7, -1.1] + [Double](repeating: 0, count: inputs))
    return BenchmarkCase(
      variant: keptSteps == nil ? name : "\(name), last step", size: trials, operations: trials * steps,
      relativeError: error,
      note: "κ and z of \(keptSteps == nil ? "every" : "the last") step kept"
    ) {
      _ = Simulation(alpha: 0.2, keptSteps: keptSteps, threads: 1).run(start, under: stimulus)
    }
  }

  /// The largest difference of κ and z after one step from QAG's, relative to the largest of them.
  private static func error(of circuit: EffectiveCircuit) -> Double? {
    let inputs = circuit.inputCount
    let (start, input, alpha) = (
      [0.7, -1.1] + [0.4, 0.2].prefix(inputs), Array([0.3, -0.1].prefix(inputs)), 0.2
    )
    let simulation = Simulation(alpha: alpha)
    let run = simulation.run(
      circuit.starting(at: start), under: Stimulus(trials: 1, steps: 1, channels: inputs, values: input))
    guard let pull = averages(circuit, at: start) else { return nil }
    let moved =
      (0..<2).map { start[$0] + alpha * (pull[$0] - start[$0]) }
      + (0..<inputs).map { start[2 + $0] + alpha * (input[$0] - start[2 + $0]) }
    guard let read = averages(circuit, at: moved) else { return nil }
    let (found, expected) = (run.kappa + run.outputs, Array(moved.prefix(2)) + [read[2]])
    let scale = expected.map { abs($0) }.max() ?? 1
    return worst(zip(found, expected).map { abs($0 - $1) / scale })
  }

  /// E[n₁ φ], E[n₂ φ], E[w φ] by the definition and GSL.
  private static func averages(_ circuit: EffectiveCircuit, at q: [Double]) -> [Double]? {
    guard var integrals = try? GainIntegrals(circuit.transfer, rule: .qag) else { return nil }
    let weights = circuit.statistics.layout.weightCount
    var sums = [Double](repeating: 0, count: weights)
    for population in circuit.statistics.populations {
      let (mean, variance) = population.moments(along: q)
      guard let found = try? integrals.averages(mean: mean, deviation: variance.squareRoot()) else {
        return nil
      }
      for a in 0..<weights {
        let coupling = population.coupling(of: a, along: q)
        sums[a] +=
          population.fraction * (population.mean[a] * found.rate.value + coupling * found.gain.value)
      }
    }
    return sums
  }

  /// The circuit of a random network: Gaussian vectors; for several populations with means that differ.
  private static func circuit(_ problem: Problem) -> EffectiveCircuit? {
    let (units, populations) = (300, problem.populations)
    var random = RandomStream(seed: 3)
    let labels = (0..<units).map { $0 % populations }
    func draw(_ columns: Int) -> Matrix {
      let means = (0..<(columns * populations)).map { _ in populations == 1 ? 0 : 0.5 * random.normal() }
      return Matrix(rows: units, columns: columns) { i, j in
        means[j * populations + labels[i]] + random.normal()
      }
    }
    let (m, n, inputs, readouts) = (draw(2), draw(2), draw(problem.inputs), draw(1))
    guard let network = try? Network(m: m, n: n, inputs: inputs, readouts: readouts),
      let circuit = try? EffectiveCircuit(of: network, labels: populations == 1 ? nil : labels)
    else { return nil }
    return problem.means ? circuit : EffectiveCircuit(circuit.statistics.withoutMeans, transfer: .tanh)
  }
}
