// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The loss and the decisions of one group of trials, before they are averaged over the whole batch.
struct GroupLoss: Sendable {
  /// Σ of the windows' mean square errors, times `window`.
  var sum = 0.0
  /// Pairs of trial and output with a response window, and Σ_t mask of the first of them.
  var windows = 0
  var window = 1.0
  /// Pairs that ask for an answer, and those that get the right one by the trials' scoring.
  var decisions = 0
  var correct = 0

  /// Nothing yet.
  init() {}

  /// Compares outputs with their targets.
  ///
  /// - Parameters:
  ///   - z: (B, T, O).
  ///   - errors: receives ∂sum/∂z, (B, T, O); zero where nothing is asked.
  init(
    of z: UnsafePointer<Double>, on trials: Trials, steps: Int, outputs: Int,
    errors: UnsafeMutablePointer<Double>
  ) {
    errors.update(repeating: 0, count: trials.stimulus.trials * steps * outputs)
    trials.mask.withUnsafeBufferPointer { mask in
      trials.target.withUnsafeBufferPointer { target in
        for b in 0..<trials.stimulus.trials {
          for o in 0..<outputs {
            var own = 0.0
            for t in 0..<steps { own += mask[(b * steps + t) * outputs + o] }
            guard own > 0 else { continue }
            if windows == 0 { window = own }
            windows += 1
            let share = window / own
            var output = 0.0
            var wanted = 0.0
            var square = 0.0
            for t in 0..<steps {
              let i = (b * steps + t) * outputs + o
              if mask[i] == 0 { continue }
              let error = z[i] - target[i]
              errors[i] = 2 * (share * mask[i]) * error
              sum += share * mask[i] * error * error
              square += mask[i] * error * error
              output += mask[i] * z[i]
              wanted += mask[i] * target[i]
            }
            let isRight = trials.scoring.isRight(
              output / own, target: wanted / own, meanSquare: square / own)
            if let isRight {
              decisions += 1
              if isRight { correct += 1 }
            }
          }
        }
      }
    }
  }

  /// Marks the steps at which an output of some trial is asked for, (T).
  static func mark(
    _ read: UnsafeMutablePointer<UInt8>, askedBy trials: Trials, steps: Int, outputs: Int
  ) {
    trials.mask.withUnsafeBufferPointer { mask in
      for t in 0..<steps {
        read[t] = 0
        for b in 0..<trials.stimulus.trials {
          for o in 0..<outputs where mask[(b * steps + t) * outputs + o] != 0 { read[t] = 1 }
        }
      }
    }
  }
}
