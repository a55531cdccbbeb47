// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// A state that does not move: f(κ*) = 0 under a constant input.
public struct FixedPoint: Sendable, Hashable {
  /// κ*, R values.
  public let kappa: [Double]
  /// Eigenvalues of the Jacobian ∂f/∂κ in units of 1/τ, largest real part first.
  public let eigenvalues: [Eigenvalue]
  /// |f(κ*)|, the Euclidean norm, in units of 1/τ: what is left of it after the search.
  public let speed: Double
  /// z at κ*, O values.
  public let outputs: [Double]

  /// What becomes of small deviations where units stand on their kinks (ReLU), so that no matrix says it; else `nil`.
  public let onKinks: Stability?
  /// The same under the network's own steps; `nil` where the search was told no size of them.
  public let onKinksInSteps: KinksInSteps?

  /// What becomes of small deviations from a point on kinks under steps.
  public struct KinksInSteps: Sendable, Hashable {
    /// α, the size of the steps.
    public let alpha: Double
    /// What becomes of them.
    public let stability: Stability
  }

  /// Of a marginal point by itself, what the flow a little away from it does; `nil` for other points, and where that is not
  /// clear.
  public let nearby: Nearby?

  /// What the flow around a fixed point does where its linearisation does not decide.
  public enum Nearby: String, Sendable, Hashable, Codable {
    /// Wherever one starts near it, the distance to it falls.
    case attracting
    /// Wherever one starts near it but for directions that decay, the distance grows.
    case repelling
    /// It falls on some sides and grows on others.
    case mixed
  }

  /// Real parts of at most this size are zero to rounding: such an eigenvalue decides nothing.
  public static let rounding = 1e-9

  /// Whether small deviations decay in continuous time: every real part is negative, beyond rounding.
  public var isStable: Bool { stability == .stable }

  /// Whether the linearisation does not decide: no real part is positive, and some are zero to rounding.
  public var isMarginal: Bool { stability == .marginal }

  /// What becomes of small deviations in continuous time, as far as the linearisation says.
  public var stability: Stability { onKinks ?? Stability(eigenvalues.map(\.real)) }

  /// What becomes of small deviations under the Euler map with step α: |1 + αλ| against 1.
  public func stability(alpha: Double) -> Stability {
    // On kinks without an answer for these steps what the flow does, which small steps do, too.
    if let onKinks { return onKinksInSteps?.alpha == alpha ? onKinksInSteps?.stability ?? onKinks : onKinks }
    return Stability(Self.rates(eigenvalues, alpha: alpha))
  }

  /// (|1 + αλ|² - 1)/2α of each eigenvalue: the real part of λ where α is small, and of the sign of growth for every α.
  static func rates(_ eigenvalues: [Eigenvalue], alpha: Double) -> [Double] {
    eigenvalues.map { $0.real + alpha * ($0.real * $0.real + $0.imaginary * $0.imaginary) / 2 }
  }

  /// Whether small deviations decay under the Euler map with step α: |1 + αλ| < 1 for every eigenvalue, beyond rounding.
  public func isStable(alpha: Double) -> Bool { stability(alpha: alpha) == .stable }

  /// What becomes of small deviations.
  public enum Stability: String, Sendable, Hashable, Codable {
    /// All of them decay.
    case stable
    /// None grows, but some neither grow nor decay to first order.
    case marginal
    /// Some grow.
    case unstable

    /// From the rates at which deviations grow.
    init(_ rates: [Double]) {
      let fastest = rates.max() ?? -1
      self =
        fastest > FixedPoint.rounding ? .unstable : fastest < -FixedPoint.rounding ? .stable : .marginal
    }
  }

  /// 1 + αλ of each eigenvalue: what a small deviation is multiplied by at one Euler step of size α. For discrete-time
  /// networks (α = 1) there is no flow, and these decide stability and kind.
  public func multipliers(alpha: Double) -> [Eigenvalue] {
    eigenvalues.map { Eigenvalue(real: 1 + alpha * $0.real, imaginary: alpha * $0.imaginary) }
  }

  /// What dynamicists call it as a fixed point of the Euler map with step α: growth is a multiplier outside the unit circle,
  /// turning one that is not real or is negative.
  public func kind(alpha: Double) -> Kind {
    if onKinks != nil { return Self.kindOnKinks(stability(alpha: alpha)) }
    let sizes = multipliers(alpha: alpha).map {
      ($0.real * $0.real + $0.imaginary * $0.imaginary).squareRoot()
    }
    if sizes.contains(where: { abs($0 - 1) < 1e-9 * alpha }) { return .marginal }
    let turning = multipliers(alpha: alpha).contains { $0.imaginary != 0 || $0.real < 0 }
    return Kind(growing: sizes.count { $0 > 1 }, of: sizes.count, turning: turning)
  }

  /// Steps in which small deviations decay to 1/e under the Euler map with step α, -1/ln |1 + αλ|; negative where they
  /// grow.
  public func timeConstantsInSteps(alpha: Double) -> [Double] {
    multipliers(alpha: alpha).map { -2 / log($0.real * $0.real + $0.imaginary * $0.imaginary) }
  }

  /// -1/Re λ of each eigenvalue, in units of τ: a decay time where positive, the time of growth where negative, and infinite
  /// where λ is zero to rounding.
  public var timeConstants: [Double] {
    eigenvalues.map { abs($0.real) <= Self.rounding ? .infinity : -1 / $0.real }
  }

  /// The number of directions in which deviations grow.
  public var unstableDirections: Int { eigenvalues.count { $0.real > Self.rounding } }

  /// What dynamicists call it.
  public var kind: Kind {
    // Nodes, foci and saddles are names of linear flows.
    if let onKinks { return Self.kindOnKinks(onKinks) }
    if eigenvalues.contains(where: { abs($0.real) <= Self.rounding }) { return .marginal }
    return Kind(
      growing: unstableDirections, of: eigenvalues.count,
      turning: eigenvalues.contains { $0.imaginary != 0 })
  }

  private static func kindOnKinks(_ stability: Stability) -> Kind {
    stability == .stable ? .stableNode : stability == .unstable ? .unstableOnKinks : .marginal
  }

  /// Types of fixed points.
  public enum Kind: String, Sendable, Hashable {
    /// All deviations decay, without turning.
    case stableNode = "stable node"
    /// All deviations decay, some of them turning.
    case stableFocus = "stable focus"
    /// Some deviations decay and some grow.
    case saddle
    /// All deviations grow.
    case unstableNode = "unstable node"
    /// All deviations grow, some of them turning.
    case unstableFocus = "unstable focus"
    /// Units stand on their kinks, and some deviations grow.
    case unstableOnKinks = "unstable on kinks"
    /// A real part is zero to rounding: the linearisation does not decide.
    case marginal

    /// The kind by how many of all directions grow, and whether deviations turn.
    init(growing: Int, of count: Int, turning: Bool) {
      switch growing {
      case 0: self = turning ? .stableFocus : .stableNode
      case count: self = turning ? .unstableFocus : .unstableNode
      default: self = .saddle
      }
    }
  }

  init(
    _ kappa: [Double], _ at: Linearisation, onKinks: Stability? = nil, inSteps: KinksInSteps? = nil,
    nearby: Nearby? = nil
  ) throws(LinearAlgebraError) {
    self.kappa = kappa
    self.nearby = nearby
    self.onKinks = onKinks
    onKinksInSteps = inSteps
    eigenvalues = try at.latentJacobian.eigenvalues()
    speed = norm(at.flow)
    outputs = at.outputs
  }
}

/// A slow point, also called a ghost: the speed has a local minimum there that is small but not zero.
///
/// Trajectories linger near it as if it were a fixed point. It is what a saddle-node leaves behind. There are two speeds:
/// |f| = τ|dκ/dt|, which depends on how large m and n are chosen, and q = ½|τ dx/dt|² of the state x = m κ + I v, which
/// does not, and which the field minimises (Sussillo & Barak 2013). With f the change of κ, τ dx/dt = m f, so that
/// q = ½ fᵀ(mᵀm) f; for a circuit mᵀm is N E[m mᵀ].
public struct SlowPoint: Sendable, Hashable {
  /// κ, R values.
  public let kappa: [Double]
  /// |f|, the Euclidean norm, in units of 1/τ.
  public let speed: Double
  /// q, summed over the units, in units of 1/τ².
  public let stateSpeed: Double
  /// Eigenvalues of the Jacobian there, in units of 1/τ.
  public let eigenvalues: [Eigenvalue]
  /// z there, O values.
  public let outputs: [Double]
}

/// What a search found, and what it may claim.
public struct FixedPointSet: Sendable, Hashable {
  /// The fixed points, ordered by κ1, then κ2, ….
  public let points: [FixedPoint]
  /// Lines and rings that consist of fixed points; none of `points` lies on one.
  public let continua: [ContinuousAttractor]
  /// Local minima of |f| that are no fixed points, slowest first.
  public let slowPoints: [SlowPoint]
  /// Local minima of q among the states x = m κ + I v that are no fixed points, slowest first. At rank 1 these are the
  /// same points.
  public let slowPointsInState: [SlowPoint]
  /// Whether these are all.
  public let completeness: Completeness
  /// The region that holds every fixed point, |κ_r| ≤ box_r, where there is a proof of one.
  public let box: [Double]?

  /// How much a search may claim.
  public enum Completeness: Sendable, Hashable {
    /// Every fixed point is in the list; how that is known.
    case proven(String)
    /// The search found no more; why there is no proof.
    case searched(String)
  }

  /// Σ sign det(-∂f/∂κ) over the fixed points, each regular one counting ±1.
  ///
  /// For bounded φ the flow points into its box everywhere, so that this sum is 1 (Poincaré–Hopf). Another value
  /// proves that a fixed point is missing. `nil` where a fixed point is degenerate, an eigenvalue being zero to rounding,
  /// units stand on their kinks, or it lies on a line or ring of others: its part in the sum is then not a sign.
  public var index: Int? {
    guard continua.isEmpty, !points.contains(where: { $0.kind == .marginal || $0.onKinks != nil })
    else { return nil }
    return points.reduce(0) {
      $0 + ($1.eigenvalues.count { $0.imaginary == 0 && $0.real > 0 } % 2 == 0 ? 1 : -1)
    }
  }

  /// Whether the sum of indices proves that one is missing.
  var isOneMissing: Bool { box != nil && !isComplete && (index ?? 1) != 1 }

  /// Whether all of them are known to be there.
  public var isComplete: Bool {
    if case .proven = completeness { true } else { false }
  }
}

/// The Euclidean norm.
package func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// The Euclidean distance.
package func distance(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
}
