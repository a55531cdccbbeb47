// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension FixedPointSet {
  /// All roots of an affine f(κ) = A κ + c: one point, none, or where A is singular a line or a plane without end.
  ///
  /// A singular value counts as zero where it is to rounding (`FixedPoint.rounding`). κ of a line or plane is its point
  /// nearest to zero; the path of a line is drawn through the region that would be searched.
  ///
  /// - Throws: `LinearAlgebraError` when A is not finite.
  init(ofLinear flow: LatentFlow) throws(LinearAlgebraError) {
    let origin = flow.at([Double](repeating: 0, count: flow.rank))
    let (a, c) = (origin.latentJacobian, origin.flow)
    let parts = try SingularValueDecomposition(of: a)
    let largest = max(1, parts.singularValues.first ?? 0)
    let null = parts.singularValues.indices.filter {
      parts.singularValues[$0] <= FixedPoint.rounding * largest
    }
    // The pseudo-inverse measures by the largest singular value.
    let cut = FixedPoint.rounding * largest / max(parts.singularValues.first ?? 0, 1e-300)
    let inverse = parts.pseudoInverse(tolerance: cut)
    let root = inverse.times(c).map { 0 - $0 }
    let at = flow.whole(root)
    var (points, continua) = ([FixedPoint](), [ContinuousAttractor]())
    var method = "f is linear and regular: it has one root"
    if norm(at.flow) > 1e-9 * norm(c) + 1e-13 * flow.scale {
      method = "f is linear and singular, and its constant part cannot be balanced: it has no root"
    } else if null.isEmpty {
      points = [try FixedPoint(root, at)]
    } else {
      method = "f is linear and singular: its roots are those of linear equations"
      let eigenvalues = try a.eigenvalues()
      var path = [root]
      if null.count == 1 {
        let along = parts.v.column(null[0])
        path = (-20...20).map { step in
          zip(root, along).map { $0 + Double(step) / 20 * flow.scale * $1 }
        }
      }
      continua = [
        ContinuousAttractor(
          flow, null.count == 1 ? .line : .plane, path, root, eigenvalues, at, dimension: null.count,
          extent: .unbounded)
      ]
    }
    self.init(
      points: points, continua: continua, slowPoints: [], slowPointsInState: [],
      completeness: .proven(method), box: nil)
  }
}
