// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// What becomes of small deviations δ from a fixed point on kinks of ReLU units, where no matrix says it:
///
///     δ̇ = -δ + A δ + (1/N) Σ_{i on its kink} n_i max(m_i·δ, 0)
///
/// The flow is the same at every size of δ: only its direction counts. Rank 1: the two slopes, one on either side, decide.
/// Rank 2: rays that stay rays,
/// real eigenvectors inside their own cone, decide; where there are none δ turns, and what it grows by in one turn
/// decides. Rank 3 and beyond: deviations in many directions are followed.
struct KinkStability {
  let rank: Int
  /// A - 1, (R, R).
  let smooth: Matrix
  /// m and n/N of the units on their kinks.
  let kinks: [(m: [Double], n: [Double])]

  /// δ̇ at δ.
  func flow(_ delta: [Double]) -> [Double] {
    var result = smooth.times(delta)
    for kink in kinks {
      let argument = zip(kink.m, delta).reduce(0) { $0 + $1.0 * $1.1 }
      if argument > 0 { for r in result.indices { result[r] += kink.n[r] * argument } }
    }
    return result
  }

  var stability: FixedPoint.Stability {
    switch rank {
    case 1: FixedPoint.Stability([flow([1])[0], -flow([-1])[0]])
    case 2: planar
    default: followed
    }
  }

  /// Under steps δ ← δ + α δ̇ of size α, of which the direction decides as it does in the flow.
  ///
  /// Rank 1: a step leads to one of two sides, so that two of them show all that the rest do. Rank 2: rays of a cone that stay
  /// where they are, and directions that are followed; rank 3 and beyond: these alone.
  func stability(alpha: Double) -> FixedPoint.Stability {
    func step(_ delta: [Double]) -> [Double] { zip(delta, flow(delta)).map { $0 + alpha * $1 } }
    if rank == 1 {
      let rates = [1.0, -1].map { side -> Double in
        let settled = step([side])[0]
        if settled == 0 { return -1 }
        let after = step(step([settled]))[0]
        // |growth in two steps| against 1, as a rate.
        return (abs(after / settled) - 1) / (2 * alpha)
      }
      return FixedPoint.Stability(rates)
    }
    let followed = followedGrowth(step) / alpha
    // Eigenvectors of a cone are those of the flow; where 1 + αλ is negative a step leads to the other side.
    let staying = rank == 2 ? rays.filter { 1 + alpha * $0 > 0 } : []
    if let fastest = staying.max(), fastest > followed - 1e-2 { return FixedPoint.Stability([fastest]) }
    return abs(followed) < 1e-2 ? .marginal : FixedPoint.Stability([followed])
  }

  /// Steps that directions are followed for, from which on α is large enough for them to settle.
  private static let steps = 400
  static let smallestStep = 0.1

  /// The largest mean over steps of the logarithm of growth, of 200 directions.
  private func followedGrowth(_ step: ([Double]) -> [Double]) -> Double {
    var stream = RandomStream(seed: 0, stream: 2)
    return (0..<200).reduce(-Double.infinity) { fastest, _ in
      var delta = (0..<rank).map { _ in stream.normal() }
      var sum = 0.0
      for count in 0..<Self.steps {
        delta = step(delta)
        let size = norm(delta)
        guard size > 0 else { return fastest }
        // The first half lets the direction settle.
        if count >= Self.steps / 2 { sum += log(size) / Double(Self.steps - Self.steps / 2) }
        delta = delta.map { $0 / size }
      }
      return max(fastest, sum)
    }
  }

  private func ray(_ angle: Double) -> [Double] { [cos(angle), sin(angle)] }

  /// Where the units' kinks cut the circle of directions, a whole turn of it.
  private var borders: [Double] {
    var borders = kinks.flatMap { kink -> [Double] in
      let angle = atan2(kink.m[0], -kink.m[1])
      return [angle, angle > 0 ? angle - Double.pi : angle + Double.pi]
    }.sorted()
    borders.append((borders.first ?? 0) + 2 * Double.pi)
    return borders
  }

  /// Rates of growth along rays that stay rays: real eigenvectors inside their own cone.
  private var rays: [Double] {
    let borders = borders
    var rates: [Double] = []
    for (low, high) in zip(borders, borders.dropFirst()) where high - low > 1e-12 {
      let (a, b) = (ray(low + (high - low) / 3), ray(high - (high - low) / 3))
      // The matrix of the cone from two of its rays.
      let (fa, fb) = (flow(a), flow(b))
      let determinant = a[0] * b[1] - a[1] * b[0]
      let matrix = (0..<2).map { r in
        [(fa[r] * b[1] - fb[r] * a[1]) / determinant, (fb[r] * a[0] - fa[r] * b[0]) / determinant]
      }
      let trace = matrix[0][0] + matrix[1][1]
      let root = trace * trace / 4 - (matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0])
      guard root >= 0 else { continue }
      for rate in [trace / 2 + root.squareRoot(), trace / 2 - root.squareRoot()] {
        var candidates = [
          [matrix[0][1], rate - matrix[0][0]], [rate - matrix[1][1], matrix[1][0]],
        ].sorted { norm($0) > norm($1) }
        // A multiple of the identity: every ray stays.
        if norm(candidates[0]) < 1e-13 * (1 + abs(rate)) { candidates[0] = ray((low + high) / 2) }
        for sign in [1.0, -1] {
          var angle = atan2(sign * candidates[0][1], sign * candidates[0][0])
          while angle < low - 1e-12 { angle += 2 * Double.pi }
          if angle <= high + 1e-12 { rates.append(rate) }
        }
      }
    }
    return rates
  }

  private var planar: FixedPoint.Stability {
    let rates = rays
    if !rates.isEmpty { return FixedPoint.Stability(rates) }
    let borders = borders
    // d ln|δ|/dθ over one turn, in the sense in which it turns, cone by cone (Gauss–Legendre).
    var (growth, duration) = (0.0, 0.0)
    for (low, high) in zip(borders, borders.dropFirst()) where high - low > 1e-12 {
      for (node, weight) in Self.nodes {
        let u = ray(low + (high - low) * node)
        let f = flow(u)
        let turning = u[0] * f[1] - u[1] * f[0]
        growth += weight * (high - low) * (u[0] * f[0] + u[1] * f[1]) / abs(turning)
        duration += weight * (high - low) / abs(turning)
      }
    }
    return FixedPoint.Stability([growth / duration])
  }

  /// Of the integral over a cone.
  private static let nodes = GaussLegendre.rule(48)

  /// 400 directions for 60 τ, by Heun's method.
  private var followed: FixedPoint.Stability {
    var stream = RandomStream(seed: 0, stream: 2)
    var fastest = -Double.infinity
    for _ in 0..<400 {
      var delta = (0..<rank).map { _ in stream.normal() }
      var (grown, time) = (0.0, 0.0)
      for step in 0..<1200 {
        let first = flow(delta)
        let second = flow(zip(delta, first).map { $0 + 0.05 * $1 })
        for r in delta.indices { delta[r] += 0.025 * (first[r] + second[r]) }
        let size = norm(delta)
        guard size > 0 else { break }
        // The first half lets the direction settle.
        if step >= 600 {
          grown += log(size)
          time += 0.05
        }
        for r in delta.indices { delta[r] /= size }
      }
      if time > 0 { fastest = max(fastest, grown / time) }
    }
    // What is left of the settling and of the step is not to decide.
    return abs(fastest) < 1e-2 ? .marginal : FixedPoint.Stability([fastest])
  }
}
