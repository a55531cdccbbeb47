// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A quantity that cannot be used or computed: which, what was expected of it, and what was found.
///
/// `Domain` only tells errors of different rooms apart, so that each can be caught by its type: `ShapeError`,
/// `QuadratureError`.
public struct QuantityError<Domain>: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, e.g. `n` or `deviation`.
  public let quantity: String
  /// What was expected, e.g. `shape (128, 2) like m`.
  public let expected: String
  /// What was found, e.g. `shape (128, 1)`, and where it helps what to do.
  public let found: String

  /// An error that says which quantity is wrong, what was expected and what was found.
  public init(quantity: String, expected: String, found: String) {
    self.quantity = quantity
    self.expected = expected
    self.found = found
  }

  /// One line for a person.
  public var description: String { "\(quantity): expected \(expected), found \(found)" }
}
