// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// Where a network's own steps, κ ← κ + α f(κ), end up or turn under a constant input without coming to rest.
///
/// A cycle of p steps solves F^p(κ) = κ for the map F of one step, by Newton's method; the eigenvalues of ∂F^p/∂κ are its
/// multipliers. Steps may also go around a closed curve without ever coming back exactly, which is what they make of a limit
/// cycle of the flow, or wander over an irregular set. The two are told apart by the largest Lyapunov exponent.
public struct StepCycle: Sendable, Hashable {
  /// How κ moves on it.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// Back to the same state after p steps.
    case periodic
    /// Around a closed curve, and never back exactly.
    case curve
    /// Without any order that was found; neighbours part exponentially.
    case irregular
  }

  /// How κ moves on it.
  public let kind: Kind
  /// States on it, R values each, one step after the other: the p states of a cycle, or `StepCycle.kept` states.
  public let orbit: [[Double]]
  /// Steps of one turn: p of a cycle; the mean on a curve that is gone around in one sense; else `nil`.
  public let period: Double?
  /// The R multipliers of a cycle, largest modulus first; empty for curves and irregular sets.
  public let multipliers: [Eigenvalue]
  /// The largest Lyapunov exponent per step: the rate at which neighbours part; of a cycle ln |largest multiplier| / p.
  public let exponent: Double
  /// |F^p(κ) - κ| of a cycle; of others, zero.
  public let defect: Double

  /// How many states of a curve or irregular set are kept.
  public static let kept = 1000
  /// Exponents of at most this size, per step, are zero as far as a simulation tells.
  static let smallestExponent = 3e-3

  /// Whether small deviations from it decay. Curves and irregular sets are found by states that settle on them.
  public var isStable: Bool {
    kind != .periodic || multipliers.allSatisfy { $0.modulus < 1 - FixedPoint.rounding }
  }

  /// Lowest and highest value of κ_r on it.
  public func range(_ r: Int) -> ClosedRange<Double> {
    let values = orbit.map { $0[r] }
    return (values.min() ?? 0)...(values.max() ?? 0)
  }

  /// The largest width along any κ_r.
  public var size: Double {
    (orbit.first ?? []).indices.reduce(0) { max($0, range($1).upperBound - range($1).lowerBound) }
  }

  /// The distance of a point from the nearest of its states.
  public func distance(from point: [Double]) -> Double {
    orbit.reduce(.infinity) { min($0, FixedPoints.distance($1, point)) }
  }

  /// The largest distance that a kept state has from the nearest other one: the places between are not known better. Zero
  /// for a cycle.
  var grain: Double {
    if kind == .periodic { return 0 }
    return orbit.indices.reduce(0) { widest, i in
      max(
        widest,
        orbit.indices.reduce(.infinity) { $1 == i ? $0 : min($0, FixedPoints.distance(orbit[i], orbit[$1])) })
    }
  }
}

extension StepCycle {
  /// A cycle of p steps near a state; `nil` where Newton's method does not converge, and where it leads to a state that comes
  /// back after fewer steps.
  init?(_ map: StepMap, near start: [Double], steps count: Int) throws(LinearAlgebraError) {
    var kappa = start
    let scale = map.flow.scale
    var turn = map.turn(kappa, count: count)
    for _ in 0..<40 {
      let gap = zip(turn.end, kappa).map { $0 - $1 }
      let defect = norm(gap)
      guard defect.isFinite else { return nil }
      if defect <= 1e-12 * scale { break }
      guard !map.flow.effort.isSpent() else { return nil }
      let system = Matrix(rows: kappa.count, columns: kappa.count) {
        turn.derivative[$0, $1] - ($0 == $1 ? 1 : 0)
      }
      guard let step = try LUDecomposition(of: system)?.inverse.times(gap) else { return nil }
      // A long step leads away from where the states were seen to come back.
      let cut = min(1, 0.2 * scale / max(norm(step), 1e-300))
      let trial = zip(kappa, step).map { $0 - cut * $1 }
      let there = map.turn(trial, count: count)
      let left = norm(zip(there.end, trial).map { $0 - $1 })
      // At rounding's end steps do not help any more.
      if defect <= 1e-9 * scale, left >= defect { break }
      (kappa, turn) = (trial, there)
    }
    let defect = FixedPoints.distance(turn.end, kappa)
    guard defect <= 1e-9 * scale,
      zip(kappa, map.flow.searchBox).allSatisfy({ abs($0) <= 2 * $1 + 1 })
    else { return nil }
    for shorter in 1..<max(count, 2) where count % shorter == 0 && count > 1 {
      guard FixedPoints.distance(turn.orbit[shorter], kappa) > 1e-6 * scale else { return nil }
    }
    // It begins at the state that comes first in the order of κ, so that one cycle is found as one.
    let first =
      turn.orbit.indices.min { turn.orbit[$0].lexicographicallyPrecedes(turn.orbit[$1]) } ?? 0
    orbit = Array(turn.orbit[first...] + turn.orbit[..<first])
    kind = .periodic
    period = Double(count)
    multipliers = try turn.derivative.eigenvalues().sorted { $0.modulus > $1.modulus }
    exponent = log(max(multipliers.first?.modulus ?? 0, 1e-300)) / Double(count)
    self.defect = defect
  }

  /// What states settle on that come back to no state.
  init(_ map: StepMap, settled start: [Double], exponent: Double) {
    var (orbit, kappa) = ([[Double]](), start)
    for _ in 0..<Self.kept {
      orbit.append(kappa)
      kappa = map.next(kappa)
    }
    self.orbit = orbit
    self.exponent = exponent
    kind = exponent > Self.smallestExponent ? .irregular : .curve
    period = kind == .curve ? Self.turning(orbit) : nil
    multipliers = []
    defect = 0
  }

  /// The mean steps of a turn around the mean of states, in the plane of their first two coordinates that move most; `nil`
  /// where they do not always turn in one sense.
  private static func turning(_ orbit: [[Double]]) -> Double? {
    let rank = orbit[0].count
    guard rank > 1 else { return nil }
    let widths = (0..<rank).map { r in
      let values = orbit.map { $0[r] }
      return (values.max() ?? 0) - (values.min() ?? 0)
    }
    let axes = Array((0..<rank).sorted { widths[$0] > widths[$1] }.prefix(2)).sorted()
    let centre = axes.map { r in orbit.reduce(0) { $0 + $1[r] } / Double(orbit.count) }
    let angles = orbit.map { atan2($0[axes[1]] - centre[1], $0[axes[0]] - centre[0]) }
    let turns = zip(angles, angles.dropFirst()).map { from, to in
      var turn = to - from
      if turn > .pi { turn -= 2 * .pi }
      if turn <= -.pi { turn += 2 * .pi }
      return turn
    }
    guard turns.allSatisfy({ $0 > 0 }) || turns.allSatisfy({ $0 < 0 }) else { return nil }
    return 2 * .pi * Double(turns.count) / abs(turns.reduce(0, +))
  }

  /// Whether two are one, whatever state they were found from.
  func isSame(as other: StepCycle, scale: Double) -> Bool {
    guard kind == other.kind, orbit.count == other.orbit.count else { return false }
    if kind == .periodic { return other.distance(from: orbit[0]) < 1e-6 * scale }
    let near = max(0.02 * size, 2 * other.grain)
    return orbit.prefix(20).allSatisfy { other.distance(from: $0) < near }
  }
}
