// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// What makes the answer of a trial right, over its response window.
public enum Scoring: Sendable, Hashable, Codable {
  /// The mean output has the sign of the mean target: a decision. A target of zero asks for none.
  case sign
  /// The root of the mean squared difference from the target is at most so much: a graded answer.
  case within(Double)

  /// What answers are called: decisions, where they are signs.
  public var answers: String { self == .sign ? "decisions" : "answers" }

  /// Whether an answer is right.
  ///
  /// - Parameters:
  ///   - output: the mean output over the window.
  ///   - target: the mean target.
  ///   - meanSquare: the mean squared difference of the two over the window.
  /// - Returns: `nil` where nothing is asked.
  public func isRight(_ output: Double, target: Double, meanSquare: Double) -> Bool? {
    switch self {
    case .sign: Decision.isRight(output, target: target)
    case .within(let tolerance): meanSquare <= tolerance * tolerance
    }
  }

  /// Whether two answers are the same.
  ///
  /// - Parameter meanSquare: their mean squared difference over the window.
  func agree(_ a: Double, _ b: Double, meanSquare: Double) -> Bool {
    switch self {
    case .sign: Decision(a) == Decision(b)
    case .within(let tolerance): meanSquare <= tolerance * tolerance
    }
  }
}
