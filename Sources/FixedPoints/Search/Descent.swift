// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Levenberg–Marquardt on ½|f|²: from a start to a root or to a local minimum of the speed.
///
/// Newton's method where f is well approximated by its linearisation, steepest descent where it is not. Unlike plain
/// Newton it comes to rest at slow points, too, so that one run of it says which of both a start leads to. With a metric
/// G = L Lᵀ it minimises ½ fᵀ G f instead: the same steps for Lᵀf.
struct Descent {
  /// Where it ended.
  private(set) var kappa: [Double]
  /// f, its Jacobian and z there.
  private(set) var at: Linearisation
  /// Whether f vanishes there to rounding.
  private(set) var isRoot = false
  /// Whether it is a local minimum of the speed that is no root.
  private(set) var isSlowPoint = false

  /// - Parameter root: Lᵀ of the metric; `nil` for |f| itself.
  init(_ flow: LatentFlow, from start: [Double], metric root: Matrix? = nil) throws(LinearAlgebraError) {
    kappa = start
    at = flow.at(start)
    let small = 1e-11 * flow.scale
    func weighed(_ flow: [Double]) -> [Double] { root?.times(flow) ?? flow }
    // ∂f/∂κ vanishes at slow points: steps and gradients are measured against its size along the way.
    var steepest = 0.0
    var damping = 1e-3
    var settled = false
    for _ in 0..<200 where !flow.effort.isSpent() {
      let residual = weighed(at.flow)
      let speed = norm(residual)
      if norm(at.flow) <= small || damping > 1e12 || !speed.isFinite { break }
      let own = at.latentJacobian
      let jacobian =
        root.map { root in
          Matrix(rows: own.rows, columns: own.columns) { i, j in
            (0..<own.rows).reduce(0) { $0 + root[i, $1] * own[$1, j] }
          }
        } ?? own
      let gradient = jacobian.transposed.times(residual)
      steepest = max(steepest, norm(jacobian.elements))
      if norm(gradient) <= 1e-6 * steepest * speed {
        settled = true
        break
      }
      var normal = Matrix(rows: flow.rank, columns: flow.rank) { i, j in
        (0..<flow.rank).reduce(0) { $0 + jacobian[$1, i] * jacobian[$1, j] }
      }
      for i in 0..<flow.rank { normal[i, i] += damping * (normal[i, i] + 1e-3 * steepest * steepest) }
      guard let step = try LUDecomposition(of: normal)?.inverse.times(gradient) else { break }
      let trial = zip(kappa, step).map { $0 - $1 }
      let there = flow.at(trial)
      if norm(weighed(there.flow)) < speed {
        (kappa, at) = (trial, there)
        damping = max(damping / 5, 1e-15)
      } else {
        damping = max(damping * 4, 1e-12)
      }
    }
    if norm(at.flow) <= small {
      isRoot = true
      try polish(flow)
    } else {
      isSlowPoint = settled
    }
  }

  /// Newton steps until rounding stops them: a few, but many where roots meet and each gains a third or less.
  private mutating func polish(_ flow: LatentFlow) throws(LinearAlgebraError) {
    for _ in 0..<60 where !flow.effort.isSpent() {
      guard let inverse = try LUDecomposition(of: at.latentJacobian)?.inverse else { return }
      let step = inverse.times(at.flow)
      let trial = zip(kappa, step).map { $0 - $1 }
      let there = flow.at(trial)
      guard norm(there.flow) < norm(at.flow) else { return }
      (kappa, at) = (trial, there)
    }
  }
}

/// Newton's method on f divided by the distance to known roots, so that it cannot return to them (Farrell et al. 2015).
///
/// With M(κ) = Π_i (1 + 1/|κ - κ_i|²), the step of M f is Newton's own step times 1/(1 - ∇log M · step).
func deflatedNewton(_ flow: LatentFlow, from start: [Double], avoiding roots: [[Double]])
  throws(LinearAlgebraError) -> [Double]?
{
  var kappa = start
  for _ in 0..<60 where !flow.effort.isSpent() {
    let local = flow.at(kappa)
    guard let inverse = try LUDecomposition(of: local.latentJacobian)?.inverse else { return nil }
    let newton = inverse.times(local.flow).map { -$0 }
    if norm(newton) <= 1e-10 * flow.scale { return kappa }
    var logarithmic = 0.0
    for root in roots {
      let square = max(zip(kappa, root).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }, 1e-300)
      let along = zip(zip(kappa, root), newton).reduce(0) { $0 + ($1.0.0 - $1.0.1) * $1.1 }
      logarithmic -= 2 * along / (square * (1 + square))
    }
    var factor = 1 / (1 - logarithmic)
    // Steps longer than the box lead nowhere.
    let length = abs(factor) * norm(newton)
    guard length.isFinite, length > 0 else { return nil }
    if length > flow.scale { factor *= flow.scale / length }
    for r in kappa.indices { kappa[r] += factor * newton[r] }
    if zip(kappa, flow.searchBox).contains(where: { abs($0) > 3 * $1 + 1 }) { return nil }
  }
  return nil
}
