// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A continuous attractor: a line or ring that consists of fixed points (Seung 1996; Mastrogiuseppe & Ostojic 2018).
///
/// Along it the Jacobian has an eigenvalue of zero, and deviations along it stay: position on it is a memory of a
/// continuous quantity. It is recognised by following it: from a fixed point with an eigenvalue of zero to rounding, steps
/// along the eigenvector that a correction across it brings back to f = 0, for as long as f vanishes to rounding. Circuits
/// have such lines and rings by symmetry (σ_mn = σ 1 at rank 2: a ring); a finite network breaks them into isolated points.
public struct ContinuousAttractor: Sendable, Hashable {
  /// What it is topologically.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// Closed: following it leads back to where it began.
    case ring
    /// Open: it ends, goes on for ever, or leaves the region that was searched.
    case line
    /// Flat and of two dimensions or more, without end: the null space of a linear flow.
    case plane
  }

  /// How far it goes beyond its path.
  public enum Extent: Sendable, Hashable {
    /// It ends where its path does.
    case whole
    /// It leaves the region that was searched: its path is a part of it.
    case part
    /// It goes on without end.
    case unbounded
  }

  /// What it is topologically.
  public let kind: Kind
  /// Its dimension: 1 but for a plane.
  public let dimension: Int
  /// Whether the path is all of it.
  public let extent: Extent
  /// Points on it in their order, each R values; of a plane, one point.
  public let path: [[Double]]
  /// A point on it, from which it was followed; of a ring, the path's first.
  public let kappa: [Double]
  /// Eigenvalues of ∂f/∂κ at `kappa` in units of 1/τ, largest real part first; one of them is zero to rounding.
  public let eigenvalues: [Eigenvalue]
  /// The largest speed anywhere on the path, in units of κ/τ: zero to rounding.
  public let drift: Double
  /// z at `kappa`, O values.
  public let outputs: [Double]

  /// Its length, infinite where it does not end; of a ring, its circumference. Where only a part of it is known, that part's.
  public var length: Double { extent == .unbounded ? .infinity : pathLength }

  private var pathLength: Double {
    let open = zip(path, path.dropFirst()).reduce(0) { $0 + distance($1.0, $1.1) }
    return kind == .ring ? open + distance(path[path.count - 1], path[0]) : open
  }

  /// The mean place along its length.
  public var centre: [Double] {
    var sum = [Double](repeating: 0, count: path[0].count)
    for (point, share) in zip(path, shares) { for r in sum.indices { sum[r] += share * point[r] } }
    return sum
  }

  /// The mean distance from its centre, along its length.
  public var radius: Double {
    let centre = centre
    return zip(path, shares).reduce(0) { $0 + $1.1 * distance($1.0, centre) }
  }

  /// The share of the length that belongs to each point of the path: half of either side's (the trapezoid rule).
  private var shares: [Double] {
    let count = path.count
    let total = pathLength
    guard count > 1, total > 0 else { return [Double](repeating: 1 / Double(count), count: count) }
    var result = [Double](repeating: 0, count: count)
    for i in 0..<(kind == .ring ? count : count - 1) {
      let half = distance(path[i], path[(i + 1) % count]) / 2
      result[i] += half
      result[(i + 1) % count] += half
    }
    return result.map { $0 / total }
  }

  /// Whether deviations across it decay.
  public var isStable: Bool { across == .stable }

  /// What becomes of deviations across it: the eigenvalues nearest to zero, those along it, are left out.
  public var across: FixedPoint.Stability { FixedPoint.Stability(eigenvaluesAcross.map(\.real)) }

  /// What becomes of deviations across it under the Euler map with step α.
  public func across(alpha: Double) -> FixedPoint.Stability {
    FixedPoint.Stability(FixedPoint.rates(eigenvaluesAcross, alpha: alpha))
  }

  private var eigenvaluesAcross: [Eigenvalue] {
    Array(eigenvalues.sorted { abs($0.real) < abs($1.real) }.dropFirst(dimension))
  }

  /// Whether a fixed point lies on it, to a fraction of its steps.
  func contains(_ kappa: [Double], scale: Double) -> Bool {
    nearest(to: kappa) < 1e-3 * scale
  }

  /// The distance of a point from the path, taken as a polygon.
  public func nearest(to point: [Double]) -> Double {
    let last = kind == .ring ? path.count : path.count - 1
    guard last > 0 else { return distance(point, path[0]) }
    return (0..<last).reduce(.infinity) { least, i in
      let (a, b) = (path[i], path[(i + 1) % path.count])
      let side = zip(b, a).map { $0 - $1 }
      let offset = zip(point, a).map { $0 - $1 }
      let square = side.reduce(0) { $0 + $1 * $1 }
      let along = square > 0 ? zip(side, offset).reduce(0) { $0 + $1.0 * $1.1 } / square : 0
      let foot = min(max(along, 0), 1)
      return min(least, norm(zip(offset, side).map { $0 - foot * $1 }))
    }
  }
}

extension ContinuousAttractor {
  /// The line or ring through a fixed point; `nil` where it is isolated.
  init?(_ flow: LatentFlow, through root: [Double]) throws(LinearAlgebraError) {
    let at = flow.whole(root)
    let own = try at.latentJacobian.eigenvalues()
    guard
      own.contains(where: { abs($0.real) <= FixedPoint.rounding && abs($0.imaginary) <= FixedPoint.rounding })
    else { return nil }
    let walker = Walker(flow)
    guard let direction = try walker.direction(at: root, along: nil) else { return nil }
    let forward = try walker.follow(from: root, direction)
    if forward.isClosed {
      self.init(flow, .ring, [root] + forward.path, root, own, at)
      return
    }
    // A line may end here on one side.
    let backward = try walker.follow(from: root, direction.map { -$0 })
    guard max(forward.path.count, backward.path.count) >= Walker.least else { return nil }
    self.init(
      flow, .line, backward.path.reversed() + [root] + forward.path, root, own, at,
      extent: [forward.extent, backward.extent].contains(.unbounded)
        ? .unbounded : forward.extent == .whole && backward.extent == .whole ? .whole : .part)
  }

  /// - Parameter path: points on it, one at least.
  init(
    _ flow: LatentFlow, _ kind: Kind, _ path: [[Double]], _ kappa: [Double], _ eigenvalues: [Eigenvalue],
    _ at: Linearisation, dimension: Int = 1, extent: Extent = .whole
  ) {
    self.kappa = kappa
    self.kind = kind
    self.dimension = dimension
    self.extent = extent
    self.path = path
    self.eigenvalues = eigenvalues
    outputs = at.outputs
    drift = path.reduce(0) { max($0, norm(flow.slope($1))) }
  }
}

/// Follows a curve of fixed points.
private struct Walker {
  private let flow: LatentFlow
  /// The longest step.
  private let step: Double
  /// Below this |f| is zero to rounding.
  private let small: Double

  /// Steps that a marginal fixed point must have beside it to be part of a line.
  static let least = 5
  /// Steps after which a curve is taken as it is.
  private static let most = 4000

  init(_ flow: LatentFlow) {
    self.flow = flow
    step = 0.01 * flow.scale
    small = 1e-11 * flow.scale
  }

  /// The unit vector that ∂f/∂κ maps to zero, on the side of another; `nil` where there is none.
  func direction(at kappa: [Double], along: [Double]?) throws(LinearAlgebraError) -> [Double]? {
    let jacobian = flow.at(kappa).latentJacobian
    let rank = kappa.count
    let decomposition = try SingularValueDecomposition(of: jacobian)
    guard decomposition.singularValues[rank - 1] <= 1e-6 * max(1, decomposition.singularValues[0]) else {
      return nil
    }
    let vector = (0..<rank).map { decomposition.v[$0, rank - 1] }
    guard let along else { return vector }
    let side = zip(vector, along).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1.0 : 1
    return vector.map { side * $0 }
  }

  /// A curve from a start on.
  struct Way {
    /// The points after the start.
    var path: [[Double]] = []
    /// Whether they lead back to it.
    var isClosed = false
    /// Whether the curve ends with them.
    var extent = ContinuousAttractor.Extent.whole
  }

  /// The points after a start, for as long as there are any in the region that is searched.
  func follow(from start: [Double], _ direction: [Double]) throws(LinearAlgebraError) -> Way {
    var path: [[Double]] = []
    var (here, tangent, ds) = (start, direction, step)
    while path.count < Self.most, !flow.effort.isSpent() {
      guard let next = try corrected(zip(here, tangent).map { $0 + ds * $1 }, within: 0.3 * ds),
        let turned = try self.direction(at: next, along: tangent),
        zip(turned, tangent).reduce(0, { $0 + $1.0 * $1.1 }) > 0.998
      else {
        ds /= 2
        if ds < step / 64 { return Way(path: path) }
        continue
      }
      // Back at the start when it lies between this point and the last, or just ahead.
      if path.count > Self.least,
        distance(next, start) < 0.75 * ds
          || (distance(here, start) < 1.5 * ds && distance(next, start) < ds)
      {
        return Way(path: path, isClosed: true)
      }
      guard zip(next, flow.searchBox).allSatisfy({ abs($0) <= 1.001 * $1 + 1e-300 }) else {
        // Where every root is known to lie within, a curve of them ends there but for rounding.
        return Way(path: path, extent: flow.box == nil ? extent(from: here, tangent) : .whole)
      }
      path.append(next)
      (here, tangent) = (next, turned)
      ds = min(step, 1.4 * ds)
    }
    return Way(path: path, extent: .part)
  }

  /// Whether a curve that left the region goes straight on for ever, as far as can be seen.
  private func extent(from here: [Double], _ tangent: [Double]) -> ContinuousAttractor.Extent {
    let isStraight = [1, 1e2, 1e4].allSatisfy { reach in
      let far = reach * flow.scale
      return norm(flow.slope(zip(here, tangent).map { $0 + far * $1 })) <= 1e-9 * far
    }
    return isStraight ? .unbounded : .part
  }

  /// The fixed point nearest to a prediction; `nil` where there is none that close.
  ///
  /// Newton's method with the pseudo-inverse of the Jacobian, which leaves the direction along the curve alone.
  private func corrected(_ prediction: [Double], within: Double) throws(LinearAlgebraError) -> [Double]? {
    var kappa = prediction
    for _ in 0..<8 {
      let at = flow.at(kappa)
      // A decomposition into singular values takes several times what an inverse takes.
      flow.effort.add(20 * Double(kappa.count * kappa.count * kappa.count))
      if norm(at.flow) <= small { return kappa }
      let inverse = try SingularValueDecomposition(of: at.latentJacobian).pseudoInverse(tolerance: 1e-3)
      let change = inverse.times(at.flow)
      for r in kappa.indices { kappa[r] -= change[r] }
      guard kappa.allSatisfy(\.isFinite), distance(kappa, prediction) <= within else { return nil }
    }
    return norm(flow.at(kappa).flow) <= small ? kappa : nil
  }
}
