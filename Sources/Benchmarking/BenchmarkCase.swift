// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Something to be timed: one way of doing a section's work.
public struct BenchmarkCase {
  /// Which way, e.g. `AVX-512 double`.
  public let variant: String
  /// How much, e.g. N.
  public let size: Int
  /// How many of the section's units (values, unit-steps, …) one call of `run` does.
  public let operations: Int
  /// Worst relative error against the section's reference, where there is one.
  public let relativeError: Double?
  /// What else a reader should know.
  public let note: String
  /// Which time counts: elapsed time for work on several threads.
  public let clock: Stopwatch.Clock
  /// Does the work once.
  public let run: () -> Void

  /// A case.
  public init(
    variant: String, size: Int, operations: Int, relativeError: Double? = nil, note: String = "",
    clock: Stopwatch.Clock = .thread, run: @escaping () -> Void
  ) {
    self.variant = variant
    self.size = size
    self.operations = operations
    self.relativeError = relativeError
    self.note = note
    self.clock = clock
    self.run = run
  }
}

/// The largest of some errors; infinite when one of them is not a number, which `max` would pass over.
func worst(_ errors: [Double]) -> Double? { errors.contains(where: \.isNaN) ? .infinity : errors.max() }
