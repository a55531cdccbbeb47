// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Fixed points into which a ring breaks: what is left of a continuous attractor in a network of finitely many units.
///
/// Sampling N loadings breaks the symmetry that makes a ring, at the order N^-½: stable points and saddles take turns on
/// a closed curve, and along it the flow is slow. They are recognised by that: every point has one direction in which
/// deviations change at least `separation` times more slowly than they decay in all others, in the plane of the points
/// stable ones and saddles take turns around their centre, and they surround it.
public struct NearRing: Sendable, Hashable {
  /// The points, in their order around the ring.
  public let points: [FixedPoint]
  /// The mean of the points, R values.
  public let centre: [Double]
  /// The mean distance of the points from it.
  public let radius: Double
  /// The standard deviation of that distance over the points, relative to the radius.
  public let spread: Double
  /// The time constants of the slow direction of each point, in units of τ: decay at stable points, growth at saddles.
  public let timeConstants: [Double]

  /// How many times slower the flow is along the ring than across it, at least.
  public static let separation = 5.0
  /// The largest `spread` that still is called a ring.
  static let widest = 0.25

  /// The ring that some of the points lie on; `nil` where there are not at least two stable points and two saddles on one.
  ///
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public init?(among all: [FixedPoint]) throws(LinearAlgebraError) {
    let slow = all.filter { Self.slowest($0) != nil }
    guard slow.count >= 4, let rank = slow.first?.kappa.count, rank > 1 else { return nil }
    let centre = (0..<rank).map { r in slow.reduce(0) { $0 + $1.kappa[r] } / Double(slow.count) }
    let offsets = slow.map { point in zip(point.kappa, centre).map { $0 - $1 } }
    let plane = try SingularValueDecomposition(
      of: Matrix(rows: slow.count, columns: rank) { offsets[$0][$1] })
    func coordinate(_ offset: [Double], _ axis: Int) -> Double {
      (0..<rank).reduce(0) { $0 + plane.v[$1, axis] * offset[$1] }
    }
    let order = slow.indices.map { i in
      (index: i, angle: Self.angle(coordinate(offsets[i], 0), coordinate(offsets[i], 1)))
    }.sorted { $0.angle < $1.angle }
    let distances = offsets.map(norm)
    let radius = distances.reduce(0, +) / Double(slow.count)
    let variance = distances.reduce(0) { $0 + ($1 - radius) * ($1 - radius) } / Double(slow.count)
    guard radius > 0, variance.squareRoot() <= Self.widest * radius else { return nil }
    for (k, item) in order.enumerated() {
      let next = order[(k + 1) % order.count]
      // In turns of the circle; the last gap leads back to the first point.
      let gap = next.angle - item.angle + (k + 1 == order.count ? 1 : 0)
      guard gap < 0.5, slow[item.index].isStable != slow[next.index].isStable else { return nil }
    }
    points = order.map { slow[$0.index] }
    self.centre = centre
    self.radius = radius
    spread = variance.squareRoot() / radius
    timeConstants = points.compactMap { Self.slowest($0).map { 1 / abs($0) } }
  }

  /// The eigenvalue of the slow direction; `nil` where no direction stands out, or another one grows, too.
  private static func slowest(_ point: FixedPoint) -> Double? {
    guard point.kind != .marginal, !point.eigenvalues.contains(where: { $0.imaginary != 0 }) else {
      return nil
    }
    let values = point.eigenvalues.map(\.real).sorted { abs($0) < abs($1) }
    guard values.count > 1, values[1...].allSatisfy({ $0 < 0 }), abs(values[1]) >= separation * abs(values[0])
    else { return nil }
    return values[0]
  }

  /// A place on the circle that grows with the angle, from 0 to 1: the angle itself is not needed to put points in order,
  /// but halves of the circle are halves of it.
  private static func angle(_ x: Double, _ y: Double) -> Double {
    // Quarter by quarter, exact at their ends and symmetric, so that opposite points are half a turn apart.
    let share = abs(y) / max(abs(x) + abs(y), 1e-300)
    switch (x >= 0, y >= 0) {
    case (true, true): return share / 4
    case (false, true): return 0.5 - share / 4
    case (false, false): return 0.5 + share / 4
    case (true, false): return 1 - share / 4
    }
  }
}
