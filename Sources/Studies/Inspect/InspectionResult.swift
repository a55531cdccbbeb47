// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import NetworkFiles

/// What is in a network's file, what was made of it, and how many dimensions its activity fills.
public struct InspectionResult: Codable, Sendable {
  /// How many dimensions some activity fills.
  public struct Dimensions: Codable, Sendable, Hashable {
    /// Shares of the variance that the leading principal components explain.
    public let explained: [Double]
    /// (Σλ)²/Σλ² of the variances λ along the principal components.
    public let participationRatio: Double
    /// Shares of the variance in the span of [m I], and in that of m alone.
    public let insideSpan, insideM: Double
    /// Σ over units of the variance over trials and steps.
    public let variance: Double
    /// How many states were looked at.
    public let points: Int

    init(_ dimensions: ActivityDimensions, shown: Int) {
      explained = Array(dimensions.components.shares.prefix(shown))
      participationRatio = dimensions.components.participationRatio
      insideSpan = dimensions.insideSpan
      insideM = dimensions.insideM
      variance = dimensions.components.totalVariance
      points = dimensions.components.pointCount
    }
  }

  /// A network's activity on trials.
  public struct Activity: Codable, Sendable, Hashable {
    /// Where the trials come from.
    public let source: String
    /// B and T.
    public let trials, steps: Int
    /// Of x.
    public let activations: Dimensions
    /// Of φ(x).
    public let rates: Dimensions
  }

  /// What is in the file and what was made of it.
  public let summary: NetworkSummary
  /// Means, covariances and overlaps of all vectors, for each population that the file defines.
  public let moments: [MomentTable]
  /// Whose m and n these are where J is dense, e.g. `network cut to rank 2`; otherwise not in the JSON.
  public let momentsOf: String?
  /// The activity, where trials were given.
  public let activity: Activity?
  /// Ways to read the file, best first, where the trials hold the user's own z.
  public let readings: [Reading]?
  /// The network itself; not part of the JSON, and `nil` in a result read from it.
  public let imported: ImportedNetwork?
  /// What to know beside the numbers.
  public let remarks: [Remark]

  init(
    _ imported: ImportedNetwork, moments: [MomentTable], activity: Activity?, readings: [Reading]? = nil,
    remarks: [Remark]
  ) {
    self.readings = readings
    summary = imported.summary
    self.imported = imported
    self.moments = moments
    momentsOf = imported.network.standIn
    self.activity = activity
    self.remarks = remarks
  }

  private enum CodingKeys: CodingKey { case moments, momentsOf, activity, readings, remarks }

  /// The summary's own fields, and moments and activity beside them.
  public init(from decoder: any Decoder) throws {
    summary = try NetworkSummary(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    moments = try container.decode([MomentTable].self, forKey: .moments)
    momentsOf = try container.decodeIfPresent(String.self, forKey: .momentsOf)
    activity = try container.decodeIfPresent(Activity.self, forKey: .activity)
    readings = try container.decodeIfPresent([Reading].self, forKey: .readings)
    remarks = try container.decode([Remark].self, forKey: .remarks)
    imported = nil
  }

  /// The summary's own fields, and moments and activity beside them.
  public func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(moments, forKey: .moments)
    try container.encodeIfPresent(momentsOf, forKey: .momentsOf)
    try container.encodeIfPresent(activity, forKey: .activity)
    try container.encodeIfPresent(readings, forKey: .readings)
    try container.encode(remarks, forKey: .remarks)
  }
}
