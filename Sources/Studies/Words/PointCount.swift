// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

/// How many fixed points there are and how many of them are stable, in a few words.
package func pointCount(_ set: FixedPointSet) -> String {
  let stable = set.points.count { $0.isStable }
  let points =
    switch set.points.count {
    case 0: "no \(set.continua.isEmpty ? "" : "isolated ")fixed point"
    case 1:
      "1 fixed point, \(stable == 1 ? "a stable" : set.points[0].isMarginal ? "a marginal" : "an unstable") one"
    default: "\(set.points.count) fixed points, \(stable == 0 ? "none" : "\(stable)") of them stable"
    }
  return set.continua.reduce(points) {
    $0 + ", and a \($1.kind.rawValue) of them, \($1.across.rawValue) across"
  }
}
