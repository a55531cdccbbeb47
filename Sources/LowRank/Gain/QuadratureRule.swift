// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How a Gaussian average is computed.
public enum QuadratureRule: Sendable, Hashable {
  /// The closed form where there is one (erf, ReLU, linear), otherwise `qag`.
  case automatic
  /// A closed form; what `automatic` reports when it used one.
  case closedForm
  /// GSL's adaptive QAG with the 61-point Gauss–Kronrod rule, on a range split where φ and the Gaussian live.
  case qag
  /// GSL's QAGI over the whole line in z.
  case qagi
  /// GSL's doubly adaptive CQUAD (Clenshaw–Curtis) in z.
  case cquad
  /// GSL's fixed Gauss–Hermite rule with the given number of nodes.
  case hermite(Int)
  /// The trapezoid rule, whose error is bounded beforehand for tanh, softplus and logistic.
  case trapezoid
  /// The table that simulations use.
  case table

  /// The largest number of Gauss–Hermite nodes that is accepted.
  public static let maximalHermiteCount = 1000
}

extension QuadratureRule: LosslessStringConvertible {
  /// Reads `auto`, `qag`, `qagi`, `cquad`, `hermite:N`, `trapezoid` or `table`; `nil` for anything else.
  public init?(_ description: String) {
    switch description {
    case "auto": self = .automatic
    case "qag": self = .qag
    case "qagi": self = .qagi
    case "cquad": self = .cquad
    case "trapezoid": self = .trapezoid
    case "table": self = .table
    case "closed-form": self = .closedForm
    default:
      guard description.hasPrefix("hermite:"), let count = Int(description.dropFirst(8)),
        (1...Self.maximalHermiteCount).contains(count)
      else { return nil }
      self = .hermite(count)
    }
  }

  /// The name that `init(_:)` reads.
  public var description: String {
    switch self {
    case .automatic: "auto"
    case .closedForm: "closed-form"
    case .qag: "qag"
    case .qagi: "qagi"
    case .cquad: "cquad"
    case .hermite(let count): "hermite:\(count)"
    case .trapezoid: "trapezoid"
    case .table: "table"
    }
  }
}

extension QuadratureRule: Codable {
  /// Its name.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let rule = Self(name) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no rule is called \(name)")
    }
    self = rule
  }

  /// Its name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
