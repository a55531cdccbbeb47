// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// What the flow near a marginal fixed point does, by following it.
///
/// Where all other directions decay, states that start beside the point in the directions of the zero eigenvalues are
/// followed until the others have decayed, then on for a while: the distance to the point has to fall from all of them, at
/// two sizes, for the point to attract, and to grow from all of them for it to repel.
struct Surroundings {
  private let flow: LatentFlow
  private let point: FixedPoint
  /// Other fixed points, which the states stay away from.
  private let others: [[Double]]

  init(_ flow: LatentFlow, _ point: FixedPoint, others: [[Double]]) {
    (self.flow, self.point, self.others) = (flow, point, others)
  }

  /// `nil` where it is not clear, or where the linearisation decides.
  func nearby() throws(LinearAlgebraError) -> FixedPoint.Nearby? {
    // At high rank following many states takes longer than the search.
    guard point.unstableDirections == 0, point.kappa.count <= 16 else { return nil }
    let zero = point.eigenvalues.filter { abs($0.real) <= FixedPoint.rounding }
    let parts = try SingularValueDecomposition(of: flow.at(point.kappa).latentJacobian)
    let largest = max(1, parts.singularValues.first ?? 0)
    let null = parts.singularValues.indices.filter { parts.singularValues[$0] <= 1e-6 * largest }
    // Turning directions, and those that feed one another, have no distance that falls steadily.
    guard zero.allSatisfy({ abs($0.imaginary) <= FixedPoint.rounding }), null.count == zero.count else {
      return nil
    }
    let room = others.map { distance($0, point.kappa) }.min() ?? .infinity
    let size = min(0.05 * flow.scale, room / 3)
    guard size > 1e-3 * flow.scale else { return nil }
    let decays = point.eigenvalues.map { -$0.real }.filter { $0 > FixedPoint.rounding }
    let settling = decays.min().map { min(15 / $0, 150) } ?? 0
    let step = 0.1 / largest
    var (falls, grows) = (false, false)
    for radius in [size, size / 2] {
      for direction in directions(in: null.map { Array(parts.v.column($0)) }) {
        let start = zip(point.kappa, direction).map { $0 + radius * $1 }
        let settled = followed(start, for: settling, step: step)
        let after = followed(settled, for: 10, step: step)
        let change = distance(after, point.kappa) / distance(settled, point.kappa) - 1
        guard change.isFinite, abs(change) > 1e-7 else { return nil }
        if change < 0 { falls = true } else { grows = true }
      }
    }
    return falls && grows ? .mixed : falls ? .attracting : .repelling
  }

  /// Both ways along one axis, around a circle, or drawn at random.
  private func directions(in axes: [[Double]]) -> [[Double]] {
    var stream = RandomStream(seed: 0, stream: 3)
    let coefficients: [[Double]] =
      switch axes.count {
      case 1: [[1], [-1]]
      case 2: (0..<12).map { [cos(Double($0) * .pi / 6 + 0.1), sin(Double($0) * .pi / 6 + 0.1)] }
      default: (0..<24).map { _ in axes.map { _ in stream.normal() } }
      }
    return coefficients.map { own in
      let size = norm(own)
      return point.kappa.indices.map { r in
        zip(own, axes).reduce(0) { $0 + $1.0 / size * $1.1[r] }
      }
    }
  }

  /// Where a state gets to in a time, by Heun's method.
  private func followed(_ start: [Double], for time: Double, step: Double) -> [Double] {
    var kappa = start
    for _ in 0..<Int((time / step).rounded(.up)) {
      let first = flow.slope(kappa)
      let second = flow.slope(zip(kappa, first).map { $0 + step * $1 })
      for r in kappa.indices { kappa[r] += step / 2 * (first[r] + second[r]) }
    }
    return kappa
  }
}
