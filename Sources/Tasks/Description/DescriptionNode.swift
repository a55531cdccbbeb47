// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// One value in the text of a description, with the line in which it begins.
struct DescriptionNode: Sendable, Hashable {
  /// What it is.
  enum Value: Sendable, Hashable {
    /// A word, a number or a formula, as it is written.
    case scalar(String)
    /// Values one after another.
    case list([DescriptionNode])
    /// Values with names, in their order.
    case mapping([Entry])
  }

  /// A value with its name.
  struct Entry: Sendable, Hashable {
    let key: String
    let line: Int
    let node: DescriptionNode
  }

  let line: Int
  let value: Value

  /// What it is, in words for an error.
  var what: String {
    switch value {
    case .scalar(let text): text.isEmpty ? "nothing" : quoted(text)
    case .list(let items): "a list of \(items.count)"
    case .mapping: "names with values"
    }
  }

  /// A scalar's text.
  func scalar(_ expected: String) throws(DescriptionError) -> String {
    guard case .scalar(let text) = value, !text.isEmpty else {
      throw DescriptionError(line, expected: expected, found: what)
    }
    return text
  }

  /// A list's items.
  func list(_ expected: String, most: Int) throws(DescriptionError) -> [DescriptionNode] {
    guard case .list(let items) = value, !items.isEmpty else {
      throw DescriptionError(line, expected: expected, found: what)
    }
    guard items.count <= most else {
      throw DescriptionError(line, expected: "at most \(most) items", found: "\(items.count)")
    }
    return items
  }

  /// A mapping's entries, whose names have to be some of those that are known, if it is said which.
  func mapping(_ expected: String, known: [String]? = nil, most: Int = 64) throws(DescriptionError) -> [Entry]
  {
    guard case .mapping(let entries) = value, !entries.isEmpty else {
      throw DescriptionError(line, expected: expected, found: what)
    }
    guard entries.count <= most else {
      throw DescriptionError(line, expected: "at most \(most) entries", found: "\(entries.count)")
    }
    if let known {
      for entry in entries where !known.contains(entry.key) {
        throw DescriptionError(
          entry.line, expected: "one of \(known.joined(separator: ", "))", found: quoted(entry.key),
          advice: didYouMean(entry.key, known))
      }
    }
    return entries
  }

  /// A finite number.
  func number(_ expected: String) throws(DescriptionError) -> Double {
    let text = try scalar(expected)
    guard let number = Double(text), number.isFinite else {
      throw DescriptionError(line, expected: expected, found: quoted(text))
    }
    return number
  }
}
