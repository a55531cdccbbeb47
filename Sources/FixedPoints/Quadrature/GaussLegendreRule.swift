// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Gauss–Legendre nodes and weights on [0, 1], by Newton's method on the Legendre polynomial.
struct GaussLegendreRule {
  let pairs: [(node: Double, weight: Double)]

  init(_ count: Int) {
    pairs = (1...count).map { index in
      var x = cos(Double.pi * (Double(index) - 0.25) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<8 {
        var (before, current) = (1.0, x)
        for degree in 2...count {
          let next = (Double(2 * degree - 1) * x * current - Double(degree - 1) * before) / Double(degree)
          (before, current) = (current, next)
        }
        slope = Double(count) * (x * current - before) / (x * x - 1)
        x -= current / slope
      }
      return ((1 + x) / 2, 1 / ((1 - x * x) * slope * slope))
    }
  }
}
