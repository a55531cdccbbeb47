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
    let (layout, drives) = (layout, driveVectors)
    let free = width ?? rank + inputCount
    precondition(free > 0 && states.count % free == 0, "states have R + K values each")
    return try currents(byPopulation: labels, points: states.count / free) { point in
      let q = layout.drive(from: states[(point * free)..<((point + 1) * free)])
      return { unit in
        var biased = 0.0
        for (j, coefficient) in q.enumerated() { biased += drives[unit, j] * coefficient }
        return biased
      }
    }
  }

  /// The same from what stands inside φ in every unit, x + b, rather than from κ and v: that of a dense J does not follow
  /// from them.
  ///
  /// - Parameters:
  ///   - labels: the group 0..<P of every unit.
  ///   - activations: row-major (M, N), the bias included.
  /// - Returns: row-major (M, P, R + O), as above.
  /// - Throws: `ShapeError` unless there is one label per unit, not negative.
  public func currents(byPopulation labels: [Int], activations: [Double]) throws(ShapeError) -> [Double] {
    precondition(activations.count % unitCount == 0, "one value per unit")
    return try currents(byPopulation: labels, points: activations.count / unitCount) { point in
      { unit in activations[point * unitCount + unit] }
    }
  }

  /// - Parameter inside: for each point, what stands inside φ in a unit.
  private func currents(byPopulation labels: [Int], points: Int, inside: (Int) -> (Int) -> Double)
    throws(ShapeError) -> [Double]
  {
    guard labels.count == unitCount, labels.allSatisfy({ $0 >= 0 && $0 < unitCount }) else {
      throw ShapeError(
        quantity: "labels", expected: "one per unit, \(unitCount) in all, from 0 up",
        found: "\(labels.count) labels")
    }
    let groups = (labels.max() ?? 0) + 1
    let weights = rank + outputCount
    var result = [Double](repeating: 0, count: points * groups * weights)
    for point in 0..<points {
      let activation = inside(point)
      for unit in 0..<unitCount {
        let biased = activation(unit)
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
