// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank

/// Fixed points as the sheet finds them: |τ dκ/dt|² is made as small as possible from many starts. What is found are its
/// minima; those where it vanishes are fixed points, the others are slow places that are none.
public struct Minimisation: Codable, Sendable, Hashable {
  /// A minimum at which κ still moves.
  public struct SlowPlace: Codable, Sendable, Hashable {
    /// Where.
    public let kappa: [Double]
    /// |τ dκ/dt| there.
    public let speed: Double
  }

  /// How many starts, and how many of them ended in a minimum.
  public let starts, converged: Int
  /// The distinct minima at which nothing moves.
  public let roots: [[Double]]
  /// The others.
  public let slowPlaces: [SlowPlace]
  /// The largest distance of a root from the nearest fixed point of the complete search; null without roots.
  @OrNull public var largestDistance: Double?
  /// Fixed points of the complete search that no start came to.
  public let missed: Int

  /// - Parameters:
  ///   - reach: half-widths of the box that starts are spread over.
  ///   - certified: the fixed points of the complete search.
  init(
    of dynamics: some ReducedDynamics, input: [Double], reach: [Double], certified: FixedPointSet
  ) throws {
    let perAxis = reach.count == 1 ? 41 : 13
    let count = reach.indices.reduce(1) { product, _ in product * perAxis }
    var (found, slow, converged) = ([[Double]](), [SlowPlace](), 0)
    let scale = max(reach.max() ?? 1, 1e-9)
    func distance(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    for start in 0..<count {
      var index = start
      let kappa = reach.map { width -> Double in
        defer { index /= perAxis }
        return width * (2 * Double(index % perAxis) / Double(perAxis - 1) - 1)
      }
      guard let minimum = try Self.descend(dynamics, input: input, from: kappa) else { continue }
      converged += 1
      if minimum.speed < 1e-9 * scale {
        if !found.contains(where: { distance($0, minimum.kappa) < 1e-5 * scale }) {
          found.append(minimum.kappa)
        }
      } else if !slow.contains(where: { distance($0.kappa, minimum.kappa) < 1e-3 * scale }) {
        slow.append(minimum)
      }
    }
    starts = count
    self.converged = converged
    roots = found.sorted { $0.lexicographicallyPrecedes($1) }
    slowPlaces = slow.sorted { $0.kappa.lexicographicallyPrecedes($1.kappa) }
    let known = certified.points.map(\.kappa)
    largestDistance = found.compactMap { root in known.map { distance($0, root) }.min() }.max()
    missed = known.count { point in !found.contains { distance($0, point) < 1e-5 * scale } }
  }

  /// One minimum of |F|² by damped Gauss–Newton steps (Levenberg, Marquardt): (JᵀJ + μ) δ = -Jᵀ F, μ smaller after a step
  /// down and larger otherwise; `nil` when 200 steps do not end in one.
  private static func descend(_ dynamics: some ReducedDynamics, input: [Double], from start: [Double]) throws
    -> SlowPlace?
  {
    var kappa = start
    var damping = 1e-3
    var here = dynamics.linearisation(kappa: kappa, input: input)
    func square(_ flow: [Double]) -> Double { flow.reduce(0) { $0 + $1 * $1 } }
    for _ in 0..<200 {
      let (flow, jacobian) = (here.flow, here.latentJacobian)
      let slope = kappa.indices.map { r in
        flow.indices.reduce(0) { $0 + jacobian[$1, r] * flow[$1] }
      }
      let (size, steepness) = (square(flow).squareRoot(), square(slope).squareRoot())
      if size < 1e-13 { return SlowPlace(kappa: kappa, speed: size) }
      let normal = Matrix(rows: kappa.count, columns: kappa.count) { r, s in
        flow.indices.reduce(r == s ? damping : 0) { $0 + jacobian[$1, r] * jacobian[$1, s] }
      }
      let step = try normal.solvePositiveDefinite(slope.map { -$0 })
      let next = zip(kappa, step).map { $0 + $1 }
      let there = dynamics.linearisation(kappa: next, input: input)
      if square(there.flow) < size * size {
        (kappa, here) = (next, there)
        damping = max(damping / 5, 1e-14)
      } else {
        // Nowhere lower: a minimum if the ground is level here.
        if damping > 1e8 {
          return steepness < 1e-6 * size || size < 1e-10 ? SlowPlace(kappa: kappa, speed: size) : nil
        }
        damping *= 4
      }
    }
    return nil
  }
}
