// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank
import Studies

extension Figure {
  /// Branches of fixed points over a parameter: stable parts drawn through, unstable ones dashed. Limit cycles by their
  /// lowest and highest κ, and, where there is a bootstrap, its intervals as a ribbon.
  public static func bifurcations(
    _ diagram: BifurcationDiagram, cycles: [CycleBranch] = [], bootstrap: BootstrapDiagram? = nil,
    parameter: String, range: ClosedRange<Double>
  ) -> Figure {
    let rank = diagram.branches.first?.points.first?.kappa.count ?? 0
    // Of many outputs the first few: each has its panel.
    let all = diagram.branches.first?.points.first?.outputs.count ?? 0
    let outputs = all > SideBySide.mostShown ? 2 : all
    var data = FigureData(
      [parameter] + (0..<rank).map { "κ\($0 + 1)" } + (0..<outputs).map { "z\($0 + 1)" } + [
        "stable, then unstable"
      ])
    for stable in [true, false] {
      for branch in diagram.branches {
        for (index, point) in branch.points.enumerated() {
          // A piece between points of different stability belongs to both, so that no gap is left.
          let neighbours = [index - 1, index + 1].filter(branch.points.indices.contains)
          if point.isStable == stable || neighbours.contains(where: { branch.points[$0].isStable == stable })
          {
            data.row([point.parameter] + point.kappa + point.outputs.prefix(outputs))
          } else {
            data.gap()
          }
        }
        data.gap()
      }
      data.row([Double](repeating: .nan, count: 1 + rank + outputs))
      data.nextIndex()
    }
    var marks = FigureData([parameter] + (0..<rank).map { "κ\($0 + 1) of a bifurcation" })
    for item in diagram.bifurcations { marks.row([item.parameter] + item.kappa) }
    marks.row([Double](repeating: .nan, count: 1 + rank))
    let turns = Self.extremes(of: cycles, rank: rank)
    let ribbons = Self.ribbons(of: bootstrap, rank: rank)
    let labels =
      (0..<rank).map { rank == 1 ? "κ" : "κ\($0 + 1)" }
      + (0..<outputs).map { all == 1 ? "z" : "z\($0 + 1)" }
    let columns = max(1, min(2, labels.count))
    let rows = max(1, (labels.count + columns - 1) / columns)
    var script = """
      set multiplot layout \(rows),\(columns) margins 0.1,0.98,\(rows == 1 ? 0.2 : 0.12),0.95 spacing 0.13,0.14
      set xrange [\(range.lowerBound):\(range.upperBound)]; set xlabel \(quoted(parameter)) tc rgb ink offset 0,0.4
      set xtics \(tickStep((range.upperBound - range.lowerBound) / 3)); unset key
      """ + "\n"
    for (index, label) in labels.enumerated() {
      let mark =
        index < rank
        ? ", \\\n  'bifurcations.marks' using 1:\(index + 2) with points pt 7 ps 0.9 lc rgb vermillion" : ""
      let ribbon =
        index < rank && bootstrap != nil
        ? "'bifurcations.ribbons' using 1:2:3:4:\(5 + 2 * index):\(6 + 2 * index) with boxxyerror lc rgb blue fs transparent solid 0.18 noborder, \\\n  "
        : ""
      let cycle =
        index < rank && !cycles.isEmpty
        ? [0, 1].flatMap { kind in
          [0, 1].map { end in
            ", \\\n  'bifurcations.cycles' index \(kind) using 1:\(2 + 2 * index + end) with lines lw 2 \(kind == 0 ? "" : "dt (5,4) ")lc rgb green"
          }
        }.joined() : ""
      script += """
        set ylabel \(quoted(label)) tc rgb ink offset 1,0
        plot \(ribbon)'bifurcations.branches' index 0 using 1:\(index + 2) with lines lw 2.2 lc rgb blue, \\
          'bifurcations.branches' index 1 using 1:\(index + 2) with lines lw 1.6 dt (5,4) lc rgb blue\(cycle)\(mark)

        """
    }
    script += "unset multiplot"
    let list = diagram.bifurcations.map { "\($0.kind.rawValue) at \(text($0.parameter, digits: 5))" }
    return Figure(
      name: "bifurcations",
      caption: "Fixed points over \(parameter): stable (drawn through) and unstable (dashed); "
        + (list.isEmpty ? "no bifurcations in this range." : list.joined(separator: ", ") + ".")
        + (cycles.isEmpty ? "" : " Green: lowest and highest κ of limit cycles.")
        + (bootstrap.map { " Ribbon: 5–95 % over \($0.replicates) resamplings of the units. " + $0.summary }
          ?? ""),
      alternative: "Bifurcation diagram over \(parameter) with \(diagram.branches.count) branches; "
        + (list.isEmpty ? "no bifurcations." : list.joined(separator: ", ") + "."),
      data: [
        ("branches", data.text), ("marks", marks.text), ("cycles", turns.text), ("ribbons", ribbons.text),
      ], script: script,
      size: (max(440, 320 * columns), 270 * rows))
  }

  /// Rows (parameter, lowest κ1, highest κ1, …): stable cycles, then unstable ones.
  private static func extremes(of branches: [CycleBranch], rank: Int) -> FigureData {
    var data = FigureData(
      ["parameter"] + (0..<rank).flatMap { ["lowest κ\($0 + 1)", "highest κ\($0 + 1)"] } + [
        "stable, then unstable"
      ])
    for stable in [true, false] {
      for branch in branches {
        // From the Hopf point on, where the cycle has no width.
        if branch.points.first?.cycle.isStable == stable { data.row(branch.start) }
        for (index, point) in branch.points.enumerated() {
          // A piece between cycles of different stability belongs to both, so that no gap is left.
          let neighbours = [index - 1, index + 1].filter(branch.points.indices.contains)
          if point.cycle.isStable == stable
            || neighbours.contains(where: { branch.points[$0].cycle.isStable == stable })
          {
            data.row(
              [point.parameter]
                + (0..<rank).flatMap { [point.cycle.range($0).lowerBound, point.cycle.range($0).upperBound] })
          } else {
            data.gap()
          }
        }
        if branch.points.last?.cycle.isStable == stable { data.row(branch.end) }
        data.gap()
      }
      data.row([Double](repeating: .nan, count: 1 + 2 * rank))
      data.nextIndex()
    }
    return data
  }

  /// Rows for boxes: x, an unused y, left and right end, then lower and upper end of each κ.
  private static func ribbons(of bootstrap: BootstrapDiagram?, rank: Int) -> FigureData {
    var data = FigureData(
      ["parameter", "κ1", "left", "right"]
        + (0..<rank).flatMap { ["5 % of κ\($0 + 1)", "95 % of κ\($0 + 1)"] })
    let slices = bootstrap?.slices ?? []
    let half = slices.count > 1 ? (slices[1].parameter - slices[0].parameter) / 2 : 0
    for slice in slices {
      for ribbon in slice.ribbons {
        guard let intervals = ribbon.intervals else { continue }
        data.row(
          [slice.parameter, ribbon.kappa[0], slice.parameter - half, slice.parameter + half]
            + intervals.flatMap { [$0.lower, $0.upper] })
      }
    }
    data.row([Double](repeating: .nan, count: 4 + 2 * rank))
    return data
  }
}

extension FigureData {
  /// A cycle without width, where a branch of cycles begins or ends at a Hopf point.
  fileprivate mutating func row(_ end: CycleBranch.End) {
    if case .hopf(let parameter, let kappa) = end { row([parameter] + kappa.flatMap { [$0, $0] }) }
  }
}

extension BootstrapDiagram {
  /// How many replicates have the circuit's own topologies, in a sentence.
  fileprivate var summary: String {
    let own = courses.first(where: \.isOwn)?.fraction ?? 0
    return "\(percent(own)) of them pass through the same numbers of fixed points as the circuit."
  }
}
