// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Vectors that do not fit together, or hold something that is not a finite number.
public struct ShapeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What does not fit, e.g. `n`.
  public let quantity: String
  /// What was expected, e.g. `shape (128, 2) like m`.
  public let expected: String
  /// What was found, e.g. `shape (128, 1)`.
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
