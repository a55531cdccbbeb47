// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Reads a formula by recursive descent: comparisons bind less than sums, sums less than products.
struct FormulaReader {
  private enum Token: Hashable {
    case number(Double)
    case word(String)
    case mark(String)
    case end

    var text: String {
      switch self {
      case .number(let value): "\(value)"
      case .word(let text), .mark(let text): text
      case .end: "its end"
      }
    }
  }

  private let text: String
  private let line: Int
  private let known: [String]
  private let constants: [String: Double]
  private var tokens: [Token] = []
  private var place = 0
  /// The places of the names met so far.
  private(set) var names: Set<Int> = []

  init(_ text: String, line: Int, known: [String], constants: [String: Double]) throws(DescriptionError) {
    guard text.count <= Formula.longest else {
      throw DescriptionError(
        line, expected: "a formula of at most \(Formula.longest) characters", found: "\(text.count)")
    }
    (self.text, self.line, self.known, self.constants) = (text, line, known, constants)
    tokens = try split()
  }

  /// The whole text as one formula.
  mutating func formula() throws(DescriptionError) -> Formula.Node {
    let node = try comparison(0)
    guard current == .end else { throw refuse("an operator or the end of the formula") }
    return node
  }

  private var current: Token { place < tokens.count ? tokens[place] : .end }

  private func refuse(_ expected: String, advice: String? = nil) -> DescriptionError {
    DescriptionError(
      line, expected: "\(expected) in the formula \(quoted(text))", found: quoted(current.text),
      advice: advice)
  }

  private func split() throws(DescriptionError) -> [Token] {
    var tokens: [Token] = []
    var rest = Substring(text)
    while let c = rest.first {
      if c == " " {
        rest.removeFirst()
      } else if c.isASCII, c.isNumber || c == "." {
        var digits = String(rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") })
        rest.removeFirst(digits.count)
        if rest.first == "e" || rest.first == "E" {
          let sign = rest.dropFirst().first.map { $0 == "-" || $0 == "+" ? 1 : 0 } ?? 0
          let exponent = rest.dropFirst(1 + sign).prefix { $0.isASCII && $0.isNumber }
          if !exponent.isEmpty {
            digits += rest.prefix(1 + sign) + exponent
            rest.removeFirst(1 + sign + exponent.count)
          }
        }
        guard let value = Double(digits), value.isFinite else {
          throw DescriptionError(line, expected: "a number in \(quoted(text))", found: quoted(digits))
        }
        tokens.append(.number(value))
      } else if c.isASCII, c.isLetter || c == "_" {
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        tokens.append(.word(String(word)))
        rest.removeFirst(word.count)
      } else if let mark = ["==", "!=", "<=", ">="].first(where: { rest.hasPrefix($0) }) {
        tokens.append(.mark(mark))
        rest.removeFirst(2)
      } else if "+-*/()<>,".contains(c) {
        tokens.append(.mark(String(c)))
        rest.removeFirst()
      } else {
        throw DescriptionError(
          line, expected: "numbers, names and + - * / ( ) < > == in the formula \(quoted(text))",
          found: quoted("\(c)"))
      }
    }
    return tokens
  }

  private mutating func comparison(_ depth: Int) throws(DescriptionError) -> Formula.Node {
    let left = try sum(depth)
    guard case .mark(let mark) = current, ["==", "!=", "<", "<=", ">", ">="].contains(mark),
      let function = Formula.Function(rawValue: mark)
    else { return left }
    place += 1
    return .apply(function, [left, try sum(depth)])
  }

  private mutating func sum(_ depth: Int) throws(DescriptionError) -> Formula.Node {
    var left = try product(depth)
    while case .mark(let mark) = current, mark == "+" || mark == "-" {
      place += 1
      left = .apply(mark == "+" ? .add : .subtract, [left, try product(depth)])
    }
    return left
  }

  private mutating func product(_ depth: Int) throws(DescriptionError) -> Formula.Node {
    var left = try factor(depth)
    while case .mark(let mark) = current, mark == "*" || mark == "/" {
      place += 1
      left = .apply(mark == "*" ? .multiply : .divide, [left, try factor(depth)])
    }
    return left
  }

  private mutating func factor(_ depth: Int) throws(DescriptionError) -> Formula.Node {
    guard depth < Formula.deepest else { throw refuse("at most \(Formula.deepest) levels of parentheses") }
    let token = current
    switch token {
    case .number(let value):
      place += 1
      return .number(value)
    case .mark("-"):
      place += 1
      return .apply(.subtract, [.number(0), try factor(depth + 1)])
    case .mark("("):
      place += 1
      let inner = try comparison(depth + 1)
      try close()
      return inner
    case .word(let word):
      place += 1
      if current == .mark("(") { return try call(word, depth) }
      if let index = known.firstIndex(of: word) {
        names.insert(index)
        return .value(index)
      }
      if let value = constants[word] { return .number(value) }
      place -= 1
      let all = known + constants.keys.sorted()
      throw refuse(
        all.isEmpty ? "a number (no label is known here)" : "one of the names \(all.joined(separator: ", "))",
        advice: didYouMean(word, all))
    default: throw refuse("a number, a name or (")
    }
  }

  private mutating func call(_ word: String, _ depth: Int) throws(DescriptionError) -> Formula.Node {
    let words = Formula.Function.words
    guard let function = words.first(where: { $0.rawValue == word }) else {
      place -= 1
      throw refuse(
        "one of the functions \(words.map(\.rawValue).joined(separator: ", "))",
        advice: didYouMean(word, words.map(\.rawValue)))
    }
    place += 1
    var parts = [try comparison(depth + 1)]
    while current == .mark(",") {
      place += 1
      parts.append(try comparison(depth + 1))
    }
    guard parts.count == function.arguments else {
      throw DescriptionError(
        line, expected: "\(function.arguments) numbers in \(word)(…) in the formula \(quoted(text))",
        found: "\(parts.count)")
    }
    try close()
    return .apply(function, parts)
  }

  private mutating func close() throws(DescriptionError) {
    guard current == .mark(")") else { throw refuse(")") }
    place += 1
  }
}
