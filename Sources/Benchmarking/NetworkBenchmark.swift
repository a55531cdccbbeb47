// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The step of the full network, R = 2, K = 2, O = 1: nanoseconds per unit and step.
///
/// Every kernel this machine can run, in double and single precision, and the same without tanh: the floor that reading
/// the vectors sets. Errors are those of one step's sums (1/N) Σ A φ, relative to (1/N) Σ |A φ|, against the C library's
/// tanh and compensated sums. Then whole simulations, as a user runs them.
enum NetworkBenchmark {
  static func groups() -> [[BenchmarkCase]] {
    [128, 1024, 4096, 1_000_000].map(kernels) + [128, 1024, 4096].map(simulations)
  }

  /// The kernels at one size.
  static func kernels(units: Int) -> [BenchmarkCase] {
    let best = kappa_path_best()
    let problems = (double: StepProblem<Double>(units: units), single: StepProblem<Float>(units: units))
    let reference = problems.double.reference()

    func step(
      _ variant: String, _ path: KernelPath, _ transfer: KernelTransfer, single: Bool, trials: Int = 1,
      note: String = ""
    ) -> BenchmarkCase {
      var error: Double?
      if transfer == .tanh {
        let sums = single ? problems.single.sums(path: path) : problems.double.sums(path: path)
        error = worst(sums.indices.map { abs(sums[$0] - reference.sums[$0]) / reference.scale[$0] })
      }
      return BenchmarkCase(
        variant: variant, size: units, operations: units * trials, relativeError: error, note: note,
        run: single
          ? { problems.single.step(path: path, transfer: transfer, trials: trials) }
          : { problems.double.step(path: path, transfer: transfer, trials: trials) })
    }

    var cases: [BenchmarkCase] = []
    for path in [KernelPath.scalar, .baseline, .avx2, .avx512] where kappa_path_is_available(path) {
      let name = String(cString: kappa_path_name(path)) + (path == .scalar ? " libm" : "")
      cases.append(step("\(name) double", path, .tanh, single: false))
      cases.append(step("\(name) single", path, .tanh, single: true))
    }
    let name = String(cString: kappa_path_name(best))
    if units > 100_000 {
      let note = "sharing each read of the vectors"
      cases.append(step("\(name) double, 2 trials", best, .tanh, single: false, trials: 2, note: note))
      cases.append(step("\(name) single, 2 trials", best, .tanh, single: true, trials: 2, note: note))
    }
    cases.append(step("no tanh double", best, .linear, single: false, note: "the floor, \(name)"))
    cases.append(step("no tanh single", best, .linear, single: true, note: "the floor, \(name)"))
    return cases + (units == 1024 ? transfers(best, name) : [])
  }

  /// tanh alone, of a thousand values in the first-level cache.
  private static func transfers(_ path: KernelPath, _ name: String) -> [BenchmarkCase] {
    let count = 1024
    var random = RandomStream(seed: 6)
    let values = (0..<count).map { _ in random.normal() }
    let single = values.map { Float($0) }
    var (results, singleResults) = (values, single)
    kappa_transfer_apply_f64(path, .tanh, values, &results, count)
    kappa_transfer_apply_f32(path, .tanh, single, &singleResults, count)
    func error(of value: Double, at argument: Double) -> Double {
      abs(value / TransferFunction.tanh.value(argument) - 1)
    }
    let errors = (
      worst(zip(values, results).map { error(of: $1, at: $0) }),
      worst(zip(single, singleResults).map { error(of: Double($1), at: Double($0)) })
    )
    return [
      BenchmarkCase(
        variant: "tanh alone, double", size: count, operations: count, relativeError: errors.0,
        note: "in cache, \(name)"
      ) { kappa_transfer_apply_f64(path, .tanh, values, &results, count) },
      BenchmarkCase(
        variant: "tanh alone, single", size: count, operations: count, relativeError: errors.1,
        note: "in cache, \(name)"
      ) { kappa_transfer_apply_f32(path, .tanh, single, &singleResults, count) },
    ]
  }

  /// A whole simulation, 32 trials of 75 steps with κ and z recorded: on one thread and on two.
  static func simulations(units: Int) -> [BenchmarkCase] {
    let (trials, steps) = (32, 75)
    var random = RandomStream(seed: 2)
    func draw(_ columns: Int) -> Matrix { Matrix(rows: units, columns: columns) { _, _ in random.normal() } }
    let (m, n, inputs, readouts) = (draw(2), draw(2), draw(2), draw(1))
    let values = (0..<(trials * steps * 2)).map { _ in 0.3 * random.normal() }
    let stimulus = Stimulus(trials: trials, steps: steps, channels: 2, values: values)
    guard let network = try? Network(m: m, n: n, inputs: inputs, readouts: readouts),
      let double = try? NetworkDynamics(network), let single = try? SinglePrecisionNetwork(network)
    else { return [] }
    func simulation(_ precision: String, threads: Int, _ dynamics: some Dynamics) -> BenchmarkCase {
      BenchmarkCase(
        variant: "simulation \(precision), \(threads) thread\(threads == 1 ? "" : "s")", size: units,
        operations: units * trials * steps, note: "\(trials) trials, \(steps) steps, κ and z recorded",
        clock: .wall
      ) {
        _ = Simulation(alpha: 0.2, threads: threads).run(dynamics, under: stimulus)
      }
    }
    // On one core, two threads are one.
    return (ProcessInfo.processInfo.activeProcessorCount > 1 ? [1, 2] : [1]).flatMap { threads in
      [simulation("double", threads: threads, double), simulation("single", threads: threads, single)]
    }
  }
}
