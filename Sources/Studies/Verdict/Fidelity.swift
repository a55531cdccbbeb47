// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How well a circuit follows its network, in words that claim no more than the number beside them: the one place for the
/// limits and the words.
public enum Fidelity: Int, Sendable, Hashable, Comparable, CaseIterable {
  /// The error is half as large as the signal, or larger: no description of it.
  case none
  /// Up to 50 %, or with decisions that differ.
  case rough
  /// Up to 10 %, and 99 % of the decisions.
  case close
  /// Up to 2 %, and 99 % of the decisions: curves that lie on top of each other to the eye.
  case faithful

  /// The largest relative error with which it can be said; none for `none`.
  public var limit: Double {
    switch self {
    case .none: .infinity
    case .rough: 0.5
    case .close: 0.1
    case .faithful: 0.02
    }
  }

  /// The least share of decisions that must be the network's for more than `rough`.
  public static let agreement = 0.99

  /// Judges a relative error, and the share of decisions that agree, where there are decisions.
  public init(error: Double, agreement: Double? = nil) {
    // NaN, from an overflow, is worse than anything.
    let reached = Self.allCases.last { error <= $0.limit } ?? .none
    self = (agreement ?? 1) >= Self.agreement ? reached : min(reached, .rough)
  }

  /// Judges a comparison by its worst output, or by κ where nothing is read out.
  public init(_ comparison: Comparison) {
    self.init(
      error: Self.worstError(comparison),
      agreement: Self.judged(comparison).compactMap(\.agreement).min())
  }

  /// The largest relative error of what a comparison is judged by; infinite where it is not a number.
  public static func worstError(_ comparison: Comparison) -> Double {
    judged(comparison).map { size($0.deviation.relative) }.max() ?? 0
  }

  /// An error for comparing: NaN, from an overflow, is worse than anything.
  static func size(_ error: Double) -> Double { error.isNaN ? .infinity : error }

  /// What a comparison is judged by.
  public struct Judged: Sendable {
    /// `z`, `z2`, `κ`, …
    public let name: String
    /// Which output it is; `nil` for a latent.
    public let output: Int?
    /// Its deviation.
    public let deviation: Comparison.Deviation
    /// The share of decisions that agree, where there are decisions.
    public let agreement: Double?
  }

  /// The outputs, or the latents where nothing is read out: where there are no outputs, or all are zero in both. One that
  /// is zero in both is no achievement beside others, either.
  public static func judged(_ comparison: Comparison) -> [Judged] {
    let outputs = comparison.outputs.enumerated().map { index, output in
      Judged(
        name: name(of: index, in: comparison), output: index, deviation: output.deviation,
        agreement: output.agreement)
    }
    let speaking = outputs.filter { $0.deviation.size != 0 || $0.deviation.rmse != 0 }
    if !speaking.isEmpty { return speaking }
    let kappa = comparison.kappa
    return kappa.enumerated().map {
      Judged(name: kappa.count == 1 ? "κ" : "κ\($0 + 1)", output: nil, deviation: $1, agreement: nil)
    }
  }

  /// `z`, or `z1`, `z2`, … where there are several outputs.
  static func name(of output: Int, in comparison: Comparison) -> String {
    comparison.outputs.count == 1 ? "z" : "z\(output + 1)"
  }

  /// A relative error in words: that of an output which is zero in the network, or of a circuit that ran away, is no
  /// number.
  static func share(_ error: Double) -> String {
    error.isFinite ? percent(error) : "more than its own size"
  }

  /// Whether the circuit stands for the network on these trials: it follows closely or better.
  public var isPrediction: Bool { self >= .close }

  /// A worse fidelity is less than a better one.
  public static func < (a: Fidelity, b: Fidelity) -> Bool { a.rawValue < b.rawValue }

  /// `reproduces z to 0.5 %`, `does not follow z, which it misses by 79 %`: the word, what it is about and the number.
  ///
  /// - Parameter error: the number as it is to be shown, e.g. with an RMSE in brackets.
  public func phrase(_ subject: String, error: String) -> String {
    switch self {
    case .faithful: "reproduces \(subject) to \(error)"
    case .close: "follows \(subject) to \(error)"
    case .rough: "follows \(subject) only roughly, to \(error)"
    case .none: "does not follow \(subject), which it misses by \(error)"
    }
  }
}
