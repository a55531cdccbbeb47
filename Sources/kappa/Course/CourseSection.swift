// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Report
import Studies

/// One question of the course sheet with its answer: text, tables and figures for the page, numbers for the JSON.
struct CourseSection {
  /// Short name, the key in the JSON.
  let name: String
  /// The question.
  let title: String
  /// The answer in one line.
  var answer = ""
  var paragraphs: [String] = []
  var lines: [String] = []
  var tables: [ReportPage.Table] = []
  var figures: [Figure] = []
  var values: [String: CourseValue] = [:]

  init(_ name: String, _ title: String) {
    self.name = name
    self.title = title
  }
}

/// A number, text, list or object of course.json.
indirect enum CourseValue: Encodable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral
{
  case number(Double)
  case integer(Int)
  case text(String)
  case flag(Bool)
  case list([CourseValue])
  case object([String: CourseValue])
  case none

  init(floatLiteral value: Double) { self = .number(value) }
  init(integerLiteral value: Int) { self = .integer(value) }
  init(stringLiteral value: String) { self = .text(value) }
  init(booleanLiteral value: Bool) { self = .flag(value) }

  static func numbers(_ values: some Sequence<Double>) -> CourseValue { .list(values.map { .number($0) }) }
  static func optional(_ value: Double?) -> CourseValue { value.map { .number($0) } ?? .none }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    case .none: try container.encodeNil()
    }
  }
}

/// course.json.
struct CourseDocument: Encodable {
  struct Section: Encodable {
    let name, question, answer: String
    let values: [String: CourseValue]
  }

  let format = "kappa-course"
  let version = 1
  let kappa = kappaVersion
  let seed: UInt64
  let units, networks: Int
  let updates: [String: Int]
  let sections: [Section]

  private enum CodingKeys: String, CodingKey {
    case format, version, kappa, seed, units, networks, updates, sections
  }
}
