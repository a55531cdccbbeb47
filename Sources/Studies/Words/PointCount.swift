// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

/// How many fixed points there are and how many of them are stable, and what else trajectories may end in, in a few words.
///
/// Stable is what stays under the steps that the network takes, |1 + αλ| < 1 for every eigenvalue; where continuous time
/// says something else, that is said, too. Cycles are those of continuous time, and called so.
package func pointCount(_ set: FixedPointSet, cycles: [LimitCycle] = [], alpha: Double) -> String {
  let stepped = set.points.map { $0.stability(alpha: alpha) }
  let stable = stepped.count { $0 == .stable }
  let flowing = set.points.count { $0.isStable }
  let words =
    switch set.points.count {
    case 0: "no \(set.continua.isEmpty ? "" : "isolated ")fixed point"
    case 1:
      "1 fixed point, \(stable == 1 ? "a stable" : stepped[0] == .marginal ? "a marginal" : "an unstable") one"
    default: "\(set.points.count) fixed points, \(stable == 0 ? "none" : "\(stable)") of them stable"
    }
  let differs = zip(set.points, stepped).contains { $0.stability != $1 }
  let points =
    words
    + (differs
      ? " at steps of α = \(text(alpha)) (in continuous time \(set.points.count == 1 ? set.points[0].stability.rawValue : "\(flowing)"))"
      : "")
  let continua = set.continua.map { "a \($0.kind.rawValue) of them, \($0.across.rawValue) across" }
  let turning = cycleWords(cycles.map { ($0.isStable, $0.period) })
  return ([points] + continua + turning).joined(separator: ", and ")
}

/// Limit cycles in a few words; those of one period, such as two mirror images, are counted.
func cycleWords(_ cycles: [(isStable: Bool, period: Double)]) -> [String] {
  var kinds: [(isStable: Bool, period: String, count: Int)] = []
  for cycle in cycles {
    let period = text(cycle.period, digits: 3)
    if let place = kinds.firstIndex(where: { $0.isStable == cycle.isStable && $0.period == period }) {
      kinds[place].count += 1
    } else {
      kinds.append((cycle.isStable, period, 1))
    }
  }
  return kinds.map { kind in
    let words = kind.isStable ? "stable limit cycle" : "unstable limit cycle"
    let counted = kind.count > 1 ? "\(kind.count) \(words)s" : (kind.isStable ? "a " : "an ") + words
    return "\(counted) of period \(kind.period) τ in continuous time"
  }
}
