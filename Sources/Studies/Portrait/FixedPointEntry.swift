// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank

extension PortraitResult {
  /// A fixed point, or a ring or line that consists of fixed points.
  public struct Point: Codable, Sendable, Hashable {
    /// One fixed point, or many that hang together.
    public enum Kind: String, Codable, Sendable, Hashable {
      /// A fixed point by itself; in JSON, an entry without a kind.
      case point
      /// Fixed points on a closed curve.
      case ring
      /// Fixed points on an open curve.
      case line
      /// Fixed points on a plane, or a space of more dimensions, without end.
      case plane
    }

    /// One or many.
    public let kind: Kind
    /// κ, R values: the point, or one on the ring or line.
    public let kappa: [Double]
    /// [real, imaginary] of the Jacobian's eigenvalues there, in units of 1/τ.
    public let eigenvalues: [[Double]]
    /// Whether small deviations decay under the steps of size α that the network takes, |1 + αλ| < 1 for every eigenvalue, or
    /// every one across a ring or line. `nil`, in JSON null, where eigenvalues that are zero to rounding leave it
    /// open.
    public let stable: Bool?
    /// Whether they decay in continuous time, where that is something else.
    public let stableInContinuousTime: Bool?
    /// |dκ/dt| in units of 1/τ: what is left of it after the search.
    public let speed: Double
    /// z there, O values.
    public let output: [Double]
    /// Mean distance of a ring from its centre.
    public let radius: Double?
    /// Length of a line; in JSON null where it has no end, and as far as it was followed where `extent` is `part`.
    public let length: Double?
    /// `unbounded` for a line or plane without end, `part` for a line that leaves the region that was searched.
    public let extent: String?
    /// Dimension of a plane.
    public let dimension: Int?
    /// Of a marginal point, what the flow around it does where that is clear: `attracting`, `repelling`, or `mixed`.
    public let nearby: String?
    /// The largest |dκ/dt| along a ring or line, in units of 1/τ.
    public let drift: Double?

    init(_ point: FixedPoint, alpha: Double) {
      kind = .point
      kappa = point.kappa
      eigenvalues = point.eigenvalues.map { [$0.real, $0.imaginary] }
      let stepped = point.stability(alpha: alpha)
      stable = stepped == .marginal ? nil : stepped == .stable
      stableInContinuousTime = stepped == point.stability ? nil : point.isStable
      speed = point.speed
      output = point.outputs
      (radius, length, drift, extent, dimension) = (nil, nil, nil, nil, nil)
      nearby = point.nearby?.rawValue
    }

    /// - Parameter alpha: the size of the network's steps; `nil` for continuous time.
    init(_ continuum: ContinuousAttractor, alpha: Double? = nil) {
      kind =
        switch continuum.kind {
        case .ring: .ring
        case .line: .line
        case .plane: .plane
        }
      kappa = continuum.kappa
      eigenvalues = continuum.eigenvalues.map { [$0.real, $0.imaginary] }
      let stepped = alpha.map { continuum.across(alpha: $0) } ?? continuum.across
      stable = stepped == .marginal ? nil : stepped == .stable
      stableInContinuousTime = stepped == continuum.across ? nil : continuum.isStable
      speed = continuum.drift
      output = continuum.outputs
      radius = kind == .ring ? continuum.radius : nil
      length = kind == .line && continuum.length.isFinite ? continuum.length : nil
      extent = continuum.extent == .unbounded ? "unbounded" : continuum.extent == .part ? "part" : nil
      dimension = kind == .plane ? continuum.dimension : nil
      nearby = nil
      drift = continuum.drift
    }

    /// Points first, then lines and rings.
    static func all(of set: FixedPointSet, alpha: Double) -> [Point] {
      set.points.map { Point($0, alpha: alpha) } + set.continua.map { Point($0, alpha: alpha) }
    }

    private enum CodingKeys: CodingKey {
      case kind, kappa, eigenvalues, stable, stableInContinuousTime, speed, output, radius, length, drift,
        extent,
        dimension, nearby
    }

    /// An entry without a kind is a point.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      kind = try container.decodeIfPresent(Kind.self, forKey: .kind) ?? .point
      kappa = try container.decode([Double].self, forKey: .kappa)
      eigenvalues = try container.decode([[Double]].self, forKey: .eigenvalues)
      stable = try container.decode(Bool?.self, forKey: .stable)
      stableInContinuousTime = try container.decodeIfPresent(Bool.self, forKey: .stableInContinuousTime)
      speed = try container.decode(Double.self, forKey: .speed)
      output = try container.decode([Double].self, forKey: .output)
      radius = try container.decodeIfPresent(Double.self, forKey: .radius)
      length = try container.decodeIfPresent(Double.self, forKey: .length)
      drift = try container.decodeIfPresent(Double.self, forKey: .drift)
      extent = try container.decodeIfPresent(String.self, forKey: .extent)
      dimension = try container.decodeIfPresent(Int.self, forKey: .dimension)
      nearby = try container.decodeIfPresent(String.self, forKey: .nearby)
    }

    /// The key `stable` is always there, and of a line `length`.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      if kind != .point { try container.encode(kind, forKey: .kind) }
      try container.encode(kappa, forKey: .kappa)
      try container.encode(eigenvalues, forKey: .eigenvalues)
      try container.encode(stable, forKey: .stable)
      try container.encodeIfPresent(stableInContinuousTime, forKey: .stableInContinuousTime)
      try container.encode(speed, forKey: .speed)
      try container.encode(output, forKey: .output)
      try container.encodeIfPresent(radius, forKey: .radius)
      if kind == .line { try container.encode(length, forKey: .length) }
      try container.encodeIfPresent(drift, forKey: .drift)
      try container.encodeIfPresent(extent, forKey: .extent)
      try container.encodeIfPresent(dimension, forKey: .dimension)
      try container.encodeIfPresent(nearby, forKey: .nearby)
    }
  }
}
