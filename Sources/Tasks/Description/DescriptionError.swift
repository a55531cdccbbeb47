// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// What is wrong in the text of a task's description, and in which line.
public struct DescriptionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The line, counted from 1.
  public let line: Int
  /// What was expected there, and what was found.
  public let expected, found: String
  /// What to do; may be missing.
  public let advice: String?

  init(_ line: Int, expected: String, found: String, advice: String? = nil) {
    self.line = line
    self.expected = expected
    self.found = found
    self.advice = advice
  }

  /// One line for a person.
  public var description: String {
    "line \(line): expected \(expected), found \(found)" + (advice.map { ": \($0)" } ?? "")
  }
}

/// A piece of somebody's text in an error: short, in one line.
func quoted(_ text: String) -> String {
  let visible = String(text.prefix(40).map { $0.isNewline || $0 == "\t" ? " " : $0 })
  return "\"\(visible)\(text.count > 40 ? "…" : "")\""
}
