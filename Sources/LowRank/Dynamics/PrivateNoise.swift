// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Noise that every unit receives for itself, in the field's discrete form: x ← … + s ξ at each Euler step, no √dt.
public struct PrivateNoise: Sendable, Hashable {
  /// s, the standard deviation per step.
  public let deviation: Double
  /// Seed; trial b draws from stream b.
  public let seed: UInt64

  /// Noise of standard deviation s per step.
  public init(deviation: Double, seed: UInt64) {
    precondition(deviation >= 0 && deviation.isFinite, "a standard deviation is finite and not negative")
    self.deviation = deviation
    self.seed = seed
  }

  /// The variance it has built up in x after `step` Euler steps of size α from a certain start:
  /// s² (1 - (1-α)^{2t}) / (1 - (1-α)²).
  public func variance(afterSteps step: Int, alpha: Double) -> Double {
    let decay = (1 - alpha) * (1 - alpha)
    if decay == 1 { return deviation * deviation * Double(step) }
    return deviation * deviation * (1 - pow(decay, Double(step))) / (1 - decay)
  }
}
