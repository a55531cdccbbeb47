// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// ⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩, ⟨φ'''⟩ and ⟨φ²⟩ at pairs of mean and deviation, with a bound on the error of ⟨φ'⟩.
///
/// ⟨f⟩ is the mean of f(μ + Δ z) over a standard normal z. A question without a subject.
///
///     try GaussianAverages(deviations: [0.5, 1]).run().rows[1].gain
public struct GaussianAverages: Codable, Sendable, Hashable {
  /// Δ, one or more.
  public var delta: [Double]
  /// μ: none for zero, one for all, or one per Δ; a single Δ goes with every μ.
  public var mean: [Double]
  /// φ.
  public var transfer: TransferFunction
  /// How the averages are computed.
  public var rule: QuadratureRule

  /// Averages at pairs (μ, Δ).
  public init(
    deviations: [Double], means: [Double] = [], transfer: TransferFunction = .tanh,
    rule: QuadratureRule = .automatic
  ) {
    delta = deviations
    mean = means
    self.transfer = transfer
    self.rule = rule
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    if delta.isEmpty { throw StudyError(.usage, "delta", "expected at least one value, found none.") }
    for value in delta where !(value >= 0 && value.isFinite) {
      throw StudyError(.usage, "delta", "expected a number of at least 0, found \(value).")
    }
    for value in delta + mean where abs(value) > GainIntegrals.largestArgument {
      throw StudyError(
        .usage, "", "`delta`, `mean`: expected at most \(GainIntegrals.largestArgument), found \(value).")
    }
    for value in mean where !value.isFinite {
      throw StudyError(.usage, "mean", "expected a finite number, found \(value).")
    }
    guard mean.count <= 1 || delta.count == 1 || mean.count == delta.count else {
      throw StudyError(
        .usage, "mean", "expected one value or \(delta.count), one per `delta`, found \(mean.count).")
    }
  }

  /// Computes the averages.
  public func run() throws(StudyError) -> GaussianAverageTable {
    try validate()
    return try StudyError.converting {
      var integrals = try GainIntegrals(transfer, rule: rule)
      var rows: [GaussianAverageTable.Row] = []
      for index in 0..<max(delta.count, mean.count) {
        let mu = mean.isEmpty ? 0 : mean[mean.count == 1 ? 0 : index]
        let deviation = delta[delta.count == 1 ? 0 : index]
        rows.append(GaussianAverageTable.Row(try integrals.averages(mean: mu, deviation: deviation)))
      }
      return GaussianAverageTable(transfer: transfer, rows: rows)
    }
  }
}

/// Gaussian averages of one φ at several (μ, Δ); encoded as the list of its rows.
public struct GaussianAverageTable: Encodable, Sendable, Hashable {
  /// The averages at one (μ, Δ).
  public struct Row: Codable, Sendable, Hashable {
    /// μ and Δ.
    public let mean, delta: Double
    /// ⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩ and ⟨φ'''⟩.
    public let rate, gain, gain2, gain3: Double
    /// ⟨φ²⟩.
    public let square: Double
    /// A bound on the error of ⟨φ'⟩.
    public let error: Double
    /// The rule that was used.
    public let rule: String
    /// How often the rule evaluated its integrands.
    public let evaluations: Int

    init(_ averages: GainAverages) {
      mean = averages.mean
      delta = averages.deviation
      rate = averages.rate.value
      gain = averages.gain.value
      gain2 = averages.gain2.value
      gain3 = averages.gain3.value
      square = averages.square.value
      error = averages.gain.error
      rule = averages.rule.description
      evaluations = averages.evaluations
    }
  }

  /// φ.
  public let transfer: TransferFunction
  /// One row per pair.
  public let rows: [Row]

  /// The rows alone.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rows)
  }
}
