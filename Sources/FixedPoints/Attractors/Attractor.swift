// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Where trajectories end: a stable fixed point or a stable limit cycle.
public enum Attractor: Sendable, Hashable {
  /// Rest.
  case fixedPoint(FixedPoint)
  /// Oscillation.
  case limitCycle(LimitCycle)

  /// Those among fixed points and cycles, fixed points first.
  public static func among(_ points: [FixedPoint], _ cycles: [LimitCycle]) -> [Attractor] {
    points.filter(\.isStable).map { .fixedPoint($0) } + cycles.filter(\.isStable).map { .limitCycle($0) }
  }

  /// A point of it: κ*, or where the orbit begins.
  public var kappa: [Double] {
    switch self {
    case .fixedPoint(let point): point.kappa
    case .limitCycle(let cycle): cycle.orbit[0]
    }
  }

  /// Distance of a point from it.
  func distance(from kappa: [Double]) -> Double {
    switch self {
    case .fixedPoint(let point): FixedPoints.distance(point.kappa, kappa)
    case .limitCycle(let cycle): cycle.distance(from: kappa)
    }
  }
}

/// Follows states (κ, v) in continuous time until they settle on one of some attractors.
struct Settling: Sendable {
  let rank: Int
  private let attractors: [Attractor]
  /// Within these distances a state belongs to the attractor.
  private let radii: [Double]
  private let flow: AdaptiveFlow

  /// - Parameters:
  ///   - dynamics: circuit or manifold.
  ///   - attractors: its attractors under the input that states settle under.
  ///   - others: its other fixed points, which must not be mistaken for them.
  ///   - scale: the size of the region in which all of them lie.
  init(
    _ dynamics: some ReducedDynamics, attractors: [Attractor], others: [FixedPoint], scale: Double,
    noiseVariance: Double
  ) {
    rank = dynamics.rank
    self.attractors = attractors
    radii = attractors.enumerated().map { index, attractor in
      let rivals =
        attractors.enumerated().filter { $0.offset != index }.map {
          attractor.distance(from: $0.element.kappa)
        }
        + others.map { attractor.distance(from: $0.kappa) }
      return min(1e-2 * scale, 0.02 * (rivals.min() ?? .infinity))
    }
    flow = AdaptiveFlow(dynamics, scale: scale, noiseVariance: noiseVariance)
  }

  /// The state (κ, v) after `time` under a constant input.
  func advance(_ state: [Double], under input: [Double], for time: Double) -> [Double] {
    flow.follow(state, under: input, for: time) { _ in false }
  }

  /// The attractor on which (κ, v) settles under a constant input; `nil` when it does not within `time`.
  func destination(_ state: [Double], under input: [Double], within time: Double) -> Int? {
    var destination: Int?
    _ = flow.follow(state, under: input, for: time) { state in
      let kappa = Array(state.prefix(rank))
      destination = attractors.indices.first { attractors[$0].distance(from: kappa) < radii[$0] }
      return destination != nil || !kappa.allSatisfy(\.isFinite)
    }
    return destination
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

  /// The cube root.
  private func root(_ x: Double) -> Double {
    // Newton's method is enough: the result only shapes steps.
    var y = x < 1 ? x.squareRoot() : min(x, 64)
    for _ in 0..<12 { y -= (y - x / (y * y)) / 3 }
    return y
  }
}
