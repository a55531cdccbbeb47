// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Any JSON: requests are laid over the study's defaults before they are read.
enum JSONValue: Codable, Hashable {
  case null
  case bool(Bool)
  case whole(Int64)
  case large(UInt64)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .whole(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .large(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .whole(let value): try container.encode(value)
    case .large(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// These fields, and of objects also those that `top` does not have; null takes a default back.
  func overlaid(by top: JSONValue) -> JSONValue {
    guard case .object(var fields) = self, case .object(let others) = top else { return top }
    for (name, value) in others {
      if value == .null {
        fields[name] = nil
      } else {
        fields[name] = fields[name]?.overlaid(by: value) ?? value
      }
    }
    return .object(fields)
  }

  /// The path of the first field of `other` that is not in this value, in the alphabet's order.
  func firstUnknown(in other: JSONValue, at path: String = "") -> String? {
    guard case .object(let fields) = self, case .object(let others) = other else { return nil }
    for (name, value) in others.sorted(by: { $0.key < $1.key }) where value != .null {
      let place = path.isEmpty ? name : "\(path).\(name)"
      guard let own = fields[name] else { return place }
      if let unknown = own.firstUnknown(in: value, at: place) { return unknown }
    }
    return nil
  }
}
