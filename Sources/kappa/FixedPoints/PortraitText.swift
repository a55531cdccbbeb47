// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Report
import Studies

extension Portrait {
  /// Prints cycles, basins and transitions, as far as they were asked for.
  ///
  /// - Parameter inputs: what the task takes the inputs for.
  func printAttractors(inputs: String?) {
    if let cycles { printCycles(cycles) }
    if let basins { printBasins(basins) }
    if let transitions { printTransitions(transitions, inputs) }
  }

  private func printCycles(_ cycles: [LimitCycle]) {
    Console.heading("Limit cycles")
    if cycles.isEmpty {
      Console.print(
        set.points.first?.kappa.count == 1 ? "  none: at rank 1 nothing turns" : "  none was found")
      return
    }
    var table = Table(
      ["", "period /τ"] + (0..<cycles[0].orbit[0].count).map { "κ\($0 + 1)" } + ["multipliers", ""])
    for (index, cycle) in cycles.enumerated() {
      let ranges = cycle.orbit[0].indices.map { r in
        "\(text(cycle.range(r).lowerBound)) … \(text(cycle.range(r).upperBound))"
      }
      table.add(
        ["c\(index + 1)", text(cycle.period, digits: 6)] + ranges
          + [
            cycle.transverseMultipliers.map(complexText).joined(separator: "  "),
            cycle.isStable ? "stable" : "unstable",
          ])
    }
    table.print()
    Console.print("  found by simulation: there may be more")
  }

  private func printBasins(_ basins: Basins) {
    Console.heading("Basins of attraction")
    var table = Table(["attractor", "share of the grid", "nearest other basin"])
    for (index, attractor) in basins.attractors.enumerated() {
      table.add([
        name(attractor), percent(basins.shares[index]),
        basins.margin(of: index).map { text($0, digits: 3) } ?? "–",
      ])
    }
    if basins.undecided > 0 { table.add(["undecided", percent(basins.undecided), ""]) }
    table.print()
    let box = basins.axes.enumerated().map { r, axis in "|κ\(r + 1)| ≤ \(text(axis.last ?? 0, digits: 3))" }
    Console.print("  over \(box.joined(separator: ", ")), \(basins.axes[0].count) nodes an axis, v at rest")
  }

  private func printTransitions(_ graph: TransitionGraph, _ inputs: String?) {
    Console.heading("Transitions: where each stimulus, followed by rest, moves each attractor")
    if let inputs {
      // A file does not say what its inputs mean: a wrong task with as many of them cannot be told.
      Console.print("  the network's inputs are taken for \(inputs)")
    }
    let names = graph.attractors.map(name)
    var groups: [(destinations: [Int?], names: [String])] = []
    for (condition, destinations) in zip(graph.conditions, graph.destinations) {
      if let index = groups.firstIndex(where: { $0.destinations == destinations }) {
        groups[index].names.append(condition.name)
      } else {
        groups.append((destinations, [condition.name]))
      }
    }
    var table = Table(["stimuli"] + names.map { "from \($0)" })
    for group in groups {
      // Few are listed, of many an example is given: --json has them all.
      let shown =
        group.names.count <= 8 && group.names.joined().count < 70
        ? group.names.joined(separator: "; ") : "\(group.names.count) stimuli, e.g. \(group.names[0])"
      table.add(
        [shown]
          + group.destinations.enumerated().map { from, to in
            to.map { $0 == from ? "stays" : "to \(names[$0])" } ?? "unsettled"
          })
    }
    table.print()
  }
}

/// A complex number for people.
func complexText(_ value: Eigenvalue) -> String {
  if value.imaginary == 0 { return text(value.real) }
  return "\(text(value.real)) \(value.imaginary < 0 ? "-" : "+") \(text(abs(value.imaginary)))i"
}
