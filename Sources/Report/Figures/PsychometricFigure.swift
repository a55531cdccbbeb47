// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension Figure {
  /// Psychometric curves: the network as points, the circuit as lines.
  public static func psychometric(_ curves: [PsychometricCurve], asShare: Bool) -> Figure {
    var panels: [String] = []
    for curve in curves where !panels.contains(curve.panel) { panels.append(curve.panel) }
    var quantities: [String] = []
    for curve in curves where !quantities.contains(curve.quantity) { quantities.append(curve.quantity) }
    var data = FigureData("presented", "network", "circuit", "trials; a data set a curve")
    for curve in curves {
      for (index, level) in curve.levels.enumerated() {
        data.row(level, curve.network[index], curve.circuit[index], Double(curve.counts[index]))
      }
      data.nextIndex()
    }
    let width = Double(max(440, min(760, 380 * panels.count)))
    var script = """
      set multiplot layout 1,\(panels.count) margins \(76 / width),0.97,\(quantities.count > 1 ? 0.29 : 0.25),0.92 spacing 0.05,0
      set offsets graph 0.04, graph 0.04, 0, 0
      \(asShare ? "set yrange [-0.04:1.04]; set ytics 0,0.25,1" : "")
      """ + "\n"
    for (column, panel) in panels.enumerated() {
      let shown = curves.enumerated().filter { $0.element.panel == panel }
      let label = shown.count == 1 ? shown[0].element.quantity : "evidence"
      script += "set xlabel \(quoted(label)) tc rgb ink offset 0,0.4\n"
      script += panels.count > 1 ? "set title \(quoted(panel)) tc rgb ink\n" : ""
      script +=
        column == 0
        ? "set ylabel '\(asShare ? "share of positive decisions" : "mean response z")' tc rgb ink offset 0.5,0; "
          + "set key at screen 0.5,\(quantities.count > 1 ? 0.07 : 0.06) center vertical maxrows \(quantities.count > 1 ? 2 : 1) Left reverse\n"
        : "unset ylabel; set format y ''; unset key\n"
      var plots = [asShare ? "0.5 ls 9 notitle" : "0 ls 9 notitle"]
      for (index, curve) in shown {
        let colour = FigureStyle.colour(
          quantities.count == 1 ? 3 : 4 + 2 * (quantities.firstIndex(of: curve.quantity) ?? 0))
        let name = quantities.count == 1 ? "" : ", " + curve.quantity
        plots.append(
          "'psychometric.values' index \(index) using 1:3 with lines lw 2 lc rgb '\(colour)' title \(quoted("circuit" + name))"
        )
        let ink = quantities.count == 1 ? "ink" : "'\(colour)'"
        plots.append(
          "'' index \(index) using 1:2 with points pt \(index % 2 == 0 ? 7 : 6) ps 1 lw 1.8 lc rgb \(ink) title \(quoted("network" + name))"
        )
      }
      script += "plot " + plots.joined(separator: ", \\\n  ") + "\n"
    }
    script += "unset multiplot"
    let fewest = curves.flatMap(\.counts).min() ?? 0
    let gap = curves.flatMap { zip($0.network, $0.circuit).map { abs($0 - $1) } }.max() ?? 0
    return Figure(
      name: "psychometric",
      caption: (asShare ? "Psychometric curves: share of positive decisions" : "Mean response")
        + " against what was presented, network (points) and circuit (lines); at least \(fewest) trials a point. "
        + (gap == 0
          ? "They do not differ."
          : "They differ by at most \(asShare ? percent(gap) : text(gap, digits: 2))."),
      alternative: curves.map { curve in
        "\([curve.panel, curve.quantity].filter { !$0.isEmpty }.joined(separator: ", ")): "
          + zip(curve.levels, zip(curve.network, curve.circuit)).map {
            "\(text($0, digits: 3)): network \(text($1.0, digits: 2)), circuit \(text($1.1, digits: 2))"
          }.joined(separator: "; ")
      }.joined(separator: ". ") + ".",
      data: [("values", data.text)], script: script, size: (Int(width), 340))
  }
}
