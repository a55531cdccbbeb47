// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// κ ← κ + α f(κ): what a network does to κ in one step under a constant input.
struct StepMap: Sendable {
  let flow: LatentFlow
  let alpha: Double

  /// κ a step later.
  func next(_ kappa: [Double]) -> [Double] { zip(kappa, flow.slope(kappa)).map { $0 + alpha * $1 } }

  /// κ a step later, and 1 + α ∂f/∂κ.
  func linearised(_ kappa: [Double]) -> (next: [Double], jacobian: Matrix) {
    let at = flow.at(kappa)
    let jacobian = Matrix(rows: flow.rank, columns: flow.rank) {
      ($0 == $1 ? 1 : 0) + alpha * at.jacobian[$0, $1]
    }
    return (zip(kappa, at.flow).map { $0 + alpha * $1 }, jacobian)
  }

  /// The states of `count` steps from a start, which is the first of them; and what a small deviation from the start is
  /// multiplied by until the state after the last.
  func turn(_ start: [Double], count: Int) -> (orbit: [[Double]], end: [Double], derivative: Matrix) {
    var (orbit, kappa) = ([[Double]](), start)
    var derivative = Matrix(rows: flow.rank, columns: flow.rank) { $0 == $1 ? 1 : 0 }
    for _ in 0..<count {
      orbit.append(kappa)
      let step = linearised(kappa)
      derivative = Matrix(rows: flow.rank, columns: flow.rank) { i, j in
        (0..<flow.rank).reduce(0) { $0 + step.jacobian[i, $1] * derivative[$1, j] }
      }
      kappa = step.next
    }
    return (orbit, kappa, derivative)
  }

  /// The mean over `steps` of the logarithm of what a small deviation grows by in a step: the largest Lyapunov exponent.
  func exponent(from start: [Double], steps: Int) -> (value: Double, end: [Double]) {
    var kappa = start
    // No direction that a symmetry would single out.
    var deviation = kappa.indices.map { 1 + 0.37 * Double($0 % 7) }
    var (sum, counted) = (0.0, 0)
    for step in 0..<steps {
      let local = linearised(kappa)
      deviation = local.jacobian.times(deviation)
      let size = norm(deviation)
      guard size > 0, size.isFinite else { return (size > 0 ? .infinity : -.infinity, kappa) }
      deviation = deviation.map { $0 / size }
      // The first tenth lets the direction settle.
      if step >= steps / 10 {
        sum += log(size)
        counted += 1
      }
      kappa = local.next
    }
    return (sum / Double(max(counted, 1)), kappa)
  }
}
