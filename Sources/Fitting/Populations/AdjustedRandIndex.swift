// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How far two groupings of the same units agree: 1 for the same grouping (whatever the numbers), 0 on average by chance
/// (Hubert & Arabie 1985).
public struct AdjustedRandIndex: Sendable, Hashable {
  /// The index, at most 1; negative for agreement below chance.
  public let value: Double

  /// Compares two groupings, one label per unit each.
  public init(_ a: [Int], _ b: [Int]) {
    precondition(a.count == b.count, "both groupings label the same units")
    var pairs: [[Int]: Int] = [:]
    var left: [Int: Int] = [:]
    var right: [Int: Int] = [:]
    for (x, y) in zip(a, b) {
      pairs[[x, y], default: 0] += 1
      left[x, default: 0] += 1
      right[y, default: 0] += 1
    }
    // Whole numbers below 2⁵³: exact, so that the order in which a dictionary is read does not matter.
    func couples(_ sizes: some Sequence<Int>) -> Double {
      sizes.reduce(0) { $0 + Double($1) * Double($1 - 1) / 2 }
    }
    let together = couples(pairs.values)
    let (rows, columns) = (couples(left.values), couples(right.values))
    let all = couples([a.count])
    let expected = all == 0 ? 0 : rows * columns / all
    let largest = (rows + columns) / 2
    // One group each, or every unit by itself in both: the groupings are equal.
    value = largest == expected ? 1 : (together - expected) / (largest - expected)
  }
}
