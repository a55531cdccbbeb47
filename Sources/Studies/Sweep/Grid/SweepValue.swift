// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A value of a row of a sweep: an option's, or a result's.
public enum SweepValue: Sendable, Hashable {
  /// A whole number.
  case whole(Int)
  /// Any other number; what is not finite is JSON's null.
  case number(Double)
  /// Whether a flag is set.
  case flag(Bool)
  /// Words.
  case text(String)

  /// What a text without quotes stands for: a number, true, false, or itself.
  public init(_ text: String) {
    if let whole = Int(text), "\(whole)" == text {
      self = .whole(whole)
    } else if text == "true" || text == "false" {
      self = .flag(text == "true")
    } else if text.utf8.allSatisfy({ "0123456789.+-eE".utf8.contains($0) }), let number = Double(text),
      number.isFinite
    {
      self = .number(number)
    } else {
      self = .text(text)
    }
  }

  /// As it stands in a table; empty for a number that is not finite.
  public var text: String {
    switch self {
    case .whole(let value): "\(value)"
    case .number(let value): value.isFinite ? "\(value)" : ""
    case .flag(let value): value ? "true" : "false"
    case .text(let value): value
    }
  }

  /// As a number; a flag is 0 or 1, words are none.
  public var number: Double? {
    switch self {
    case .whole(let value): Double(value)
    case .number(let value): value.isFinite ? value : nil
    case .flag(let value): value ? 1 : 0
    case .text: nil
    }
  }
}

extension SweepValue: Codable {
  /// From a JSON number, boolean or text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Int.self) {
      self = .whole(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  /// As a JSON number, boolean or text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .whole(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    }
  }
}
