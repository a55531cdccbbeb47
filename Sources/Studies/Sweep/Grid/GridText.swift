// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A grid's text: one flat mapping, in the small part of YAML that a grid needs.
///
///     command: train            # a comment
///     task: perceptual-decision
///     seed: 1..20
///     learning-rate: [0.01, 0.02]
///     noise:
///       - 0
///       - 0.05
///
/// Scalars are plain, 'quoted' or "quoted"; lists stand in brackets or one item a line. Whatever else YAML knows (nested
/// mappings, anchors, tags, blocks of text) is refused by its line: half understood, it would start the wrong runs.
struct GridText {
  /// A scalar as it was written.
  struct Scalar: Hashable {
    let text: String
    /// Whether it stood in quotes, so that nothing in it means more than its letters.
    let isQuoted: Bool
  }

  /// A key and its values.
  struct Entry {
    let key: String
    /// Where the key stands, from 1.
    let line: Int
    let values: [Scalar]
  }

  /// The largest text, in bytes.
  static let largest = 1 << 20

  /// In the order in which they stand, each key once.
  private(set) var entries: [Entry] = []

  private let name: String
  private var lines: [[Unicode.Scalar]]
  /// The line that is being read, from 0.
  private var number = 0

  /// Reads a text.
  ///
  /// - Parameter name: what errors call it.
  /// - Throws: a `StudyError` of kind `badData` that names the line.
  init(_ text: String, name: String) throws(StudyError) {
    self.name = name
    guard text.utf8.count <= Self.largest else {
      throw StudyError(
        .badData, name, "expected a grid of at most 1 MiB, found \(text.utf8.count >> 20) MiB")
    }
    var scalars = Array(text.unicodeScalars)
    if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
    lines = scalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.last == "\r" ? Array(line.dropLast()) : Array(line)
    }
    var isFirst = true
    while number < lines.count {
      defer { number += 1 }
      let line = lines[number]
      if let odd = line.first(where: { $0.value < 32 && $0 != "\t" || $0.value == 127 }) {
        throw refusal("text", "the control character \(odd.value)")
      }
      guard let first = line.first(where: { $0 != " " }), first != "#" else { continue }
      if isFirst, String(String.UnicodeScalarView(line)) == "---" {
        isFirst = false
        continue
      }
      isFirst = false
      try entry(line)
    }
    for entry in entries where entry.values.isEmpty {
      throw StudyError(
        .badData, name, "line \(entry.line): expected a value of \(entry.key), found none")
    }
  }

  private func refusal(_ expected: String, _ found: String) -> StudyError {
    StudyError(.badData, name, "line \(number + 1): expected \(expected), found \(found)")
  }

  /// A line that begins an entry, or an item of the list of the entry before.
  private mutating func entry(_ line: [Unicode.Scalar]) throws(StudyError) {
    let indentation = line.prefix { $0 == " " }.count
    var cursor = Cursor(line, at: indentation)
    if cursor.next == "\t" { throw refusal("spaces before a word", "a tab") }
    if cursor.next == "-", cursor.after(1) == nil || cursor.after(1) == " " {
      guard let last = entries.popLast(), isOpen else {
        throw refusal("a key before the first item of a list", "an item")
      }
      cursor.skip(1)
      let value = try scalar(&cursor, inBrackets: false)
      entries.append(Entry(key: last.key, line: last.line, values: last.values + [value]))
      return
    }
    guard indentation == 0 else {
      throw refusal("a flat mapping, a key at the beginning of its line", "a line that is indented")
    }
    let key = try self.key(&cursor)
    if let before = entries.first(where: { $0.key == key }) {
      throw refusal("each key once", "\(key) again, which stands in line \(before.line): make it a list")
    }
    let start = number + 1
    cursor.skipSpaces()
    isOpen = cursor.isAtEnd
    var values: [Scalar] = []
    if cursor.next == "[" {
      values = try list(&cursor)
    } else if !isOpen {
      values = [try scalar(&cursor, inBrackets: false)]
    }
    entries.append(Entry(key: key, line: start, values: values))
  }

  /// Whether the last entry takes items.
  private var isOpen = false

  private func key(_ cursor: inout Cursor) throws(StudyError) -> String {
    var text = String.UnicodeScalarView()
    while let next = cursor.next, next != ":" {
      guard next.isASCII, next.properties.isAlphabetic || "-_0123456789".unicodeScalars.contains(next) else {
        throw refusal("a key of letters and hyphens, then a colon", quoted(cursor.line))
      }
      text.append(next)
      cursor.skip(1)
    }
    guard cursor.next == ":", !text.isEmpty, cursor.after(1) == nil || cursor.after(1) == " " else {
      throw refusal("a key, a colon and a space", quoted(cursor.line))
    }
    cursor.skip(1)
    return String(text)
  }

  /// A list in brackets, perhaps over several lines.
  private mutating func list(_ cursor: inout Cursor) throws(StudyError) -> [Scalar] {
    let start = number
    cursor.skip(1)
    var values: [Scalar] = []
    var needsComma = false
    while true {
      cursor.skipSpaces()
      if cursor.isAtEnd {
        guard number + 1 < lines.count else {
          number = start
          throw refusal("a ] that ends the list", "none")
        }
        number += 1
        cursor = Cursor(lines[number], at: 0)
      } else if cursor.next == "]" {
        cursor.skip(1)
        try end(&cursor)
        guard !values.isEmpty else { throw refusal("a list of at least one value", "an empty one") }
        return values
      } else if needsComma {
        guard cursor.next == "," else { throw refusal("a comma between values", quoted(cursor.line)) }
        cursor.skip(1)
        needsComma = false
      } else {
        values.append(try scalar(&cursor, inBrackets: true))
        needsComma = true
      }
    }
  }

  private func end(_ cursor: inout Cursor) throws(StudyError) {
    cursor.skipSpaces()
    guard cursor.isAtEnd else { throw refusal("nothing more in this line", quoted(cursor.rest)) }
  }

  private func scalar(_ cursor: inout Cursor, inBrackets: Bool) throws(StudyError) -> Scalar {
    cursor.skipSpaces()
    guard let first = cursor.next, !cursor.isAtEnd else { throw refusal("a value", "none") }
    if first == "\"" || first == "'" {
      let text = try quotedText(&cursor, quote: first)
      if !inBrackets { try end(&cursor) }
      return Scalar(text: text, isQuoted: true)
    }
    guard !"&*!|>%@`{}[],?".unicodeScalars.contains(first) else {
      throw refusal(
        "a number, a word or a text in quotes",
        "\(first), which in YAML begins something else: put it in quotes if it is text")
    }
    var text = String.UnicodeScalarView()
    while let next = cursor.next, !cursor.isAtEnd {
      if inBrackets, next == "," || next == "]" { break }
      if inBrackets, "[{}".unicodeScalars.contains(next) {
        throw refusal("values in a list", "a list or mapping in it")
      }
      if next == ":", cursor.after(1) == nil || cursor.after(1) == " " {
        throw refusal("a value", "a mapping in it: grids are flat")
      }
      if next == "\t" { throw refusal("a value without tabs", "a tab: put it in quotes if it is text") }
      text.append(next)
      cursor.skip(1)
    }
    while text.last == " " { text.removeLast() }
    guard !text.isEmpty else { throw refusal("a value", "none") }
    return Scalar(text: String(text), isQuoted: false)
  }

  private func quotedText(_ cursor: inout Cursor, quote: Unicode.Scalar) throws(StudyError) -> String {
    cursor.skip(1)
    var text = String.UnicodeScalarView()
    while let next = cursor.next {
      cursor.skip(1)
      if next == quote {
        guard quote == "'", cursor.next == "'" else { return String(text) }
        cursor.skip(1)
      } else if next == "\\", quote == "\"" {
        guard let escaped = cursor.next, escaped == "\\" || escaped == "\"" else {
          throw refusal("\\\\ or \\\" after a backslash", quoted(cursor.rest))
        }
        text.append(escaped)
        cursor.skip(1)
        continue
      }
      text.append(next)
    }
    throw refusal("a quote that ends the text in the same line", "none")
  }

  private func quoted(_ line: some Sequence<Unicode.Scalar>) -> String {
    "\"" + String(String.UnicodeScalarView(line.prefix(60))) + "\""
  }
}

/// A place in a line.
private struct Cursor {
  let line: [Unicode.Scalar]
  private var place: Int

  init(_ line: [Unicode.Scalar], at place: Int) {
    self.line = line
    self.place = place
  }

  /// The scalar here; `nil` behind the last.
  var next: Unicode.Scalar? { after(0) }
  /// What is left of the line.
  var rest: ArraySlice<Unicode.Scalar> { line[min(place, line.count)...] }

  /// The scalar so many behind this one.
  func after(_ count: Int) -> Unicode.Scalar? {
    place + count < line.count ? line[place + count] : nil
  }

  mutating func skip(_ count: Int) { place += count }
  mutating func skipSpaces() { while next == " " { place += 1 } }

  /// Whether nothing follows but spaces and a comment, which a space or the line's beginning stands before.
  var isAtEnd: Bool {
    guard let word = rest.first(where: { $0 != " " }) else { return true }
    return word == "#" && (place == 0 || line[place - 1] == " " || next == " ")
  }
}
