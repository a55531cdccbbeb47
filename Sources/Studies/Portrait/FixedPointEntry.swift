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
    }

    /// One or many.
    public let kind: Kind
    /// κ, R values: the point, or one on the ring or line.
    public let kappa: [Double]
    /// [real, imaginary] of the Jacobian's eigenvalues there, in units of 1/τ.
    public let eigenvalues: [[Double]]
    /// Whether small deviations decay, across a ring or line; `nil`, in JSON null, where eigenvalues that are zero to
    /// rounding leave it open.
    public let stable: Bool?
    /// |dκ/dt| in units of 1/τ: what is left of it after the search.
    public let speed: Double
    /// z there, O values.
    public let output: [Double]
    /// Mean distance of a ring from its centre.
    public let radius: Double?
    /// Length of a line.
    public let length: Double?
    /// The largest |dκ/dt| along a ring or line, in units of 1/τ.
    public let drift: Double?

    init(_ point: FixedPoint) {
      kind = .point
      kappa = point.kappa
      eigenvalues = point.eigenvalues.map { [$0.real, $0.imaginary] }
      stable = point.isMarginal ? nil : point.isStable
      speed = point.speed
      output = point.outputs
      (radius, length, drift) = (nil, nil, nil)
    }

    init(_ continuum: ContinuousAttractor) {
      kind = continuum.kind == .ring ? .ring : .line
      kappa = continuum.kappa
      eigenvalues = continuum.eigenvalues.map { [$0.real, $0.imaginary] }
      stable = continuum.across == .marginal ? nil : continuum.isStable
      speed = continuum.drift
      output = continuum.outputs
      radius = kind == .ring ? continuum.radius : nil
      length = kind == .line ? continuum.length : nil
      drift = continuum.drift
    }

    /// Points first, then lines and rings.
    static func all(of set: FixedPointSet) -> [Point] {
      set.points.map(Point.init) + set.continua.map(Point.init)
    }

    private enum CodingKeys: CodingKey {
      case kind, kappa, eigenvalues, stable, speed, output, radius, length, drift
    }

    /// An entry without a kind is a point.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      kind = try container.decodeIfPresent(Kind.self, forKey: .kind) ?? .point
      kappa = try container.decode([Double].self, forKey: .kappa)
      eigenvalues = try container.decode([[Double]].self, forKey: .eigenvalues)
      stable = try container.decode(Bool?.self, forKey: .stable)
      speed = try container.decode(Double.self, forKey: .speed)
      output = try container.decode([Double].self, forKey: .output)
      radius = try container.decodeIfPresent(Double.self, forKey: .radius)
      length = try container.decodeIfPresent(Double.self, forKey: .length)
      drift = try container.decodeIfPresent(Double.self, forKey: .drift)
    }

    /// The key `stable` is always there.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      if kind != .point { try container.encode(kind, forKey: .kind) }
      try container.encode(kappa, forKey: .kappa)
      try container.encode(eigenvalues, forKey: .eigenvalues)
      try container.encode(stable, forKey: .stable)
      try container.encode(speed, forKey: .speed)
      try container.encode(output, forKey: .output)
      try container.encodeIfPresent(radius, forKey: .radius)
      try container.encodeIfPresent(length, forKey: .length)
      try container.encodeIfPresent(drift, forKey: .drift)
    }
  }
}
