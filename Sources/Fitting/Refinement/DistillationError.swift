// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Why a circuit could not be fitted.
public struct DistillationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong.
  public let quantity: String
  /// What was expected.
  public let expected: String
  /// What was found, and what to do.
  public let found: String

  /// One line for a person.
  public var description: String { "\(quantity): expected \(expected), found \(found)" }
}
