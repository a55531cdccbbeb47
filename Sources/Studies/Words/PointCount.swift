// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

/// How many fixed points there are and how many of them are stable, and what else trajectories may end in, in a few words.
package func pointCount(_ set: FixedPointSet, cycles: [LimitCycle] = []) -> String {
  let stable = set.points.count { $0.isStable }
  let points =
    switch set.points.count {
    case 0: "no \(set.continua.isEmpty ? "" : "isolated ")fixed point"
    case 1:
      "1 fixed point, \(stable == 1 ? "a stable" : set.points[0].isMarginal ? "a marginal" : "an unstable") one"
    default: "\(set.points.count) fixed points, \(stable == 0 ? "none" : "\(stable)") of them stable"
    }
  let more =
    set.continua.map { "a \($0.kind.rawValue) of them, \($0.across.rawValue) across" }
    + cycles.map {
      "\($0.isStable ? "a stable" : "an unstable") limit cycle of period \(text($0.period, digits: 3)) τ"
    }
  return ([points] + more).joined(separator: ", and ")
}
