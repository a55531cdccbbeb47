// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// A formula of numbers and names: `+ - * /`, comparisons (1 where they hold, else 0) and a few functions.
///
/// It does nothing but arithmetic: there are no loops and no definitions, and its size is bounded.
struct Formula: Sendable, Hashable {
  /// Longest text, and deepest nesting.
  static let longest = 500
  static let deepest = 32

  /// A part of it; names stand as places among the values it is evaluated with.
  indirect enum Node: Sendable, Hashable {
    case number(Double)
    case value(Int)
    case apply(Function, [Node])
  }

  /// What can be done with numbers.
  enum Function: String, Sendable, Hashable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case abs, sign, floor, round, sqrt, exp, not, min, max, and, or
    /// `if(condition, a, b)`
    case choose = "if"

    /// How many numbers it takes.
    var arguments: Int {
      switch self {
      case .abs, .sign, .floor, .round, .sqrt, .exp, .not: 1
      case .choose: 3
      default: 2
      }
    }

    /// Those written as a word.
    static let words = allCases.filter { $0.rawValue.first?.isLetter ?? false }
  }

  private let root: Node
  /// The places of the names in it.
  let names: Set<Int>

  /// A number.
  init(_ number: Double) {
    root = .number(number)
    names = []
  }

  /// Reads a formula.
  ///
  /// - Parameters:
  ///   - known: the names that may stand in it, in the order of the values.
  ///   - constants: words that stand for a number.
  init(_ text: String, line: Int, known: [String], constants: [String: Double] = [:]) throws(DescriptionError)
  {
    var reader = try FormulaReader(text, line: line, known: known, constants: constants)
    root = try reader.formula()
    names = reader.names
  }

  /// Its value.
  func evaluate(_ values: [Double]) -> Double { Self.evaluate(root, values) }

  private static func evaluate(_ node: Node, _ values: [Double]) -> Double {
    switch node {
    case .number(let number): return number
    case .value(let place): return values[place]
    case .apply(.choose, let parts):
      return evaluate(parts[0], values) != 0 ? evaluate(parts[1], values) : evaluate(parts[2], values)
    case .apply(let function, let parts):
      let a = evaluate(parts[0], values)
      return apply(function, a, parts.count > 1 ? evaluate(parts[1], values) : 0)
    }
  }

  private static func apply(_ function: Function, _ a: Double, _ b: Double) -> Double {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .equal: a == b ? 1 : 0
    case .unequal: a != b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .atMost: a <= b ? 1 : 0
    case .greater: a > b ? 1 : 0
    case .atLeast: a >= b ? 1 : 0
    case .abs: Swift.abs(a)
    case .sign: a > 0 ? 1 : (a < 0 ? -1 : 0)
    case .floor: a.rounded(.down)
    case .round: a.rounded()
    case .sqrt: a.squareRoot()
    case .exp: LibC.exp(a)
    case .not: a == 0 ? 1 : 0
    case .min: Swift.min(a, b)
    case .max: Swift.max(a, b)
    case .and: a != 0 && b != 0 ? 1 : 0
    case .or: a != 0 || b != 0 ? 1 : 0
    case .choose: a
    }
  }
}
