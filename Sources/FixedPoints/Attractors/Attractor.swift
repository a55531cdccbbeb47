// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Where trajectories end: a stable fixed point, a stable limit cycle, or what stable steps turn in.
public enum Attractor: Sendable, Hashable {
  /// Rest.
  case fixedPoint(FixedPoint)
  /// Oscillation.
  case limitCycle(LimitCycle)
  /// A cycle of the network's own steps, or a set that they do not leave.
  case stepCycle(StepCycle)

  /// Those among what was found, fixed points first.
  public static func among(_ found: AttractorSearch.Found) -> [Attractor] {
    let points = found.fixedPoints.points.filter(found.motion.isStable).map { Attractor.fixedPoint($0) }
    switch found.motion {
    case .continuous: return points + found.cycles.filter(\.isStable).map { .limitCycle($0) }
    case .steps: return points + found.stepCycles.filter(\.isStable).map { .stepCycle($0) }
    }
  }

  /// A point of it: κ*, or where the orbit begins.
  public var kappa: [Double] {
    switch self {
    case .fixedPoint(let point): point.kappa
    case .limitCycle(let cycle): cycle.orbit[0]
    case .stepCycle(let cycle): cycle.orbit[0]
    }
  }

  /// Distance of a point from it.
  func distance(from kappa: [Double]) -> Double {
    switch self {
    case .fixedPoint(let point): FixedPoints.distance(point.kappa, kappa)
    case .limitCycle(let cycle): cycle.distance(from: kappa)
    case .stepCycle(let cycle): cycle.distance(from: kappa)
    }
  }
}

/// Follows states (κ, v) until they settle on one of some attractors, in continuous time or by the network's own steps.
struct Settling: Sendable {
  let rank: Int
  private let attractors: [Attractor]
  /// Within these distances a state belongs to the attractor.
  private let radii: [Double]
  private let flow: AdaptiveFlow
  private let motion: Motion

  /// - Parameters:
  ///   - dynamics: circuit or manifold.
  ///   - attractors: its attractors under the input that states settle under.
  ///   - others: its other fixed points, which must not be mistaken for them.
  ///   - motion: how states move.
  ///   - scale: the size of the region in which all of them lie.
  init(
    _ dynamics: some ReducedDynamics, attractors: [Attractor], others: [FixedPoint], scale: Double,
    motion: Motion, noiseVariance: Double
  ) {
    self.motion = motion
    rank = dynamics.rank
    self.attractors = attractors
    radii = attractors.enumerated().map { index, attractor in
      let rivals =
        attractors.enumerated().filter { $0.offset != index }.map {
          attractor.distance(from: $0.element.kappa)
        }
        + others.map { attractor.distance(from: $0.kappa) }
      // Between the states of a curve that were kept, others are as near as their neighbours.
      var grain = 0.0
      if case .stepCycle(let cycle) = attractor { grain = 2 * cycle.grain }
      return min(max(1e-2 * scale, grain), 0.02 * (rivals.min() ?? .infinity))
    }
    flow = AdaptiveFlow(dynamics, scale: scale, noiseVariance: noiseVariance)
  }

  /// The state (κ, v) after `time` under a constant input.
  func advance(_ state: [Double], under input: [Double], for time: Double) -> [Double] {
    follow(state, under: input, for: time) { _ in false }
  }

  /// The attractor on which (κ, v) settles under a constant input; `nil` when it does not within `time`.
  func destination(_ state: [Double], under input: [Double], within time: Double) -> Int? {
    var destination: Int?
    _ = follow(state, under: input, for: time) { state in
      let kappa = Array(state.prefix(rank))
      destination = attractors.indices.first { attractors[$0].distance(from: kappa) < radii[$0] }
      return destination != nil || !kappa.allSatisfy(\.isFinite)
    }
    return destination
  }

  private func follow(
    _ state: [Double], under input: [Double], for time: Double, until isDone: ([Double]) -> Bool
  ) -> [Double] {
    switch motion {
    case .continuous: flow.follow(state, under: input, for: time, until: isDone)
    case .steps(let alpha): flow.step(state, under: input, alpha, for: time, until: isDone)
    }
  }
}

/// Integrates (κ, v) with steps that follow the error: the pair of orders 3 and 2 of Bogacki and Shampine (1989).
///
/// A local error of 1e-6 of the region's size is allowed a step. On slow stretches steps grow to the limit of stability,
/// about 2.5 τ.
private struct AdaptiveFlow: Sendable {
  private let slope: @Sendable (_ state: [Double], _ input: [Double]) -> [Double]
  private let tolerance: Double

  init(_ dynamics: some ReducedDynamics, scale: Double, noiseVariance: Double) {
    let (rank, inputs) = (dynamics.rank, dynamics.inputCount)
    let form = dynamics.settings.form
    let dynamics = dynamics.latentsAlone
    // What is behind (κ, v) has relaxed. In rate form inputs act unfiltered: v is u, and does not move.
    let relaxed = dynamics.relaxedState(input: [Double](repeating: 0, count: inputs))
    let rest = form == .current ? Array(relaxed.dropFirst(inputs)) : relaxed
    tolerance = 1e-6 * scale
    slope = { state, input in
      let known = form == .current ? state : Array(state.prefix(rank))
      var derivative = [Double](repeating: 0, count: dynamics.dimension)
      var span = derivative.mutableSpan
      dynamics.derivative(
        of: (known + rest).span, input: input.span, noiseVariance: noiseVariance, into: &span)
      return derivative.prefix(known.count) + [Double](repeating: 0, count: state.count - known.count)
    }
  }

  /// Follows a state for some time, or until `isDone` says so after a step.
  func follow(
    _ start: [Double], under input: [Double], for time: Double, until isDone: ([Double]) -> Bool
  ) -> [Double] {
    var state = start
    if isDone(state) { return state }
    var (t, h) = (0.0, 0.1)
    var first = slope(state, input)
    while t < time {
      let step = min(h, time - t)
      func moved(_ terms: [([Double], Double)]) -> [Double] {
        state.indices.map { i in terms.reduce(state[i]) { $0 + step * $1.1 * $1.0[i] } }
      }
      let second = slope(moved([(first, 0.5)]), input)
      let third = slope(moved([(second, 0.75)]), input)
      let next = moved([(first, 2.0 / 9), (second, 1.0 / 3), (third, 4.0 / 9)])
      let last = slope(next, input)
      let error = norm(
        state.indices.map { i in
          step * (-5.0 / 72 * first[i] + second[i] / 12 + third[i] / 9 - last[i] / 8)
        })
      guard error.isFinite else { return next }
      if error <= tolerance || step < 1e-3 {
        (state, first) = (next, last)
        t += step
        if isDone(state) { return state }
      }
      let factor = error > 0 ? 0.8 * root(tolerance / error) : 4
      h = min(step * min(max(factor, 0.2), 4), 2.5)
    }
    return state
  }

  /// Steps of size α for some time, or until `isDone` says so after one.
  func step(
    _ start: [Double], under input: [Double], _ alpha: Double, for time: Double,
    until isDone: ([Double]) -> Bool
  ) -> [Double] {
    var state = start
    if isDone(state) { return state }
    for _ in 0..<Int(min((time / alpha).rounded(), 1e7)) {
      let change = slope(state, input)
      for i in state.indices { state[i] += alpha * change[i] }
      if isDone(state) { return state }
    }
    return state
  }

  /// The cube root.
  private func root(_ x: Double) -> Double {
    // Newton's method is enough: the result only shapes steps.
    var y = x < 1 ? x.squareRoot() : min(x, 64)
    for _ in 0..<12 { y -= (y - x / (y * y)) / 3 }
    return y
  }
}
