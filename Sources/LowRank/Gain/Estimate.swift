// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A computed value and an absolute bound on its distance from the truth; the two travel together.
public struct Estimate: Sendable, Hashable {
  /// The computed value.
  public let value: Double
  /// |value - truth| ≤ error.
  public let error: Double

  /// A value with a bound on its absolute error.
  public init(value: Double, error: Double) {
    self.value = value
    self.error = error
  }

  /// A bound on the relative error; infinite for a value of zero that is not known to be exact.
  public var relativeError: Double { error == 0 ? 0 : error / abs(value) }
}
