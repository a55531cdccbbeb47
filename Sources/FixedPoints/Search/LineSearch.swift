// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// All fixed points of a rank-1 flow.
///
/// The proven box is halved again and again. From f and f' at an interval's centre and the bound L on |f''|, with
/// half-width h,
///
///     |f(c)| > |f'(c)| h + ½ L h²   ⇒ no root in the interval
///     |f'(c)| > L h                 ⇒ f is monotone in it: one root if its ends differ in sign, none otherwise
///
/// and an interval for which neither holds is halved. What is left at the smallest width holds a root and its
/// near-double: it is reported as degenerate. Roots are refined by Brent's method within their brackets. Bounds are
/// evaluated in floating point with a margin of 2e-13 of f's terms, not with directed rounding.
struct LineSearch {
  let flow: LatentFlow
  private(set) var roots: [Double] = []
  /// Why the list may not be complete.
  private(set) var doubt: String?
  private(set) var method = ""
  private let margin: Double

  /// Searches the flow's box.
  init(_ flow: LatentFlow) throws(LinearAlgebraError) {
    precondition(flow.rank == 1, "a line search is for rank 1")
    self.flow = flow
    margin = 2e-13 * flow.scale
    // Not symmetric about zero, where the roots of odd flows lie: a root at a border is seen from both sides.
    let lower = -flow.searchBox[0] * 1.0137 - 1e-12
    let upper = flow.searchBox[0] * 1.0291 + 1e-12
    if flow.box == nil { doubt = "no bounded region is known to hold all of them" }
    if let curvature = flow.curvature {
      try subdivide(lower, upper, curvature: curvature[0])
      method = "the interval that must hold every fixed point was searched with bounds on f and f'"
    } else if let breakpoints = flow.breakpoints {
      try scan([lower] + breakpoints.filter { $0 > lower && $0 < upper } + [upper])
      method = "f is linear between its kinks, each piece was searched"
    } else {
      try scan((0...4000).map { lower + (upper - lower) * Double($0) / 4000 })
      doubt = doubt ?? "no bound on f'' is known: sign changes on a grid of 4001 points"
    }
    roots = merged(roots)
  }

  private func value(_ kappa: Double) -> Double { flow.at([kappa]).flow[0] }

  private mutating func subdivide(_ lower: Double, _ upper: Double, curvature: Double)
    throws(LinearAlgebraError)
  {
    let smallest = 1e-7 * (upper - lower)
    var intervals = [(lower, upper)]
    var next = 0
    var leftovers: [(Double, Double)] = []
    // Breadth first, so that a flow that vanishes on a whole stretch runs out of budget evenly.
    while next < intervals.count {
      let (a, b) = intervals[next]
      next += 1
      let (centre, h) = ((a + b) / 2, (b - a) / 2)
      let local = flow.at([centre])
      let (f, slope) = (local.flow[0], abs(local.jacobian[0, 0]))
      if abs(f) > slope * h + curvature * h * h / 2 + margin { continue }
      // Monotone by enough for the ends' signs to mean something.
      let least = slope - curvature * h - 1e-12
      if least > 0, least * h > 10 * margin {
        try monotone(a, b, slope: least)
      } else if 2 * h <= smallest {
        leftovers.append((a, b))
      } else if intervals.count > 60000 {
        leftovers += intervals[(next - 1)...]
        doubt =
          "|f| is zero to rounding over a stretch: a line of fixed points, of which only samples are listed"
        break
      } else {
        intervals.append((a, centre))
        intervals.append((centre, b))
      }
    }
    try degenerate(leftovers.sorted { $0.0 < $1.0 })
  }

  /// The root of an interval in which f is monotone with at least this slope, if there is one.
  private mutating func monotone(_ a: Double, _ b: Double, slope: Double) throws(LinearAlgebraError) {
    let (left, right) = (value(a), value(b))
    if abs(left) <= margin { roots.append(newton(a, within: margin / slope)) }
    if abs(right) <= margin { roots.append(newton(b, within: margin / slope)) }
    if abs(left) > margin, abs(right) > margin, (left < 0) != (right < 0) {
      roots.append(try bracketedRoot(between: a, and: b, tolerance: 1e-15 * flow.scale, of: value))
    }
  }

  private func newton(_ start: Double, within radius: Double) -> Double {
    var kappa = start
    for _ in 0..<4 {
      let local = flow.at([kappa])
      let step = local.flow[0] / local.jacobian[0, 0]
      guard step.isFinite, abs(kappa - step - start) <= 2 * radius else { break }
      kappa -= step
    }
    return kappa
  }

  /// Roots of stretches in which f and f' are zero to within what the search can tell.
  private mutating func degenerate(_ intervals: [(Double, Double)]) throws(LinearAlgebraError) {
    var clusters: [(Double, Double)] = []
    for interval in intervals {
      if let last = clusters.last, interval.0 <= last.1 {
        clusters[clusters.count - 1].1 = interval.1
      } else {
        clusters.append(interval)
      }
    }
    for (a, b) in clusters {
      let (left, right) = (value(a), value(b))
      if (left < 0) != (right < 0) {
        roots.append(try bracketedRoot(between: a, and: b, tolerance: 1e-15 * flow.scale, of: value))
      } else {
        roots.append(try turningPoint(between: a, and: b))
      }
      doubt =
        doubt
        ?? "near κ = \((a + b) / 2) fixed points meet to within rounding; how many they are cannot be told"
    }
  }

  /// Where f touches zero without crossing it f' does cross: a place that is known to rounding, while f itself is zero to
  /// rounding over a stretch.
  private func turningPoint(between a: Double, and b: Double) throws(LinearAlgebraError) -> Double {
    func slope(_ kappa: Double) -> Double { flow.at([kappa]).latentJacobian[0, 0] }
    guard (slope(a) < 0) != (slope(b) < 0) else { return (a + b) / 2 }
    return try bracketedRoot(between: a, and: b, tolerance: 1e-15 * flow.scale, of: slope)
  }

  /// Roots between neighbouring nodes of different sign.
  private mutating func scan(_ nodes: [Double]) throws(LinearAlgebraError) {
    let values = nodes.map(value)
    for i in nodes.indices {
      if values[i] == 0 {
        roots.append(nodes[i])
        if i > 0, values[i - 1] == 0, nodes[i] > nodes[i - 1] {
          doubt = "f is zero between κ = \(nodes[i - 1]) and \(nodes[i]): a line of fixed points"
        }
      } else if i > 0, values[i - 1] != 0, (values[i] < 0) != (values[i - 1] < 0) {
        roots.append(
          try bracketedRoot(between: nodes[i - 1], and: nodes[i], tolerance: 1e-15 * flow.scale, of: value))
      }
    }
  }

  /// Roots found from two sides are one.
  private func merged(_ roots: [Double]) -> [Double] {
    var result: [Double] = []
    for root in roots.sorted() where result.isEmpty || root - result[result.count - 1] > 1e-9 * flow.scale {
      result.append(root)
    }
    return result
  }
}
