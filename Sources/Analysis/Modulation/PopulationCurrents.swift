// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension Network {
  /// What each group of units feeds into κ and z in the network itself: (1/N) Σ_{i ∈ p} a_i φ(x_i), without any average.
  ///
  /// - Parameters:
  ///   - labels: the group 0..<P of every unit.
  ///   - states: (κ, v), row-major (M, R + K), or more of the drives' coefficients.
  ///   - width: how many coefficients a state has, R + K unless given.
  /// - Returns: row-major (M, P, R + O), n first, then w; the sum over groups is the network's own (1/N) aᵀφ.
  /// - Throws: `ShapeError` unless there is one label per unit, not negative.
  public func currents(byPopulation labels: [Int], at states: [Double], width: Int? = nil)
    throws(ShapeError) -> [Double]
  {
    guard labels.count == unitCount, labels.allSatisfy({ $0 >= 0 && $0 < unitCount }) else {
      throw ShapeError(
        quantity: "labels", expected: "one per unit, \(unitCount) in all, from 0 up",
        found: "\(labels.count) labels")
    }
    let (layout, drives) = (layout, driveVectors)
    let free = width ?? rank + inputCount
    precondition(free > 0 && states.count % free == 0, "states have R + K values each")
    let groups = (labels.max() ?? 0) + 1
    let weights = rank + outputCount
    let points = states.count / free
    var result = [Double](repeating: 0, count: points * groups * weights)
    for point in 0..<points {
      let q = layout.drive(from: states[(point * free)..<((point + 1) * free)])
      for unit in 0..<unitCount {
        var biased = 0.0
        for (j, coefficient) in q.enumerated() { biased += drives[unit, j] * coefficient }
        let rate = transfer.value(biased)
        let seen = bias.map { $0.reachesReadout ? 0 : $0.values[unit] } ?? 0
        let read = seen == 0 ? rate : transfer.value(biased - seen)
        let base = (point * groups + labels[unit]) * weights
        for r in 0..<rank { result[base + r] += n[unit, r] * rate / Double(unitCount) }
        for o in 0..<outputCount { result[base + rank + o] += readouts[unit, o] * read / Double(unitCount) }
      }
    }
    return result
  }
}
