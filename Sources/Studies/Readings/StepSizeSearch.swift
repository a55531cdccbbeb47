// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// The step size that a combination would have if it were the right one.
extension ReadingSearch {
  /// The step size near a candidate's own that fits best: golden section in α between the neighbours on the grid.
  func refined(_ candidate: Candidate, on sample: ReadingSample, rounds: Int) -> Candidate {
    var best = candidate
    best.error = error(candidate, at: candidate.variant.alpha, on: sample)
    // A step size that is right to rounding needs no search.
    guard best.error > 1e-12 else { return best }
    let (before, after) = (
      Self.grid.last { $0 < candidate.variant.alpha }, Self.grid.first { $0 > candidate.variant.alpha }
    )
    var low = before ?? candidate.variant.alpha / 2
    var high = after ?? 1
    let golden = (5.0.squareRoot() - 1) / 2
    var left = high - golden * (high - low)
    var right = low + golden * (high - low)
    var (leftError, rightError) = (
      error(candidate, at: left, on: sample), error(candidate, at: right, on: sample)
    )
    for _ in 0..<rounds where high - low > 1e-12 * high {
      if leftError < rightError {
        (high, right, rightError) = (right, left, leftError)
        left = high - golden * (high - low)
        leftError = error(candidate, at: left, on: sample)
      } else {
        (low, left, leftError) = (left, right, rightError)
        right = low + golden * (high - low)
        rightError = error(candidate, at: right, on: sample)
      }
    }
    for (alpha, value) in [(left, leftError), (right, rightError)] where value < best.error {
      best.variant.alpha = alpha
      best.error = value
    }
    return best
  }

  /// The number of fewest digits, or the ratio 1/k, that fits as well as a candidate's step size to within its own
  /// precision. Where z is in single precision the best fit is not at α itself, but by a millionth of α better.
  func shortest(_ candidate: Candidate, on sample: ReadingSample) -> Double {
    let alpha = candidate.variant.alpha
    var candidates: [Double] = []
    var scale = 1.0
    while alpha * scale < 1 { scale *= 10 }
    for digits in 0..<5 {
      let factor = scale * (0..<digits).reduce(1.0) { value, _ in value * 10 }
      candidates.append((alpha * factor).rounded() / factor)
    }
    if alpha > 0 { candidates.append(1 / (1 / alpha).rounded()) }
    for short in candidates where short > 0 && short <= 1 {
      if error(candidate, at: short, on: sample) <= max(1.01 * candidate.error, 1e-12) { return short }
    }
    return alpha
  }

  private func error(_ candidate: Candidate, at alpha: Double, on sample: ReadingSample) -> Double {
    var variant = candidate.variant
    variant.alpha = alpha
    return sample.error(of: variant, before: candidate.beforeUpdate)
  }
}
