// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The explicit Runge–Kutta method of order 8 with eleven stages of Cooper and Verner (SIAM J. Numer. Anal. 9, 1972).
///
/// A turn of a cycle takes a few dozen of its steps where the classical method needs hundreds for the same error.
enum RungeKutta8 {
  private static let root = 21.0.squareRoot()

  /// What each stage takes of the slopes before it.
  private static let stages: [[Double]] = {
    let s = root
    return [
      [],
      [1.0 / 2],
      [1.0 / 4, 1.0 / 4],
      [1.0 / 7, (-7 - 3 * s) / 98, (21 + 5 * s) / 49],
      [(11 + s) / 84, 0, (18 + 4 * s) / 63, (21 - s) / 252],
      [(5 + s) / 48, 0, (9 + s) / 36, (-231 + 14 * s) / 360, (63 - 7 * s) / 80],
      [
        (10 - s) / 42, 0, (-432 + 92 * s) / 315, (633 - 145 * s) / 90, (-504 + 115 * s) / 70,
        (63 - 13 * s) / 35,
      ],
      [1.0 / 14, 0, 0, 0, (14 - 3 * s) / 126, (13 - 3 * s) / 63, 1.0 / 9],
      [
        1.0 / 32, 0, 0, 0, (91 - 21 * s) / 576, 11.0 / 72, (-385 - 75 * s) / 1152, (63 + 13 * s) / 128,
      ],
      [
        1.0 / 14, 0, 0, 0, 1.0 / 9, (-733 - 147 * s) / 2205, (515 + 111 * s) / 504, (-51 - 11 * s) / 56,
        (132 + 28 * s) / 245,
      ],
      [
        0, 0, 0, 0, (-42 + 7 * s) / 18, (-18 + 28 * s) / 45, (-273 - 53 * s) / 72, (301 + 53 * s) / 72,
        (28 - 28 * s) / 45, (49 - 7 * s) / 18,
      ],
    ]
  }()

  private static let weights: [Double] = [
    1.0 / 20, 0, 0, 0, 0, 0, 0, 49.0 / 180, 16.0 / 45, 49.0 / 180, 1.0 / 20,
  ]

  /// The state after one step of length h.
  static func step(_ state: [Double], _ h: Double, _ slope: ([Double]) -> [Double]) -> [Double] {
    var slopes: [[Double]] = []
    slopes.reserveCapacity(stages.count)
    for stage in stages { slopes.append(slope(moved(state, h, stage, slopes))) }
    return moved(state, h, weights, slopes)
  }

  private static func moved(_ state: [Double], _ h: Double, _ shares: [Double], _ slopes: [[Double]])
    -> [Double]
  {
    var result = state
    for (share, slope) in zip(shares, slopes) where share != 0 {
      for i in result.indices { result[i] += h * share * slope[i] }
    }
    return result
  }
}
