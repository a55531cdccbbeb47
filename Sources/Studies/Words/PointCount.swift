// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

/// How many fixed points there are and how many of them are stable, in a few words.
package func pointCount(_ set: FixedPointSet) -> String {
  let stable = set.points.count { $0.isStable }
  return switch set.points.count {
  case 0: "no fixed point"
  case 1: "1 fixed point, \(stable == 1 ? "a stable" : "an unstable") one"
  default: "\(set.points.count) fixed points, \(stable == 0 ? "none" : "\(stable)") of them stable"
  }
}
