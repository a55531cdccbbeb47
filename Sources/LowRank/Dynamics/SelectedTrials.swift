// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Trials {
  /// Some of the trials, in the given order.
  public func selecting(_ chosen: [Int]) -> Trials {
    Trials(
      stimulus: Stimulus(
        trials: chosen.count, steps: stimulus.steps, channels: stimulus.channels,
        values: rows(chosen, of: stimulus.values, width: stimulus.steps * stimulus.channels)),
      outputs: outputs, target: rows(chosen, of: target, width: stimulus.steps * outputs),
      mask: rows(chosen, of: mask, width: stimulus.steps * outputs),
      scoring: scoring,
      // What all trials together say: some of them may have one target only.
      decides: decides)
  }

  /// Some consecutive trials.
  public subscript(range: Range<Int>) -> Trials {
    precondition(range.lowerBound >= 0 && range.upperBound <= stimulus.trials, "trials outside the batch")
    return selecting(Array(range))
  }

  /// The first `count` trials, or all if there are fewer.
  public func prefix(_ count: Int) -> Trials { selecting(Array(0..<min(count, stimulus.trials))) }
}

extension Trajectory {
  /// Some of the trials, in the given order, without states.
  public func selecting(_ chosen: [Int]) -> Trajectory {
    Trajectory(
      trials: chosen.count, steps: steps, rank: rank, outputCount: outputCount,
      kappa: rows(chosen, of: kappa, width: steps * rank),
      outputs: rows(chosen, of: outputs, width: steps * outputCount))
  }

  /// Some of the outputs, in the given order, without states.
  public func selecting(outputs chosen: [Int]) -> Trajectory {
    Trajectory(
      trials: trials, steps: steps, rank: rank, outputCount: chosen.count, kappa: kappa,
      outputs: (0..<(trials * steps)).flatMap { row in chosen.map { outputs[row * outputCount + $0] } })
  }

  /// The outputs alone, for comparing dynamics whose latents are not of one rank.
  public var withoutLatents: Trajectory {
    Trajectory(
      trials: trials, steps: steps, rank: 0, outputCount: outputCount, kappa: [], outputs: outputs)
  }

  /// The first `count` trials, or all if there are fewer, without states.
  public func prefix(_ count: Int) -> Trajectory { selecting(Array(0..<min(count, trials))) }
}

/// Rows of `width` values each; none of an array that is empty.
private func rows(_ chosen: [Int], of values: [Double], width: Int) -> [Double] {
  values.isEmpty ? [] : chosen.flatMap { values[($0 * width)..<(($0 + 1) * width)] }
}
