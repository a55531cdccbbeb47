// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Reads a value that stands on one line: a word or formula, `[a, b]`, `{name: a}`, or a text in quotes.
struct FlowParser {
  private let characters: [Character]
  private let line: Int
  private var place = 0

  static func parse(_ text: Substring, line: Int, depth: Int) throws(DescriptionError) -> DescriptionNode {
    var parser = FlowParser(characters: Array(text), line: line)
    let node = try parser.value(depth: depth, closing: [])
    parser.skipSpaces()
    guard parser.place == parser.characters.count else {
      throw DescriptionError(
        line, expected: "the end of the line",
        found: quoted(String(parser.characters[parser.place...])))
    }
    return node
  }

  private init(characters: [Character], line: Int) {
    self.characters = characters
    self.line = line
  }

  private var current: Character? { place < characters.count ? characters[place] : nil }

  private mutating func skipSpaces() { while current == " " { place += 1 } }

  private mutating func value(depth: Int, closing: Set<Character>) throws(DescriptionError) -> DescriptionNode
  {
    guard depth < DescriptionParser.deepest else {
      throw DescriptionError(line, expected: "at most \(DescriptionParser.deepest) levels", found: "more")
    }
    skipSpaces()
    switch current {
    case "[": return try list(depth: depth)
    case "{": return try mapping(depth: depth)
    case "'", "\"": return DescriptionNode(line: line, value: .scalar(try text()))
    case "&", "*", "!", "|", ">", "@", "`":
      throw DescriptionError(
        line, expected: "a word, a number, a formula, [a list] or {names: values}",
        found: "\(quoted(String(characters[place...]))), which this part of YAML does not have")
    default: return DescriptionNode(line: line, value: .scalar(plain(closing)))
    }
  }

  /// A word or a formula: to the end of the line, or inside brackets to a comma or the bracket. Parentheses belong to it.
  private mutating func plain(_ closing: Set<Character>) -> String {
    var (found, open) = ("", 0)
    while let c = current {
      if c == "(" { open += 1 }
      if c == ")" { open -= 1 }
      if open <= 0, closing.contains(c) { break }
      found.append(c)
      place += 1
    }
    while found.last == " " { found.removeLast() }
    return found
  }

  private mutating func text() throws(DescriptionError) -> String {
    let quote = characters[place]
    place += 1
    var found = ""
    while let c = current, c != quote {
      found.append(c)
      place += 1
    }
    guard current == quote else {
      throw DescriptionError(line, expected: "a closing \(quote)", found: "the end of the line")
    }
    place += 1
    return found
  }

  private mutating func list(depth: Int) throws(DescriptionError) -> DescriptionNode {
    place += 1
    var items: [DescriptionNode] = []
    skipSpaces()
    while current != "]" {
      items.append(try value(depth: depth + 1, closing: [",", "]"]))
      try separator("]")
    }
    place += 1
    return DescriptionNode(line: line, value: .list(items))
  }

  private mutating func mapping(depth: Int) throws(DescriptionError) -> DescriptionNode {
    place += 1
    var entries: [DescriptionNode.Entry] = []
    skipSpaces()
    while current != "}" {
      let key = plain([":", ",", "}"])
      guard current == ":", !key.isEmpty else {
        throw DescriptionError(line, expected: "a name and a colon", found: quoted(key))
      }
      guard !entries.contains(where: { $0.key == key }) else {
        throw DescriptionError(line, expected: "each name once", found: "\(quoted(key)) again")
      }
      place += 1
      entries.append(.init(key: key, line: line, node: try value(depth: depth + 1, closing: [",", "}"])))
      try separator("}")
    }
    place += 1
    return DescriptionNode(line: line, value: .mapping(entries))
  }

  /// A comma, or the bracket that closes.
  private mutating func separator(_ close: Character) throws(DescriptionError) {
    skipSpaces()
    if current == "," {
      place += 1
      skipSpaces()
    } else if current != close {
      throw DescriptionError(
        line, expected: "a comma or \(close)", found: current.map { quoted("\($0)") } ?? "the end of the line"
      )
    }
  }
}
