// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

extension Figure {
  /// Slopes of the units' rates with respect to task variables, measured against predicted from loadings: one panel per
  /// variable and moment, coloured by population.
  ///
  /// - Parameter limit: how many points a panel shows at most; more units are thinned evenly.
  public static func tuning(_ moments: [Tuning], limit: Int = 250) -> Figure? {
    let lines = moments.map { moment in (moment: moment, rows: moment.rows.filter(moment.isFollowed)) }
      .filter { !$0.rows.isEmpty }
    let panels = lines.flatMap { line in line.rows.map { (line.moment, $0) } }
    guard let count = panels.first?.1.measured.count, count > 0 else { return nil }
    let labels = moments[0].labels
    let populations = max(1, (labels.max() ?? 0) + 1)
    let shown = min(limit, count)
    let units = (0..<shown).map { $0 * count / shown }
    var points = FigureData(
      panels.flatMap { ["\($0.1.name), \($0.0.moment), predicted", "the same measured"] } + [
        "a row a unit, a data set a population"
      ])
    for p in 0..<populations {
      for unit in units where labels.isEmpty || labels[unit] == p {
        points.row(panels.flatMap { [$0.1.predicted[unit], $0.1.measured[unit]] })
      }
      // An empty data set would end the file for gnuplot.
      points.row(panels.flatMap { _ in [Double.nan, Double.nan] })
      points.nextIndex()
    }
    let columns = lines.map(\.rows.count).max() ?? 1
    let rows = lines.count
    let (width, height) = (
      Double(max(460, 70 + 210 * columns)), Double((populations > 1 ? 110 : 80) + 230 * rows)
    )
    var script = """
      set multiplot layout \(rows),\(columns) margins \(80 / width),0.98,\((populations > 1 ? 86 : 56) / height),\(1 - 30 / height) spacing \(56 / width),\(66 / height)
      """ + "\n"
    var panel = 0
    for (line, shown) in lines.enumerated() {
      for (column, row) in shown.rows.enumerated() {
        script += "set title \(quoted("\(row.name), \(shown.moment.moment)")) tc rgb ink font ',11'\n"
        script +=
          line == rows - 1
          ? "set xlabel 'predicted from loadings' tc rgb ink offset 0,0.2\n" : "unset xlabel\n"
        script += column == 0 ? "set ylabel 'measured' tc rgb ink offset 0.5,0\n" : "unset ylabel\n"
        let isKeyed = panel == 0 && populations > 1
        script +=
          isKeyed
          ? "set key at screen 0.5,\(14 / height) center vertical maxrows 1 Left reverse\n" : "unset key\n"
        let most = max(
          1e-9, 1.08 * units.reduce(0) { max($0, abs(row.measured[$1]), abs(row.predicted[$1])) })
        script += "set xrange [\(-most):\(most)]; set yrange [\(-most):\(most)]\n"
        script += "set xtics \(tickStep(most)); set ytics \(tickStep(most))\n"
        var plots = ["x ls 9 notitle"]
        for p in 0..<populations {
          let colour = labels.isEmpty || populations == 1 ? FigureStyle.ink : FigureStyle.colour(p)
          plots.append(
            "'tuning.units' index \(p) using \(2 * panel + 1):\(2 * panel + 2) with points pt 7 ps 0.35 "
              + "lc rgb '\(colour)' notitle")
          // Dots as small as the units' would tell no colours apart.
          if isKeyed {
            plots.append(
              "NaN with points pt 7 ps 1.1 lc rgb '\(colour)' title \(quoted("population \(p + 1)"))")
          }
        }
        script += "plot " + plots.joined(separator: ", \\\n  ") + "\n"
        panel += 1
      }
      for _ in shown.rows.count..<columns { script += "set multiplot next\n" }
    }
    script += "unset multiplot"
    let left = moments.flatMap { $0.rows }.count - panels.count
    return Figure(
      name: "tuning",
      caption:
        "Change of the rate per standard deviation of a task variable, all other variables held: measured in the "
        + "network against predicted from the unit's loadings and κ, for \(shown < count ? "\(shown) of the \(count)" : "all \(count)") units"
        + (populations > 1 ? ", coloured by population" : "") + ". On the line they are equal."
        + (left > 0
          ? " Left out: variables that rates follow by less than a twentieth of what they follow most at that moment."
          : ""),
      alternative: "Measured against predicted tuning of units. "
        + panels.map { moment, row in
          "\(row.name), \(moment.moment): correlation \(text(row.correlation, digits: 3))"
        }.joined(separator: "; ") + ".",
      data: [("units", points.text)], script: script, size: (Int(width), Int(height)))
  }
}
