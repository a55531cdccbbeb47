// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A stationary state of a circuit with a random bulk.
///
/// A small deviation grows at a rate λ - 1 (in units of 1/τ), λ an eigenvalue of J diag φ'(x*). For large N they fill a disc
/// of radius g√⟨φ'²⟩; the few outside it are eigenvalues of the map's derivative by (κ, V): x* depends on χ, and so an
/// outlier moves the bulk's variance together with κ. With y the deviation, x* and y are jointly Gaussian, and
///
///     λ E[n φ'y] = …   is the chain rule of E[nφ] through μ, qᵀCq and V,      λ cov = g²(…)   that of g²⟨φ²⟩.
public struct BulkState: Sendable, Hashable {
  /// κ, R values.
  public let kappa: [Double]
  /// V, the variance that the bulk adds to every unit's argument.
  public let bulkVariance: Double
  /// Δ_p of each population's arguments, bulk included.
  public let deviations: [Double]
  /// Δ over all populations, the root of Σα_pΔ_p².
  public let deviation: Double
  /// g²Σα_p⟨φ'²⟩_p: the square of the disc's radius. Above 1 the state gives way to chaos.
  public let radius: Double
  /// Eigenvalues of the map's derivative, largest real part first. Those inside the disc are no outliers of J diag φ'.
  public let eigenvalues: [Eigenvalue]
  /// Whether the state is one of a whole sphere of them, which differ in κ's direction only.
  public let isContinuum: Bool

  /// Whether all deviations decay: the disc and every outlier stay left of 1. Along a continuum of states nothing decays; a
  /// real part of 1 to rounding is then left out, once for every such direction.
  public var isStable: Bool { radius < 1 && hasStableLatents }

  /// The same without the disc.
  public var hasStableLatents: Bool {
    eigenvalues.allSatisfy { $0.real < 1 || (isContinuum && $0.real < 1 + 1e-9) }
  }

  /// Whether units are active at all, beyond rounding.
  public var isActive: Bool { Self.isActive(kappa, deviation) }

  private static func isActive(_ kappa: [Double], _ deviation: Double) -> Bool {
    deviation > 1e-9 || kappa.contains { abs($0) > 1e-9 }
  }

  /// λ of J diag φ'(x*) outside the disc.
  public var outliers: [Eigenvalue] {
    eigenvalues.filter { $0.real * $0.real + $0.imaginary * $0.imaginary > radius }
  }

  init(_ bulk: BulkCircuit, kappa: [Double], variance: Double, isContinuum: Bool = false)
    throws(LinearAlgebraError)
  {
    let arguments = bulk.arguments(kappa)
    self.kappa = kappa
    self.isContinuum = isContinuum
    bulkVariance = variance
    deviations = arguments.map { ($0.variance + variance).squareRoot() }
    deviation = arguments.reduce(0) { $0 + $1.share * ($1.variance + variance) }.squareRoot()
    radius = bulk.strength * bulk.strength * bulk.squares(arguments, variance: variance).slopeSquare
    let slopes = try bulk.map(kappa, variance: variance).slopes
    // At rest V grows as the square of small deviations: its slope g² there is no eigenvalue of J diag φ'.
    let latents = Matrix(rows: kappa.count, columns: kappa.count) { slopes[$0, $1] }
    eigenvalues = try (Self.isActive(kappa, deviation) ? slopes : latents).eigenvalues()
  }
}

/// Chaos in a circuit with a random bulk: κ is constant, units fluctuate.
public struct BulkChaos: Sendable, Hashable {
  /// κ, R values; zero in homogeneous chaos.
  public let kappa: [Double]
  /// Δ₀, the variance of the units' arguments, at one time and over units.
  public let variance: Double
  /// Δ∞, their covariance at distant times: the variance over units of what stands still.
  public let stillVariance: Double
  /// E[nφ]'s derivative by κ, the fluctuations following: an eigenvalue beyond 1 drives κ away.
  public let hasStableLatents: Bool
  /// Whether nothing stands still beyond rounding: no κ, no pattern over units.
  public var isHomogeneous: Bool {
    stillVariance <= 1e-9 * variance && kappa.allSatisfy { $0 * $0 <= 1e-9 * variance }
  }
}

/// Stationary states and chaos of a circuit with a random bulk.
public struct BulkStates: Sendable, Hashable {
  /// What the network does.
  public enum Phase: String, Sendable, Hashable, CaseIterable {
    /// No unit is active.
    case quiescent
    /// Activity that does not change in time.
    case structuredStationary = "structured-stationary"
    /// Chaos around zero.
    case homogeneousChaos = "homogeneous-chaos"
    /// Chaos around a constant pattern.
    case structuredChaos = "structured-chaos"
  }

  /// Stationary states, stable ones first.
  public let states: [BulkState]
  /// Chaotic states.
  public let chaos: [BulkChaos]
  /// Whether these are all, and how that is known.
  public let completeness: FixedPointSet.Completeness

  /// Whether the states are known to be all.
  public var isComplete: Bool {
    if case .proven = completeness { true } else { false }
  }

  /// The phase: that of the stable stationary states where there are such, active before quiescent, or else that of chaos;
  /// `nil` where neither was found, as for limit cycles.
  public var phase: Phase? {
    let stable = states.filter(\.isStable)
    if stable.contains(where: \.isActive) { return .structuredStationary }
    if !stable.isEmpty { return .quiescent }
    return leadingChaos.map { $0.isHomogeneous ? .homogeneousChaos : .structuredChaos }
  }

  /// The chaos that a network can be in: in a chaotic phase the leading one, otherwise one that is not driven away from its κ.
  public var reachableChaos: BulkChaos? {
    switch phase {
    case .homogeneousChaos, .structuredChaos: leadingChaos
    default: chaos.first(where: \.hasStableLatents)
    }
  }

  /// The chaos that is not driven away from its κ; the first where none is known to be.
  public var leadingChaos: BulkChaos? { chaos.first(where: \.hasStableLatents) ?? chaos.first }
}
