// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// The relative error of a circuit on trials that no parameter was fitted to, and how large it may be on others.
public struct ValidationError: Sendable, Hashable {
  /// RMS error over all trials and steps / RMS of the exact value, of the worst output; of κ when there is no output.
  public let value: Double
  /// What the error of as many other trials stays below in 95 of 100 draws: a few trials that end near a saddle decide it,
  /// and those that are judged later are not those that are chosen by. Of one trial, nobody knows: the error itself.
  ///
  /// The square of the error is a ratio of means over trials, E = ⟨e²⟩/⟨z²⟩, whose variance over draws of B trials is
  /// Σ_b (e_b² - E z_b²)² / ((B-1) B ⟨z²⟩²) (the linearised ratio estimator; Cochran, Sampling Techniques, 1977, 6.4);
  /// the difference of two draws has twice that. The interval is one of log E: a draw without its rare large errors has a
  /// small variance, too, and a symmetric interval about a small E then holds in 88 of 100 draws what it promises in 95.
  public let bound: Double

  /// The error of a trajectory against the exact one of the same trials.
  init(of reduced: Trajectory, against exact: Trajectory) {
    let hasOutputs = exact.outputCount > 0
    let channels = hasOutputs ? exact.outputCount : exact.rank
    let (mine, theirs) =
      hasOutputs ? (reduced.outputs, exact.outputs) : (reduced.kappa, exact.kappa)
    var (value, bound) = (0.0, 0.0)
    for channel in 0..<channels {
      let found = Self.error(mine, theirs, channel: channel, of: channels, trials: exact.trials)
      // NaN, from an overflow, is the worst.
      value = found.value.isNaN || value.isNaN ? .nan : max(value, found.value)
      bound = found.bound.isNaN || bound.isNaN ? .nan : max(bound, found.bound)
    }
    (self.value, self.bound) = (value, bound)
  }

  /// The 95th percentile of the normal distribution.
  private static let quantile = 1.645

  private static func error(
    _ mine: [Double], _ theirs: [Double], channel: Int, of channels: Int, trials: Int
  ) -> (value: Double, bound: Double) {
    guard trials > 0 else { return (0, 0) }
    let values = theirs.count / trials
    var errors = [Double](repeating: 0, count: trials)
    var sizes = errors
    for trial in 0..<trials {
      for i in stride(from: trial * values + channel, to: (trial + 1) * values, by: channels) {
        let difference = mine[i] - theirs[i]
        errors[trial] += difference * difference
        sizes[trial] += theirs[i] * theirs[i]
      }
    }
    let (error, size) = (errors.reduce(0, +), sizes.reduce(0, +))
    guard error != 0 else { return (0, 0) }
    let square = error / size
    guard trials > 1, square.isFinite else { return (square.squareRoot(), square.squareRoot()) }
    let spread = zip(errors, sizes).reduce(0) { sum, trial in
      let residual = trial.0 - square * trial.1
      return sum + residual * residual
    }
    let variance = spread * Double(trials) / Double(trials - 1) / (size * size)
    let value = square.squareRoot()
    return (value, value * exp(quantile * (2 * variance).squareRoot() / square / 2))
  }
}
