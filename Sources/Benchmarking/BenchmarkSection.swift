// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A section of the benchmarks.
public enum BenchmarkSection: String, Sendable, Hashable, CaseIterable, Codable {
  /// Gaussian averages of φ: every quadrature rule, and what simulations use.
  case gain
  /// The full network's step: every kernel and size.
  case network
  /// The κ-equations' step: one circuit, and many trials together.
  case circuit
  /// Updates of training.
  case training
  /// Whole commands, each a process of its own; they are run by `Bench` of Studies, which is told where the command is.
  case command

  /// What `Measurement.nanoseconds` is per.
  public var unit: String {
    switch self {
    case .gain: "value"
    case .network: "unit-step"
    case .circuit: "step"
    case .training: "update"
    case .command: "command"
    }
  }

  /// The section's work, in groups whose times are to be compared with one another; none for whole commands.
  public func groups() -> [[BenchmarkCase]] {
    switch self {
    case .gain: GainBenchmark.groups()
    case .network: NetworkBenchmark.groups()
    case .circuit: CircuitBenchmark.groups()
    case .training: TrainingBenchmark.groups()
    case .command: []
    }
  }

  /// Runs the section on this machine.
  ///
  /// - Parameters:
  ///   - rounds: samples per case; the cases of a group take turns, and the result is the median.
  ///   - progress: called with what was measured after every group.
  public func measure(rounds: Int = 11, progress: ([Measurement]) -> Void = { _ in }) -> [Measurement] {
    groups().flatMap { cases in
      let clock: Stopwatch.Clock = cases.contains { $0.clock == .wall } ? .wall : .thread
      // Long enough that what a case finds when its turn comes, cold caches and vector units asleep, matters little.
      let stopwatch = Stopwatch(rounds: rounds, minimumSample: 0.01, clock: clock)
      let seconds = stopwatch.medians(of: cases.map(\.run))
      let measured = zip(cases, seconds).map { item, seconds in
        Measurement(
          what: rawValue, variant: item.variant, size: item.size,
          nanoseconds: seconds * 1e9 / Double(item.operations), relativeError: item.relativeError,
          note: item.note)
      }
      progress(measured)
      return measured
    }
  }
}
