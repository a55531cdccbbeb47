// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The decision that an output's mean over the response window stands for: its sign.
public enum Decision: Int, Sendable, Hashable {
  /// Below zero, and above.
  case negative = -1
  case positive = 1
  /// Exactly zero, or no number at all.
  case none = 0

  /// The decision of a mean output.
  public init(_ value: Double) { self = value > 0 ? .positive : (value < 0 ? .negative : .none) }

  /// Whether a decision is right: the target's sign. A target of zero asks for no decision.
  ///
  /// - Returns: `nil` where no decision is asked for.
  public static func isRight(_ output: Double, target: Double) -> Bool? {
    target == 0 ? nil : Decision(output) == Decision(target)
  }
}
