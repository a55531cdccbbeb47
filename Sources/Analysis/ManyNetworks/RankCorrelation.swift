// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// Spearman's rank correlation with an interval.
///
/// ρ is Pearson's correlation of mean ranks. The interval is Fisher's, tanh(artanh ρ ± q √((1 + ρ²/2)/(n - 3))), with the
/// variance of Bonett & Wright 2000 (Psychometrika 65:23). Of several intervals that are asked for together, each has level
/// 1 - (1 - level)/count (Bonferroni), so that all of them hold their values with probability `level` or more.
public struct RankCorrelation: Codable, Sendable, Hashable {
  /// ρ, -1…1.
  public let value: Double
  /// The interval's ends.
  public let lower, upper: Double
  /// How many pairs.
  public let count: Int

  /// Whether the interval leaves zero out.
  public var isClear: Bool { lower > 0 || upper < 0 }

  /// The correlation of two lists of the same length; pairs with a number that is not finite do not count.
  ///
  /// `nil` for fewer than five pairs, or where one of the lists is constant: there is nothing to order.
  ///
  /// - Parameters:
  ///   - level: the probability that all intervals hold their values.
  ///   - asked: how many intervals are asked for together.
  public init?(_ x: [Double], _ y: [Double], level: Double = 0.95, asked: Int = 1) {
    precondition(x.count == y.count && asked >= 1, "two lists of the same length")
    let pairs = zip(x, y).filter { $0.isFinite && $1.isFinite }
    count = pairs.count
    guard count >= 5 else { return nil }
    let (a, b) = (Self.ranks(pairs.map(\.0)), Self.ranks(pairs.map(\.1)))
    let middle = Double(count + 1) / 2
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (p, q) in zip(a, b) {
      ab += (p - middle) * (q - middle)
      aa += (p - middle) * (p - middle)
      bb += (q - middle) * (q - middle)
    }
    guard aa > 0, bb > 0 else { return nil }
    value = max(-1, min(1, ab / (aa * bb).squareRoot()))
    // Half a step of ρ away from ±1, where artanh ends.
    let n = Double(count)
    let most = 1 - 6 / (n * (n * n - 1))
    let z = atanh(max(-most, min(most, value)))
    let reach =
      Self.normalQuantile(1 - (1 - level) / (2 * Double(asked)))
      * ((1 + value * value / 2) / (n - 3)).squareRoot()
    (lower, upper) = (tanh(z - reach), tanh(z + reach))
  }

  /// Ranks from 1; equal values share the mean of theirs.
  static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
      start = end + 1
    }
    return ranks
  }

  /// q with P(Z < q) = share for a normal Z, by bisection of its distribution.
  static func normalQuantile(_ share: Double) -> Double {
    var (low, high) = (-40.0, 40.0)
    while high - low > 1e-13 * max(1, abs(low)) {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
