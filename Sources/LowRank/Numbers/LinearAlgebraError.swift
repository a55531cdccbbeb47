// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A failure of GSL's linear algebra, with what was computed and what GSL said.
public struct LinearAlgebraError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was being computed.
  public let operation: String
  /// What went wrong.
  public let reason: String

  /// An error that says what was computed and what went wrong.
  public init(operation: String, reason: String) {
    self.operation = operation
    self.reason = reason
  }

  /// One line for a person.
  public var description: String { "\(operation): \(reason)" }
}
