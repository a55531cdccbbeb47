// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A number that may be missing, which JSON then calls null instead of leaving its name out.
@propertyWrapper
public struct OrNull: Codable, Sendable, Hashable {
  /// The number, where there is one.
  public var wrappedValue: Double?

  /// A number or none.
  public init(wrappedValue: Double?) { self.wrappedValue = wrappedValue }

  /// From a number or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(Double.self)
  }

  /// A number or null; also for what is not finite.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue, wrappedValue.isFinite {
      try container.encode(wrappedValue)
    } else {
      try container.encodeNil()
    }
  }
}
