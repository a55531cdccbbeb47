// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

extension Figure {
  /// Error of z against the number of populations, one panel a condition of a closure table.
  ///
  /// Rows of one name, ordered by P, are a curve; a name with one row is a point of its own.
  public static func closures(_ table: ClosureTable) -> Figure {
    var names: [String] = []
    for row in table.rows where row.populations != nil && !names.contains(row.name) { names.append(row.name) }
    func error(_ comparison: Comparison) -> Double {
      comparison.outputs.map(\.deviation.relative).max() ?? .nan
    }
    var data = FigureData(
      ["populations"] + table.conditions.map { "relative error of z, \($0)" } + ["a data set a closure"])
    for name in names {
      for row in table.rows where row.name == name {
        data.row([Double(row.populations ?? 0)] + row.comparisons.map { max(error($0), 1e-16) })
      }
      data.nextIndex()
    }
    let errors = table.rows.filter { $0.populations != nil }.flatMap { $0.comparisons.map(error) }
      .filter { $0.isFinite && $0 > 0 }
    let (low, high) = (max((errors.min() ?? 1e-3) / 1.6, 1e-12), max((errors.max() ?? 1) * 1.6, 1e-11))
    let most = table.rows.compactMap(\.populations).max() ?? 1
    let columns = max(1, table.conditions.count)
    var script = """
      set multiplot layout 1,\(columns) margins 0.1,0.985,0.27,0.9 spacing 0.02,0
      set logscale y; set yrange [\(low):\(high)]; set format y '10^{%T}'; set grid ytics lc rgb rule lw 0.6
      set xrange [0.5:\(most).5]; set xtics 1,\(most > 4 ? 2 : 1),\(most); set xlabel 'P' tc rgb ink offset 0,0.4
      """ + "\n"
    for (condition, title) in table.conditions.enumerated() {
      script += "set title \(quoted(title)) tc rgb ink\n"
      script +=
        condition == 0
        ? "set ylabel 'relative error of z' tc rgb ink offset 0.5,0; set key at screen 0.5,0.06 center vertical maxrows 1 Left reverse font ',11'\n"
        : "unset ylabel; set format y ''; unset key\n"
      let plots = names.enumerated().map { index, name in
        let isCurve = table.rows.count { $0.name == name } > 1
        return
          "'closures.values' index \(index) using 1:\(2 + condition) with \(isCurve ? "linespoints lw 1.8 pt \(5 + index)" : "points pt 13") "
          + "ps 1 lc rgb '\(FigureStyle.colour(index))' title \(quoted(name))"
      }
      script += "plot \(plots.isEmpty ? "1/0 notitle" : plots.joined(separator: ", \\\n  "))\n"
    }
    script += "unset multiplot"
    return Figure(
      name: "closures",
      caption:
        "Error of z against the number of populations P, by closure. The first panel's trials are of the kind that fits have "
        + "seen, though none of these; no circuit was made for the other conditions.",
      alternative: table.rows.map { row in
        "\(row.name)\(row.populations.map { ", P = \($0)" } ?? ""): "
          + zip(table.conditions, row.comparisons).map { "\($0) \(percent(error($1)))" }.joined(
            separator: ", ")
      }.joined(separator: "; ") + ".",
      data: [("values", data.text)], script: script, size: (640, 300))
  }
}
