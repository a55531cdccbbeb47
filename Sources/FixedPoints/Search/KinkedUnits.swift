// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A network of ReLU units under a constant input, and what their kinks mean for the stability of its fixed points.
struct KinkedUnits {
  private let network: Network
  /// I u + c + b.
  private let constant: [Double]

  /// `nil` for another φ.
  init?(_ manifold: ManifoldDynamics, input: [Double]) {
    let network = manifold.network
    guard network.transfer == .relu else { return nil }
    var constant = [Double](repeating: 0, count: network.unitCount)
    for (j, v) in (input + network.layout.stationaryExtras).enumerated() {
      for (i, value) in zip(0..<network.unitCount, network.driveVectors.column(network.rank + j)) {
        constant[i] += value * v
      }
    }
    self.network = network
    self.constant = constant
  }

  /// All fixed points at rank 2 or 3, of a line of them a point, and how the list is known to be complete; `nil` for
  /// another rank, and where there are too many cells: rank 3 with more than about 300 units.
  func allPoints(scale: Double) -> (roots: [[Double]], method: String)? {
    guard (2...3).contains(network.rank),
      CellEnumeration.cost(units: network.unitCount, rank: network.rank) < 6e7
    else { return nil }
    let cells = CellEnumeration(m: network.m, n: network.n, constant: constant, scale: scale)
    return (
      cells.roots, "every cell between the units' kinks was solved (\(cells.solved) linear systems)"
    )
  }

  /// What decides on small deviations from κ, `nil` where no unit stands on its kink.
  func stability(at kappa: [Double]) -> KinkStability? {
    let rank = network.rank
    let share = 1 / Double(network.unitCount)
    var smooth = Matrix(rows: rank, columns: rank) { $0 == $1 ? -1 : 0 }
    var kinks: [(m: [Double], n: [Double])] = []
    for i in 0..<network.unitCount {
      var (value, size) = (constant[i], abs(constant[i]))
      for r in 0..<rank {
        value += network.m[i, r] * kappa[r]
        size += abs(network.m[i, r] * kappa[r])
      }
      let m = (0..<rank).map { network.m[i, $0] }
      let n = (0..<rank).map { network.n[i, $0] * share }
      if abs(value) <= 1e-11 * size {
        if m.contains(where: { $0 != 0 }) { kinks.append((m, n)) }
      } else if value > 0 {
        for r in 0..<rank { for s in 0..<rank { smooth[r, s] += n[r] * m[s] } }
      }
    }
    guard !kinks.isEmpty else { return nil }
    return KinkStability(rank: rank, smooth: smooth, kinks: kinks)
  }
}
