// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

extension Document {
  /// A cell of a table: a value and how it is shown. A renderer turns it into text; JSON gets the value.
  public enum Cell: Sendable, Hashable {
    /// Nothing.
    case empty
    /// Words.
    case text(String)
    /// A count.
    case count(Int)
    /// A number that was measured, with so many significant digits.
    case number(Double, digits: Int = 4)
    /// A number that was chosen, as it was written.
    case given(Double)
    /// A share, shown in per cent: 0.05 is 5 %.
    case percent(Double)
    /// A value ± its standard error; the value with so many significant digits, the error with two.
    case uncertain(Double, error: Double, digits: Int = 3)
    /// A number that was fitted, and the same number as it was measured.
    case fitted(Double, measured: Double, digits: Int = 3)
    /// From one number to another, with so many significant digits.
    case interval(Double, Double, digits: Int = 3)
    /// From one share to another, in per cent.
    case percentInterval(Double, Double)

    /// A number, or a dash where there is none.
    public static func number(_ value: Double?, digits: Int = 4) -> Cell {
      value.map { .number($0, digits: digits) } ?? .missing
    }

    /// A share, or a dash where there is none.
    public static func percent(_ share: Double?) -> Cell { share.map { .percent($0) } ?? .missing }

    /// A dash: there is a cell, and nothing to put into it.
    public static let missing = Cell.text("–")
  }
}

extension Document.Cell: ExpressibleByStringInterpolation, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral
{
  /// Words.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A number of four digits.
  public init(floatLiteral value: Double) { self = .number(value, digits: 4) }
  /// A count.
  public init(integerLiteral value: Int) { self = .count(value) }

  /// The cell in words and digits, the same in all renderers.
  public var text: String {
    switch self {
    case .empty: ""
    case .text(let words): words
    case .count(let count): "\(count)"
    case .number(let value, let digits): Studies.text(value, digits: digits)
    case .given(let value): Studies.given(value)
    case .percent(let share): Studies.percent(share)
    case .uncertain(let value, let error, let digits):
      "\(Studies.text(value, digits: digits)) ± \(Studies.text(error, digits: 2))"
    case .fitted(let value, let measured, let digits):
      "\(Studies.text(value, digits: digits)) {\(Studies.text(measured, digits: digits))}"
    case .interval(let low, let high, let digits):
      "\(Studies.text(low, digits: digits)) … \(Studies.text(high, digits: digits))"
    case .percentInterval(let low, let high): "\(Studies.percent(low)) … \(Studies.percent(high))"
    }
  }

  /// Whether it is words: text that is neither a dash nor begins with a number.
  var isWords: Bool {
    guard case .text(let words) = self, self != .missing else { return false }
    return !(words.first.map { "-+(0123456789".contains($0) } ?? true)
  }

  /// Whether it is a value rather than words.
  var isNumeric: Bool {
    switch self {
    case .empty, .text: false
    default: true
    }
  }
}

extension Document.Cell: Encodable {
  /// The value: null, text, a number, a list of two numbers, or an object of value and error. Shares are not
  /// multiplied by 100; what is not finite is what the encoder makes of it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .empty: try container.encodeNil()
    case .text(let words): try self == .missing ? container.encodeNil() : container.encode(words)
    case .count(let count): try container.encode(count)
    case .number(let value, _), .given(let value), .percent(let value): try container.encode(value)
    case .uncertain(let value, let error, _): try container.encode(["value": value, "error": error])
    case .fitted(let value, let measured, _): try container.encode(["value": value, "measured": measured])
    case .interval(let low, let high, _), .percentInterval(let low, let high):
      try container.encode([low, high])
    }
  }
}
