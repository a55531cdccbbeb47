// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

/// How many fixed points there are, or at least are where it is not proven that all were found, how many of them are stable, and what else trajectories may end in, in a few words.
///
/// Stable is what stays under the steps that the network takes, |1 + αλ| < 1 for every eigenvalue; where continuous time
/// says something else, that is said, too. Cycles are those of the steps where they are not small, and else those of
/// continuous time, and called so.
package func pointCount(_ found: AttractorSearch.Found, alpha: Double) -> String {
  let set = found.fixedPoints
  let steps = Motion.steps(alpha: alpha)
  let stepped = set.points.map { $0.stability(alpha: alpha) }
  let stable = stepped.count { $0 == .stable }
  let flowing = set.points.count { $0.isStable }
  let least = set.isComplete ? "" : "at least "
  let words =
    switch set.points.count {
    case 0:
      "no \(set.continua.isEmpty ? "" : "isolated ")fixed point\(set.isComplete ? "" : " that a search found")"
    case 1:
      "\(least)1 fixed point, \(stable == 1 ? "a stable" : stepped[0] == .marginal ? "a marginal" : "an unstable") one"
    default:
      "\(least)\(set.points.count) fixed points, "
        + "\(stable == 0 ? (set.isComplete ? "none" : "none found") : "\(least)\(stable)") of them stable"
    }
  let differs = zip(set.points, stepped).contains { $0.stability != $1 }
  let points =
    words
    + (differs
      ? " at steps of α = \(text(alpha)) (in continuous time \(set.points.count == 1 ? set.points[0].stability.rawValue : "\(flowing)"))"
      : "")
  let continua = set.continua.map { continuum in
    let across = steps.stability(across: continuum)
    let flowing = across == continuum.across ? "" : " (in continuous time \(continuum.across.rawValue))"
    return "a \(continuum.kind.rawValue) of them, \(across.rawValue) across\(flowing)"
  }
  let turning =
    found.motion == .continuous
    ? cycleWords(found.cycles.map { ($0.isStable, $0.period) }) : stepCycleWords(found.stepCycles)
  return ([points] + continua + turning).joined(separator: ", and ")
}

/// Limit cycles in a few words; those of one period, such as two mirror images, are counted.
func cycleWords(_ cycles: [(isStable: Bool, period: Double)]) -> [String] {
  told(
    cycles.map { cycle in
      (
        (cycle.isStable ? "stable" : "unstable") + " limit cycle",
        " of period \(text(cycle.period, digits: 3)) τ in continuous time"
      )
    })
}

/// What a network's own steps turn in, in a few words.
package func stepCycleWords(_ cycles: [StepCycle]) -> [String] {
  told(
    cycles.map { cycle in
      switch cycle.kind {
      case .periodic:
        ((cycle.isStable ? "stable" : "unstable") + " cycle", " of \(Int(cycle.period ?? 0)) steps")
      case .curve:
        (
          "closed curve",
          " that steps go around"
            + (cycle.period.map { " in \(text($0, digits: 3)) steps" } ?? "") + ", never back exactly"
        )
      case .irregular: ("irregular set", " over which steps wander")
      }
    })
}

/// Equal things are said once, with their number.
private func told(_ things: [(name: String, rest: String)]) -> [String] {
  var kinds: [(name: String, rest: String, count: Int)] = []
  for thing in things {
    if let place = kinds.firstIndex(where: { $0.name == thing.name && $0.rest == thing.rest }) {
      kinds[place].count += 1
    } else {
      kinds.append((thing.name, thing.rest, 1))
    }
  }
  return kinds.map { kind in
    let article = "aeiou".contains(kind.name.prefix(1)) ? "an " : "a "
    return (kind.count > 1 ? "\(kind.count) \(kind.name)s" : article + kind.name) + kind.rest
  }
}
