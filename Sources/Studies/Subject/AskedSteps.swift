// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Where trials say what z should be: the mask's support, or all steps without a mask.
struct AskedSteps {
  /// Places in the targets, (B, T, O).
  let places: [Int]

  init(_ trials: Trials) {
    places = trials.target.indices.filter { trials.mask.isEmpty || trials.mask[$0] > 0 }
  }

  var isEmpty: Bool { places.isEmpty }

  /// The mean square of values over these steps, or of their differences from others.
  func meanSquare(_ values: [Double], from others: [Double]? = nil) -> Double {
    places.reduce(0) {
      let difference = values[$1] - (others?[$1] ?? 0)
      return $0 + difference * difference
    } / Double(max(places.count, 1))
  }

  /// The share of these steps, of those with a target other than 0, in which values have its sign; 0 where there are none.
  func signAgreement(_ values: [Double], _ target: [Double]) -> Double {
    let asked = places.filter { target[$0] != 0 && $0 < values.count }
    return Double(asked.count { values[$0] * target[$0] > 0 }) / Double(max(asked.count, 1))
  }
}
