// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A number, or `auto` where one is to be chosen; in JSON a number or that text.
public protocol NumberOrAuto: Codable {
  /// `auto` or a number; `nil` for other texts.
  init?(_ text: String)
  /// The number; `nil` where it is to be chosen.
  var number: Int? { get }
  /// What is expected, for errors.
  static var expectation: String { get }
}

extension NumberOrAuto {
  /// A number, or the text `auto`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text =
      (try? container.decode(Int.self)).map { "\($0)" } ?? (try? container.decode(String.self)) ?? ""
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: Self.expectation)
    }
    self = value
  }

  /// A number, or the text `auto`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let number { try container.encode(number) } else { try container.encode("auto") }
  }
}
