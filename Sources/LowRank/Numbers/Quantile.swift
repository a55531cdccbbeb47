// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension [Double] {
  /// The quantile of a sorted sample that is not empty, interpolated linearly.
  package func quantile(_ share: Double) -> Double {
    precondition(!isEmpty, "an empty sample has no quantiles")
    let position = share * Double(count - 1)
    let low = Int(position)
    let high = Swift.min(low + 1, count - 1)
    return self[low] + (position - Double(low)) * (self[high] - self[low])
  }
}
