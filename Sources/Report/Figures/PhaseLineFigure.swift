// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Studies

extension Figure {
  /// Rank 1: τ dκ/dt against κ under the inputs of the task, of the exact manifold and of the circuit, with their
  /// fixed points.
  public static func phaseLine(
    manifold: ManifoldDynamics, circuit: EffectiveCircuit, portraits: [EpochPortrait], visited: [Trajectory]
  ) -> Figure {
    precondition(manifold.rank == 1 && circuit.rank == 1, "a phase line is for rank 1")
    let panels = portraits.map(\.panel)
    var reach = visited.flatMap(\.kappa).reduce(0) { max($0, abs($1)) }
    var points: [(panel: Int, dynamics: Int, point: FixedPoint)] = []
    for (index, portrait) in portraits.enumerated() {
      points += portrait.manifold.points.map { (index, 0, $0) }
      points += portrait.circuit.points.map { (index, 1, $0) }
    }
    reach = 1.15 * max(reach, points.reduce(0) { max($0, abs($1.point.kappa[0])) }, 1e-6)
    var curves = FigureData(
      "κ", "τ dκ/dt of the manifold",
      "τ dκ/dt of the circuit; a data set an input: \(panels.map(\.inputText).joined(separator: ", "))")
    for panel in panels {
      for step in 0...240 {
        let kappa = reach * (Double(step) / 120 - 1)
        curves.row(
          kappa, manifold.linearisation(kappa: [kappa], input: panel.input).flow[0],
          circuit.linearisation(kappa: [kappa], input: panel.input).flow[0])
      }
      curves.nextIndex()
    }
    var marks = FigureData(
      "κ of a fixed point", "0; data sets by input, manifold before circuit, stable before unstable")
    for index in panels.indices {
      for dynamics in 0...1 {
        for stable in [true, false] {
          for item in points
          where item.panel == index && item.dynamics == dynamics && item.point.isStable == stable {
            marks.row(item.point.kappa[0], 0)
          }
          marks.row(.nan, .nan)
          marks.nextIndex()
        }
      }
    }
    var script = """
      set multiplot layout 1,2 margins 0.115,0.98,0.34,0.93 spacing 0.07,0
      set xrange [\(-reach):\(reach)]; set xlabel 'κ' tc rgb ink offset 0,0.4
      set ylabel 'τ dκ/dt' tc rgb ink offset 0,0
      stats 'phase.curves' using 2:3 nooutput
      lo = STATS_min_x < STATS_min_y ? STATS_min_x : STATS_min_y
      hi = STATS_max_x > STATS_max_y ? STATS_max_x : STATS_max_y
      set yrange [lo:hi]
      """ + "\n"
    for (dynamics, name) in ["exact manifold", "circuit"].enumerated() {
      var plots = ["0 ls 9 notitle"]
      for (index, panel) in panels.enumerated() {
        let colour = FigureStyle.colour(index)
        plots.append(
          "'phase.curves' index \(index) using 1:\(2 + dynamics) with lines lw 1.8 lc rgb '\(colour)' "
            + "title \(quoted(panel.title + ", " + panel.inputText))")
        let base = 4 * index + 2 * dynamics
        plots.append(
          "'phase.points' index \(base) using 1:2 with points pt 7 ps 0.9 lc rgb '\(colour)' notitle")
        plots.append(
          "'phase.points' index \(base + 1) using 1:2 with points pt 6 ps 0.9 lw 2 lc rgb '\(colour)' notitle"
        )
      }
      script +=
        dynamics == 0
        ? "set key at screen 0.5,0.2 center top maxrows \(max(2, (panels.count + 1) / 2)) Left reverse\n"
        : "unset key; unset ylabel\n"
      script += "set title '\(name)' tc rgb ink\nplot \(plots.joined(separator: ", \\\n  "))\n"
    }
    script += "unset multiplot"
    return Figure(
      name: "phase",
      caption:
        "Phase portrait: the speed of κ against κ under the inputs of the task's epochs. Where a curve crosses "
        + "zero is a fixed point: stable (filled) or unstable (open).",
      alternative: "Flow of κ for "
        + panels.enumerated().map { index, panel in
          let count = points.count { $0.panel == index && $0.dynamics == 0 }
          let other = points.count { $0.panel == index && $0.dynamics == 1 }
          return
            "\(panel.title) at \(panel.inputText): \(count) fixed points of the manifold, \(other) of the circuit"
        }.joined(separator: "; ") + ".",
      data: [("curves", curves.text), ("points", marks.text)], script: script, size: (760, 430))
  }
}
