// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A Gaussian average that cannot be computed: which quantity, what was expected of it, what was found.
public struct QuadratureError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The quantity, such as "deviation" or "⟨φ'⟩ of tanh by qag at mean 0, deviation 1".
  public let quantity: String
  /// What was expected.
  public let expected: String
  /// What was found.
  public let found: String

  /// An error about `quantity`.
  public init(quantity: String, expected: String, found: String) {
    self.quantity = quantity
    self.expected = expected
    self.found = found
  }

  /// One line for a person.
  public var description: String { "\(quantity): expected \(expected), found \(found)" }
}
