// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A proof that a list of roots is complete, or the boxes in which that could not be shown.
///
/// Around a root with Y = (∂f/∂κ)⁻¹, f is one-to-one in every box of half-widths ρ with Σ |Y| L ρ < 1 in each row: no
/// second root is in it. Everywhere else, a root x of a box with centre c and half-widths h must satisfy
///
///     |x - (c - Y f(c))|_r ≤ ½ Σ_a |Y_ra| Σ_st L_ast h_s h_t
///
/// (Taylor's theorem with the curvature bound L). A box that contains no such x outside the roots' own boxes is done
/// with; any other is halved. Roots met on the way that the list lacks are added to it.
struct IsolationProof {
  private let flow: LatentFlow
  private let box: [Double]
  private let curvature: [Double]
  private(set) var roots: [[Double]]
  /// Half-widths within which roots[i] is alone; `nil` for a degenerate root.
  private var isolation: [[Double]?] = []
  /// Whether every box was done with.
  private(set) var isComplete = false
  /// Evaluations of f.
  private(set) var evaluations = 0

  init?(_ flow: LatentFlow, roots: [[Double]], budget: Int) throws(LinearAlgebraError) {
    guard let box = flow.box, let curvature = flow.curvature else { return nil }
    self.flow = flow
    // A little wider than the box, so that no root lies on its border.
    self.box = box.map { $0 * 1.0213 + 1e-12 }
    self.curvature = curvature
    self.roots = roots
    for root in roots { isolation.append(try isolated(around: root)) }
    try run(budget: budget)
  }

  private mutating func run(budget: Int) throws(LinearAlgebraError) {
    // Centres off zero for the same reason as in the line search.
    var boxes = [(centre: box.map { $0 * 0.0071 }, half: box)]
    var next = 0
    while next < boxes.count {
      let (centre, half) = boxes[next]
      next += 1
      if covered(centre, half) { continue }
      if evaluations >= budget || flow.effort.isSpent() { return }
      if zip(half, box).allSatisfy({ $0 < 1e-6 * $1 }) { return }
      evaluations += 1
      let local = flow.at(centre)
      if excluded(local, half) { continue }
      if let inverse = try LUDecomposition(of: local.latentJacobian)?.inverse {
        let (displacement, radius) = reach(inverse, local.flow, half)
        if zip(zip(displacement, radius), half).contains(where: { abs($0.0) - $0.1 > $1 }) { continue }
        let target = zip(centre, displacement).map { $0 - $1 }
        if covered(target, radius) { continue }
        if contraction(inverse, half) < 1, evaluations % 4 == 0 { try add(from: target) }
      }
      // The side that is longest, measured by the box.
      let side = half.indices.max { half[$0] / box[$0] < half[$1] / box[$1] } ?? 0
      for sign in [-0.5, 0.5] {
        var child = (centre: centre, half: half)
        child.centre[side] += sign * half[side]
        child.half[side] /= 2
        boxes.append(child)
      }
    }
    isComplete = true
  }

  /// Whether all of a box lies where some root is known to be alone.
  private func covered(_ centre: [Double], _ half: [Double]) -> Bool {
    for (root, alone) in zip(roots, isolation) {
      guard let alone else { continue }
      if root.indices.allSatisfy({ abs(centre[$0] - root[$0]) + half[$0] <= alone[$0] }) { return true }
    }
    return false
  }

  /// Whether one component of f cannot vanish in a box.
  private func excluded(_ local: Linearisation, _ half: [Double]) -> Bool {
    let margin = 1e-11 * flow.scale
    return half.indices.contains { r in
      var change = margin + bend(r, half) / 2
      for s in half.indices { change += abs(local.jacobian[r, s]) * half[s] }
      return abs(local.flow[r]) > change
    }
  }

  /// Σ_st L_rst h_s h_t.
  private func bend(_ r: Int, _ half: [Double]) -> Double {
    let rank = half.count
    var sum = 0.0
    for s in 0..<rank {
      for t in 0..<rank { sum += curvature[(r * rank + s) * rank + t] * half[s] * half[t] }
    }
    return sum
  }

  /// Y f(c), and how far from c - Y f(c) a root of the box may lie.
  private func reach(_ inverse: Matrix, _ f: [Double], _ half: [Double]) -> ([Double], [Double]) {
    let bends = half.indices.map { bend($0, half) / 2 + 1e-11 * flow.scale }
    let radius = half.indices.map { r in
      half.indices.reduce(0) { $0 + abs(inverse[r, $1]) * bends[$1] }
    }
    return (inverse.times(f), radius)
  }

  /// The largest row sum of |Y| L h, measured in units of the box: below 1, f is one-to-one within h.
  private func contraction(_ inverse: Matrix, _ half: [Double]) -> Double {
    let rank = half.count
    let bends = half.indices.map { a in
      var sum = 0.0
      for s in 0..<rank {
        for t in 0..<rank { sum += curvature[(a * rank + s) * rank + t] * box[s] * half[t] }
      }
      return sum
    }
    return half.indices.map { r in
      half.indices.reduce(0) { $0 + abs(inverse[r, $1]) * bends[$1] } / box[r]
    }.max() ?? 0
  }

  private func isolated(around root: [Double]) throws(LinearAlgebraError) -> [Double]? {
    guard let inverse = try LUDecomposition(of: flow.at(root).latentJacobian)?.inverse else { return nil }
    let size = 0.99 / max(contraction(inverse, box), 1e-300)
    return box.map { $0 * min(size, 2) }
  }

  private mutating func add(from start: [Double]) throws(LinearAlgebraError) {
    let descent = try Descent(flow, from: start)
    guard descent.isRoot, !roots.contains(where: { distance($0, descent.kappa) < 1e-7 * flow.scale }) else {
      return
    }
    roots.append(descent.kappa)
    isolation.append(try isolated(around: descent.kappa))
  }
}
