// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The word that was probably meant, as advice.
func didYouMean(_ word: String, _ known: [String]) -> String? {
  nearest(word, among: known).map { "did you mean \($0)?" }
}

/// Reads the small part of YAML that descriptions are written in:
///
/// - `name: value`, nested by spaces; `- value` for lists, which may hold such names;
/// - `[a, b]` and `{name: a}` on one line; texts in single or double quotes; `#` begins a comment.
///
/// Everything else of YAML (tabs, anchors, tags, several documents, texts over several lines) is refused by name.
/// Every name stands once.
struct DescriptionParser {
  /// Largest text, in bytes, and deepest nesting.
  static let largest = 65_536
  static let deepest = 16

  private struct Line {
    let number: Int
    let indent: Int
    let text: Substring
  }

  private let lines: [Line]
  private var next = 0

  /// The values in a text.
  static func parse(_ text: String) throws(DescriptionError) -> DescriptionNode {
    guard text.utf8.count <= largest else {
      throw DescriptionError(1, expected: "at most \(largest) bytes", found: "\(text.utf8.count)")
    }
    var parser = try DescriptionParser(text)
    guard let first = parser.lines.first else {
      throw DescriptionError(1, expected: "the description of a task", found: "nothing")
    }
    let node = try parser.block(indent: first.indent, depth: 0)
    if parser.next < parser.lines.count {
      let line = parser.lines[parser.next]
      throw DescriptionError(
        line.number, expected: "as many spaces before it as before the line it belongs to",
        found: "\(line.indent)")
    }
    return node
  }

  private init(_ text: String) throws(DescriptionError) {
    var lines: [Line] = []
    for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
    {
      let number = index + 1
      let indent = raw.prefix { $0 == " " }.count
      let content = Self.withoutComment(raw.dropFirst(indent))
      if content.isEmpty { continue }
      if content.first == "\t" {
        throw DescriptionError(number, expected: "spaces at the beginning of a line", found: "a tab")
      }
      if content == "---" || content == "..." || content.first == "%" {
        throw DescriptionError(
          number, expected: "one description and no directives", found: quoted("\(content)"))
      }
      lines.append(Line(number: number, indent: indent, text: content))
    }
    self.lines = lines
  }

  /// A line up to a `#` that stands outside quotes, at its beginning or behind a space.
  private static func withoutComment(_ line: Substring) -> Substring {
    var quote: Character?
    var before: Character = " "
    var end = line.endIndex
    for i in line.indices {
      let c = line[i]
      if let open = quote {
        if c == open { quote = nil }
      } else if (c == "'" || c == "\"") && (before == " " || "[{,:".contains(before)) {
        quote = c
      } else if c == "#" && before == " " {
        end = i
        break
      }
      before = c
    }
    var content = line[..<end]
    while content.last == " " || content.last == "\r" { content.removeLast() }
    return content
  }

  /// A mapping or list whose lines have so many spaces before them.
  private mutating func block(indent: Int, depth: Int) throws(DescriptionError) -> DescriptionNode {
    let line = lines[next]
    guard depth < Self.deepest else {
      throw DescriptionError(
        line.number, expected: "at most \(Self.deepest) levels", found: "more")
    }
    if Self.isItem(line.text) { return try list(indent: indent, depth: depth) }
    return try mapping(indent: indent, depth: depth)
  }

  private static func isItem(_ text: Substring) -> Bool { text == "-" || text.hasPrefix("- ") }

  private mutating func list(indent: Int, depth: Int) throws(DescriptionError) -> DescriptionNode {
    let start = lines[next].number
    var items: [DescriptionNode] = []
    while next < lines.count, lines[next].indent == indent, Self.isItem(lines[next].text) {
      let line = lines[next]
      let rest = line.text.dropFirst().drop { $0 == " " }
      if rest.isEmpty {
        next += 1
        items.append(try nested(below: indent, of: line.number, depth: depth))
      } else if Self.key(of: rest) != nil {
        // `- name: value`: the first entry of a mapping that stands as far right as its name.
        let shift = line.text.count - rest.count
        items.append(
          try mapping(
            indent: indent + shift, depth: depth + 1,
            first: Line(
              number: line.number, indent: indent + shift, text: rest)))
      } else {
        next += 1
        items.append(try FlowParser.parse(rest, line: line.number, depth: depth))
      }
    }
    return DescriptionNode(line: start, value: .list(items))
  }

  private mutating func mapping(indent: Int, depth: Int, first: Line? = nil) throws(DescriptionError)
    -> DescriptionNode
  {
    let start = lines[next].number
    var entries: [DescriptionNode.Entry] = []
    var pending = first
    while true {
      let line: Line
      if let begun = pending {
        line = begun
        pending = nil
      } else if next < lines.count, lines[next].indent == indent, !Self.isItem(lines[next].text) {
        line = lines[next]
      } else {
        break
      }
      guard let (key, rest) = Self.key(of: line.text) else {
        throw DescriptionError(
          line.number, expected: "a name, a colon and a space before its value", found: quoted("\(line.text)")
        )
      }
      if let earlier = entries.first(where: { $0.key == key }) {
        throw DescriptionError(
          line.number, expected: "each name once", found: "\(quoted(key)) again, after line \(earlier.line)")
      }
      next += 1
      let node =
        rest.isEmpty
        ? try nested(below: indent, of: line.number, depth: depth)
        : try FlowParser.parse(rest, line: line.number, depth: depth)
      entries.append(.init(key: key, line: line.number, node: node))
    }
    return DescriptionNode(line: start, value: .mapping(entries))
  }

  /// What stands further right below a line; a list may stand as far left as its name.
  private mutating func nested(below indent: Int, of line: Int, depth: Int) throws(DescriptionError)
    -> DescriptionNode
  {
    guard next < lines.count,
      lines[next].indent > indent || (lines[next].indent == indent && Self.isItem(lines[next].text))
    else { return DescriptionNode(line: line, value: .scalar("")) }
    return try block(indent: lines[next].indent, depth: depth + 1)
  }

  /// `name: rest` taken apart; `nil` for anything else.
  private static func key(of text: Substring) -> (String, Substring)? {
    guard let first = text.first, first != "[", first != "{", first != "\"", first != "'" else { return nil }
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let after = text[text.index(after: colon)...]
    guard after.isEmpty || after.first == " " else { return nil }
    var name = text[..<colon]
    while name.last == " " { name.removeLast() }
    return name.isEmpty || name.contains(where: { "[]{},".contains($0) })
      ? nil : (String(name), after.drop { $0 == " " })
  }
}
