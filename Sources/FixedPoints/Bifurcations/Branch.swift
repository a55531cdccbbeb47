// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A curve of fixed points (κ, parameter), in the order in which it is passed.
public struct Branch: Sendable, Hashable {
  /// A point of the curve.
  public struct Point: Sendable, Hashable {
    /// The parameter.
    public let parameter: Double
    /// κ.
    public let kappa: [Double]
    /// Eigenvalues of ∂f/∂κ in units of 1/τ.
    public let eigenvalues: [Eigenvalue]
    /// z.
    public let outputs: [Double]
    /// Whether small deviations decay.
    public var isStable: Bool { eigenvalues.allSatisfy { $0.real < -FixedPoint.rounding } }
  }

  /// The points.
  public let points: [Point]
  /// Whether the curve returns to where it began.
  public let isClosed: Bool
}

/// Where fixed points appear, meet, or begin to oscillate.
public struct Bifurcation: Sendable, Hashable {
  /// Kinds of bifurcations of fixed points in one parameter.
  public enum Kind: String, Sendable, Hashable {
    /// Two fixed points meet and vanish (saddle-node).
    case fold
    /// One branch meets a pair that is symmetric about it.
    case pitchfork
    /// One branch meets a ring that is symmetric about it: two eigenvalues pass zero at once.
    case circlePitchfork = "O(2) pitchfork"
    /// Two branches cross.
    case transcritical
    /// A pair of eigenvalues crosses the imaginary axis: an oscillation is born.
    case hopf
  }

  /// What happens.
  public let kind: Kind
  /// At which value of the parameter.
  public let parameter: Double
  /// At which κ.
  public let kappa: [Double]
  /// Angular frequency at birth in units of 1/τ, for a Hopf point.
  public let frequency: Double?
}

/// All branches of isolated fixed points over a range of a parameter, and the bifurcations on them.
public struct BifurcationDiagram: Sendable, Hashable {
  /// The branches.
  public let branches: [Branch]
  /// The bifurcations, by ascending parameter.
  public let bifurcations: [Bifurcation]
  /// Lines and rings of fixed points at the values of the parameter where any were met, by ascending parameter. They are
  /// not followed from one value to the next.
  public let continua: [Continuum]
  /// Remarks, e.g. that a branch ended where its continuation failed.
  public let notes: [String]

  /// A line or ring of fixed points at one value of the parameter.
  public struct Continuum: Sendable, Hashable {
    /// The parameter.
    public let parameter: Double
    /// The line or ring.
    public let attractor: ContinuousAttractor
  }
}
