// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// One line of a benchmark: how long something takes, and how far it is from the truth.
public struct Measurement: Sendable, Hashable, Codable {
  /// The section: `gain`, `network`, `circuit`, `training` or `command`.
  public let what: String
  /// Which way of computing it, e.g. `AVX-512 double`.
  public let variant: String
  /// How much of it: units N of a network, trials of a circuit's batch, values of a gain's batch.
  public let size: Int
  /// Median time in nanoseconds, per value, unit-step, step, update or command, as the section's unit says.
  public let nanoseconds: Double
  /// Worst relative error against the section's reference, where one was computed.
  public let relativeError: Double?
  /// What else a reader should know; empty when nothing.
  public let note: String

  /// All keys, with null where there is no error: documents have the same fields in every line.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(what, forKey: .what)
    try container.encode(variant, forKey: .variant)
    try container.encode(size, forKey: .size)
    try container.encode(nanoseconds, forKey: .nanoseconds)
    try container.encode(relativeError, forKey: .relativeError)
    try container.encode(note, forKey: .note)
  }

  /// A measurement.
  public init(
    what: String, variant: String, size: Int, nanoseconds: Double, relativeError: Double? = nil,
    note: String = ""
  ) {
    self.what = what
    self.variant = variant
    self.size = size
    self.nanoseconds = nanoseconds
    self.relativeError = relativeError
    self.note = note
  }
}
