// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Follows one branch of fixed points by pseudo-arclength continuation (Keller 1977).
///
/// With y = (κ, p): from a point y and its unit tangent t, the next one solves f(y') = 0 and t·(y' - y) = ds by Newton's
/// method. Folds, where p turns back, are passed like any other point. ds follows the number of Newton steps.
struct Continuation {
  /// A point of the branch with its tangent.
  struct Step {
    var y: [Double]
    var tangent: [Double]
    var flow: Linearisation
    var slopes: Matrix
  }

  let family: CircuitFamily
  let range: ClosedRange<Double>
  /// Sizes by which κ and p are measured against one another.
  let scale: [Double]

  /// The point of the branch at (κ, p), tangent in the direction of growing p.
  func start(_ kappa: [Double], _ parameter: Double) throws(LinearAlgebraError) -> Step? {
    let (flow, slopes) = family.at(kappa, parameter)
    let axis = [Double](repeating: 0, count: kappa.count) + [1]
    guard let tangent = try tangent(slopes, along: axis) else { return nil }
    return Step(y: kappa + [parameter], tangent: tangent, flow: flow, slopes: slopes)
  }

  /// The point at distance `ds` along the tangent of another, and how many Newton steps it took.
  func advance(_ from: Step, by ds: Double) throws(LinearAlgebraError) -> (step: Step, iterations: Int)? {
    let count = from.y.count
    var y = (0..<count).map { from.y[$0] + ds * from.tangent[$0] * scale[$0] }
    for iteration in 1...12 {
      let (flow, slopes) = family.at(Array(y.dropLast()), y[count - 1])
      let arc = (0..<count).reduce(0) { $0 + from.tangent[$1] * (y[$1] - from.y[$1]) / scale[$1] } - ds
      let residual = flow.flow + [arc]
      // Exactly where branches cross the system is singular; on a straight branch the prediction is exact there.
      if norm(residual) <= 1e-15 {
        guard let next = try tangent(slopes, along: from.tangent) else { return nil }
        return (Step(y: y, tangent: next, flow: flow, slopes: slopes), iteration)
      }
      guard let inverse = try LUDecomposition(of: bordered(slopes, from.tangent))?.inverse else { return nil }
      let change = inverse.times(residual)
      for i in 0..<count { y[i] -= change[i] * scale[i] }
      guard y.allSatisfy(\.isFinite) else { return nil }
      if norm(change) <= 1e-13 || (norm(change) <= 1e-10 && iteration > 6) {
        let (flow, slopes) = family.at(Array(y.dropLast()), y[count - 1])
        guard let next = try tangent(slopes, along: from.tangent) else { return nil }
        return (Step(y: y, tangent: next, flow: flow, slopes: slopes), iteration)
      }
    }
    return nil
  }

  /// [∂f/∂y; tᵀ] in scaled coordinates.
  func bordered(_ slopes: Matrix, _ tangent: [Double]) -> Matrix {
    let count = tangent.count
    return Matrix(rows: count, columns: count) { i, j in
      i < count - 1 ? slopes[i, j] * scale[j] : tangent[j]
    }
  }

  /// The unit vector that ∂f/∂y maps to zero, on the side of `direction`.
  private func tangent(_ slopes: Matrix, along direction: [Double]) throws(LinearAlgebraError) -> [Double]? {
    let count = direction.count
    var candidate: [Double]?
    if let inverse = try LUDecomposition(of: bordered(slopes, direction))?.inverse {
      candidate = inverse.times([Double](repeating: 0, count: count - 1) + [1])
    } else if norm(slopes.times(zip(direction, scale).map { $0 * $1 })) <= 1e-12 {
      candidate = direction
    } else {
      // Where the border is unlucky (at a fold, for a start along p) the singular vector does it.
      let scaled = Matrix(rows: count, columns: count) { i, j in i < count - 1 ? slopes[i, j] * scale[j] : 0 }
      let decomposition = try SingularValueDecomposition(of: scaled)
      candidate = (0..<count).map { decomposition.v[$0, count - 1] }
    }
    guard var tangent = candidate else { return nil }
    let size = norm(tangent)
    guard size > 0, size.isFinite else { return nil }
    let side = zip(tangent, direction).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1.0 : 1
    for i in tangent.indices { tangent[i] *= side / size }
    return tangent
  }
}
