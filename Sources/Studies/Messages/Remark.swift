// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Something that whoever asked should know beside the result: in words for people, with a code and numbers for programs.
public struct Remark: Codable, Sendable, Hashable {
  /// What kind of remark it is: a short name that scripts may rely on.
  public struct Code: RawRepresentable, Codable, Sendable, Hashable, ExpressibleByStringLiteral {
    /// The name, e.g. `truncated`.
    public let rawValue: String

    /// A code of this name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A code of this name.
    public init(stringLiteral name: String) { rawValue = name }
    /// The name alone, as a JSON text.
    public init(from decoder: any Decoder) throws {
      rawValue = try decoder.singleValueContainer().decode(String.self)
    }
    /// The name alone, as a JSON text.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(rawValue)
    }
  }

  /// How much it matters.
  public enum Weight: String, Codable, Sendable {
    /// Good to know.
    case note
    /// The result may not be what was wanted.
    case warning
  }

  /// What kind of remark it is.
  public let code: Code
  /// How much it matters.
  public let weight: Weight
  /// One line for a person.
  public let text: String
  /// The numbers it rests on, by name.
  public let values: [String: Double]

  /// A remark.
  public init(_ code: Code, _ weight: Weight, _ text: String, values: [String: Double] = [:]) {
    self.code = code
    self.weight = weight
    self.text = text
    self.values = values
  }

  /// A remark that is good to know.
  public static func note(_ code: Code, _ text: String, values: [String: Double] = [:]) -> Remark {
    Remark(code, .note, text, values: values)
  }

  /// A remark on a result that may not be what was wanted.
  public static func warning(_ code: Code, _ text: String, values: [String: Double] = [:]) -> Remark {
    Remark(code, .warning, text, values: values)
  }
}

extension Remark.Code {
  /// What the reader of the network's file has to say.
  public static let reading: Self = "reading"
  /// A tensor of the file that could change the dynamics was not used.
  public static let unused: Self = "unused"
  /// Trials start at the file's initial state.
  public static let initialState: Self = "initial-state"
  /// Units receive noise of their own: manifold and circuit take its mean effect.
  public static let privateNoise: Self = "private-noise"
  /// The mask is zero everywhere.
  public static let emptyMask: Self = "empty-mask"
  /// A delay was rounded to whole steps.
  public static let roundedDelay: Self = "rounded-delay"
  /// Steps of the trials or of a circuit belong to another α than the network's.
  public static let otherStep: Self = "other-step"
  /// A circuit has another φ than the network.
  public static let otherTransfer: Self = "other-transfer"
  /// One circuit of a choice, with its error.
  public static let candidate: Self = "candidate"
  /// The circuit that was chosen.
  public static let chosen: Self = "chosen"
  /// How a circuit was fitted, and how far it is from clusters of units.
  public static let fitted: Self = "fitted"
  /// A fit to activity explains little of it on other trials; value `r2`.
  public static let poorFit: Self = "poor-fit"
  /// J is dense and was cut; a network can be fitted to its activity instead.
  public static let fitOffered: Self = "fit-offered"
  /// A fitted circuit needs weights far beyond the network's.
  public static let excessiveWeights: Self = "excessive-weights"
  /// Something that was asked for could not be had, and why.
  public static let leftOut: Self = "left-out"
}
