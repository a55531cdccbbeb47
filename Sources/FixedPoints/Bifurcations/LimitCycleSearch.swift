// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Looks for limit cycles by simulation, and pins each down by shooting.
///
/// Trajectories leave from every unstable fixed point and from random places. Each is watched where it comes back to a
/// plane across the flow (a Poincaré section): when two returns nearly agree, `LimitCycle`'s Newton method takes over.
/// At rank 2 the same is done backwards in time from the stable fixed points, which finds the unstable cycles around
/// them. There is no proof that these are all.
public struct LimitCycleSearch: Sendable {
  /// Trajectories from random places.
  public var starts = 12
  /// How long a trajectory is followed, in units of τ.
  public var time = 800.0
  /// Step of the simulation, in units of τ.
  public var step = 0.1
  /// Seed of the random places.
  public var seed: UInt64 = 0
  /// Variance of private noise in each unit's x.
  public var noiseVariance = 0.0
  /// Multiplications, about, that a search may take, some twenty seconds; what it had no time for the result says.
  public var work = Self.usualWork

  /// What a search may take unless more is asked for.
  static let usualWork = 2e10

  /// A search with the usual effort.
  public init() {}

  /// Cycles of the Gaussian circuit at v = `input`.
  ///
  /// - Parameters:
  ///   - points: the fixed points under that input.
  ///   - progress: told the share of the trajectories that are done.
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func cycles(
    of circuit: EffectiveCircuit, input: [Double], fixedPoints points: [FixedPoint],
    progress: (Double) -> Void = { _ in }
  ) throws(LinearAlgebraError) -> CyclesFound<LimitCycle> {
    try search(
      LatentFlow(circuit, input: input, noiseVariance: noiseVariance, effort: Effort(allowance: work)),
      points,
      progress)
  }

  /// Cycles of the exact manifold, and so of the full network, at v = `input`.
  ///
  /// - Parameters:
  ///   - points: the fixed points under that input.
  ///   - progress: told the share of the trajectories that are done.
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func cycles(
    of manifold: ManifoldDynamics, input: [Double], fixedPoints points: [FixedPoint],
    progress: (Double) -> Void = { _ in }
  ) throws(LinearAlgebraError) -> CyclesFound<LimitCycle> {
    try search(
      LatentFlow(manifold, input: input, noiseVariance: noiseVariance, effort: Effort(allowance: work)),
      points,
      progress)
  }

  func search(_ flow: LatentFlow, _ points: [FixedPoint], _ progress: (Double) -> Void)
    throws(LinearAlgebraError) -> CyclesFound<LimitCycle>
  {
    // On a line nothing turns.
    guard flow.rank > 1 else { return CyclesFound(cycles: []) }
    var stream = RandomStream(seed: seed, stream: 2)
    var forward: [[Double]] = []
    var backward: [[Double]] = []
    for point in points {
      for _ in 0..<2 {
        let near = point.kappa.map { $0 + 0.01 * flow.scale * (2 * stream.uniform() - 1) }
        if point.isStable {
          if flow.rank == 2 { backward.append(near) }
        } else {
          forward.append(near)
        }
      }
    }
    for _ in 0..<starts { forward.append(flow.searchBox.map { $0 * (2 * stream.uniform() - 1) }) }
    var cycles: [LimitCycle] = []
    let runs = forward.map { ($0, 1.0) } + backward.map { ($0, -1.0) }
    var done = 0
    for (start, direction) in runs {
      progress(Double(done) / Double(runs.count))
      if let cycle = try follow(flow, from: start, direction, resting: points),
        !cycles.contains(where: { $0.isSame(as: cycle) })
      {
        cycles.append(cycle)
      }
      if flow.effort.isSpent() { break }
      done += 1
    }
    return CyclesFound(cycles: cycles.sorted { $0.period < $1.period }, starts: done, of: runs.count)
  }

  /// Follows one trajectory until it rests, leaves, or turns in a cycle.
  func follow(
    _ flow: LatentFlow, from start: [Double], _ direction: Double, resting points: [FixedPoint]
  ) throws(LinearAlgebraError) -> LimitCycle? {
    var kappa = start
    var elapsed = 0.0
    var length = 25.0
    while elapsed < time {
      var section = Section(at: kappa, normal: flow.slope(kappa))
      var isTried = false
      var spread = 0.0
      var t = 0.0
      while t < length {
        if flow.effort.isSpent() { return nil }
        let before = kappa
        kappa = rungeKutta(kappa, step: direction * step, flow.slope)
        t += step
        guard zip(kappa, flow.searchBox).allSatisfy({ abs($0) <= 2 * $1 + 1 }) else { return nil }
        spread = max(spread, distance(kappa, section.point))
        guard !isTried, let period = section.closing(before, kappa, at: t, step: step) else { continue }
        isTried = true
        if let cycle = try LimitCycle(flow, near: kappa, period: period) { return cycle }
      }
      if spread < 1e-6 * flow.scale { return nil }
      if direction > 0,
        points.contains(where: { $0.isStable && distance($0.kappa, kappa) < 1e-4 * flow.scale })
      {
        return nil
      }
      elapsed += length
      length *= 2
    }
    return nil
  }
}

/// A plane across the flow, and where a trajectory came back to it.
private struct Section {
  let point: [Double]
  private let normal: [Double]
  private var returns: [(time: Double, kappa: [Double])] = []
  private var farthest = 0.0

  init(at point: [Double], normal: [Double]) {
    self.point = point
    self.normal = normal
  }

  private func side(_ kappa: [Double]) -> Double {
    zip(zip(kappa, point), normal).reduce(0) { $0 + ($1.0.0 - $1.0.1) * $1.1 }
  }

  /// The time between two returns that nearly agree, when a step completes the second of them.
  ///
  /// Up to four returns may lie between the two: a cycle may pass the plane several times in one turn. Only passages in
  /// one direction count.
  mutating func closing(_ before: [Double], _ after: [Double], at time: Double, step: Double) -> Double? {
    farthest = max(farthest, distance(after, point))
    let (left, right) = (side(before), side(after))
    guard left < 0, right >= 0 else { return nil }
    let share = left / (left - right)
    let place = zip(before, after).map { $0 + share * ($1 - $0) }
    let moment = time - step + share * step
    defer { returns.append((moment, place)) }
    let match = returns.suffix(4).last { distance($0.kappa, place) < 0.05 * farthest }
    return match.map { moment - $0.time }
  }
}

extension LimitCycle {
  /// Whether two are one orbit, whatever their starting points.
  func isSame(as other: LimitCycle) -> Bool {
    guard abs(period - other.period) <= 1e-5 * period, let point = orbit.first else { return false }
    return other.distance(from: point) <= 1e-2 * max(size, 1e-300)
  }
}

/// One step of the classical Runge–Kutta method.
func rungeKutta(_ state: [Double], step h: Double, _ slope: ([Double]) -> [Double]) -> [Double] {
  func moved(_ by: [Double], _ share: Double) -> [Double] { zip(state, by).map { $0 + share * h * $1 } }
  let k1 = slope(state)
  let k2 = slope(moved(k1, 0.5))
  let k3 = slope(moved(k2, 0.5))
  let k4 = slope(moved(k3, 1))
  return state.indices.map { state[$0] + h / 6 * (k1[$0] + 2 * (k2[$0] + k3[$0]) + k4[$0]) }
}
