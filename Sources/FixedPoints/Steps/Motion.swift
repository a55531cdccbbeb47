// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How κ moves from state to state: by the flow of continuous time, or by the steps that the network itself takes.
///
/// The steps are Euler's, κ ← κ + α f(κ). Fixed points are the same for both. Where α is small, so are basins and cycles, but
/// for a little; where it is not, a point that the flow rests at may throw the steps to and fro, and cycles of a few steps
/// take its place.
public enum Motion: Sendable, Hashable {
  /// τ dκ/dt = f(κ).
  case continuous
  /// κ ← κ + α f(κ).
  case steps(alpha: Double)

  /// From here on α is not small: a relaxation that takes τ then takes two steps or fewer.
  public static let smallestLargeStep = 0.5

  /// What becomes of small deviations from a fixed point.
  public func stability(of point: FixedPoint) -> FixedPoint.Stability {
    switch self {
    case .continuous: point.stability
    case .steps(let alpha): point.stability(alpha: alpha)
    }
  }

  /// Whether small deviations from a fixed point decay.
  public func isStable(_ point: FixedPoint) -> Bool { stability(of: point) == .stable }

  /// What becomes of small deviations across a line or ring of fixed points.
  public func stability(across continuum: ContinuousAttractor) -> FixedPoint.Stability {
    switch self {
    case .continuous: continuum.across
    case .steps(let alpha): continuum.across(alpha: alpha)
    }
  }

  /// Directions in which small deviations from a fixed point grow.
  public func unstableDirections(of point: FixedPoint) -> Int {
    switch self {
    case .continuous: point.unstableDirections
    case .steps(let alpha):
      FixedPoint.rates(point.eigenvalues, alpha: alpha).count { $0 > FixedPoint.rounding }
    }
  }

  /// Times in which small deviations from a fixed point decay to 1/e, in units of τ; negative where they grow, infinite
  /// where they stay.
  public func timeConstants(of point: FixedPoint) -> [Double] {
    switch self {
    case .continuous: point.timeConstants
    case .steps(let alpha): point.timeConstantsInSteps(alpha: alpha).map { alpha * $0 }
    }
  }
}

extension FixedPointSet {
  /// How attractors, basins and portraits of a network with steps of size α are to be looked for: by its steps where α is not
  /// small (`Motion.smallestLargeStep`), and where a fixed point is something else to them than to the flow.
  public func motion(alpha: Double) -> Motion {
    let steps = Motion.steps(alpha: alpha)
    let differs =
      points.contains { steps.stability(of: $0) != $0.stability }
      || continua.contains { steps.stability(across: $0) != $0.across }
    return alpha >= Motion.smallestLargeStep || differs ? steps : .continuous
  }
}
