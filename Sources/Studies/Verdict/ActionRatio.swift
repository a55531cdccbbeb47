// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// How many times as strongly κ follows one input as another, over draws of trials.
///
/// The ratio of two mean actions; its interval comes from drawing the trials again with replacement (percentile bootstrap).
/// Where the weaker action is compatible with zero a ratio has no upper end, and none is given: then `weakShare` says how
/// large the weaker one may be.
public struct ActionRatio: Codable, Sendable, Hashable {
  /// |strong / weak|; `nil` where the weaker action is compatible with zero, or there are too few trials.
  public let value: Double?
  /// The ends of its 90 % interval; `nil` where there is no value.
  public let lower, upper: Double?
  /// The upper end of the 90 % interval of |weak / strong|; `nil` where there are too few trials.
  public let weakShare: Double?

  /// Whether the stronger action is known to be the stronger one, by more than a fifth.
  var isDecided: Bool { lower.map { $0 > 1.2 } ?? ((weakShare ?? 1) <= 0.2) }

  /// How often the trials are drawn again.
  static let draws = 400
  /// Trials without which nothing is said.
  static let fewest = 5

  init(_ strong: [Double], over weak: [Double]) {
    guard strong.count == weak.count, strong.count >= Self.fewest else {
      (value, lower, upper, weakShare) = (nil, nil, nil, nil)
      return
    }
    var stream = RandomStream(seed: 1, purpose: .redraws, stream: UInt64(strong.count))
    var (ratios, least, shares): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<Self.draws {
      var (a, b) = (0.0, 0.0)
      for _ in strong.indices {
        let trial = stream.index(below: strong.count)
        a += strong[trial]
        b += weak[trial]
      }
      ratios.append(abs(a / b))
      shares.append(abs(b / a))
      least.append(b / Double(strong.count))
    }
    least.sort()
    ratios.sort()
    shares.sort()
    func at(_ list: [Double], _ share: Double) -> Double { list[Int(share * Double(list.count - 1))] }
    let size = abs(strong.reduce(0, +) / Double(strong.count))
    weakShare = at(shares, 0.95)
    // Compatible with zero: its interval holds zero, or it is below a thousandth of the other.
    let mean = abs(weak.reduce(0, +) / Double(weak.count))
    if at(least, 0.05) * at(least, 0.95) <= 0 || mean < 1e-3 * size {
      (value, lower, upper) = (nil, nil, nil)
      return
    }
    value = size / mean
    (lower, upper) = (at(ratios, 0.05), at(ratios, 0.95))
  }
}
