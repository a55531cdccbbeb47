// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// What came of a simulation: κ and z of every trial and step, read after the update with u_t.
///
/// Where a simulation keeps only its last steps, those are T steps, and step 0 is the first of them.
public struct Trajectory: Sendable, Hashable {
  /// B.
  public let trials: Int
  /// T.
  public let steps: Int
  /// R.
  public let rank: Int
  /// O.
  public let outputCount: Int
  /// κ, row-major (B, T, R).
  public let kappa: [Double]
  /// z, row-major (B, T, O).
  public let outputs: [Double]
  /// The states themselves, row-major (B, T, recorded dimension), when they were asked for.
  public let states: [Double]?

  /// A trajectory from its values, each row-major.
  public init(
    trials: Int, steps: Int, rank: Int, outputCount: Int, kappa: [Double], outputs: [Double],
    states: [Double]? = nil
  ) {
    precondition(kappa.count == trials * steps * rank, "κ has shape (B, T, R)")
    precondition(outputs.count == trials * steps * outputCount, "z has shape (B, T, O)")
    self.trials = trials
    self.steps = steps
    self.rank = rank
    self.outputCount = outputCount
    self.kappa = kappa
    self.outputs = outputs
    self.states = states
  }

  /// z(trial, step, output).
  public func output(trial: Int, step: Int, _ output: Int) -> Double {
    outputs[(trial * steps + step) * outputCount + output]
  }

  /// κ(trial, step, r).
  public func kappa(trial: Int, step: Int, _ r: Int) -> Double {
    kappa[(trial * steps + step) * rank + r]
  }
}
