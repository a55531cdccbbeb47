// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension Figure {
  /// Heat maps of the covariances, one a population: colour is the correlation, the number is the covariance.
  ///
  /// At most six populations are drawn, the largest ones.
  public static func covariances(of statistics: ConnectivityStatistics) -> Figure {
    let vectors = statistics.layout.shownVectors
    let names = vectors.map(\.description)
    let count = names.count
    let order = statistics.populations.indices.sorted {
      statistics.populations[$0].fraction > statistics.populations[$1].fraction
    }.prefix(6).sorted()
    var cells = FigureData(
      "column", "row", "colour of the correlation", "covariance",
      "colour of the text; a data set a population")
    var script = ""
    let columns = min(order.count, count > 7 ? 2 : 3)
    let rows = (order.count + columns - 1) / columns
    script += "set multiplot layout \(rows),\(columns) spacing 0.08,0.1\nunset key; unset border\n"
    // Two digits, without the zero before the point: wider numbers would run into each other.
    script +=
      "digits(x) = abs(x) >= 9.95 ? sprintf('%.0f', abs(x)) : abs(x) >= 0.995 ? sprintf('%.1f', abs(x)) : (s = sprintf('%.2f', abs(x)), s[2:])\n"
      + "short(x) = abs(x) < 0.005 ? '0' : (x < 0 ? '−' : '') . digits(x)\n"
    let ticks = names.enumerated().map { "\(quotedTick($1)) \($0)" }.joined(separator: ", ")
    script += """
      set xtics (\(ticks)) scale 0; set ytics (\(ticks)) scale 0
      set xrange [-0.5:\(count).5-1]; set yrange [\(count).5-1:-0.5]; set size ratio 1
      """ + "\n"
    for (position, index) in order.enumerated() {
      let population = statistics.populations[index]
      for i in 0..<count {
        for j in 0..<count {
          let (a, b) = (vectors[i], vectors[j])
          let size = (population.covariance(a, a) * population.covariance(b, b)).squareRoot()
          let correlation = size > 0 ? population.covariance(a, b) / size : 0
          cells.row(
            Double(j), Double(i), Double(blend(correlation)), population.covariance(a, b),
            abs(correlation) > 0.6 ? 0xFFFFFF : 0x12161C)
        }
      }
      cells.nextIndex()
      let title =
        statistics.populations.count == 1
        ? "all units" : "population \(index + 1), \(percent(population.fraction)) of the units"
      script += """
        set title \(quoted(title)) tc rgb ink
        plot 'covariances.cells' index \(position) using 1:2:(0.48):(0.48):3 with boxxyerror lc rgb variable fs solid 1 noborder notitle, \\
          '' index \(position) using 1:2:(short($4)):5 with labels tc rgb variable font ',\(count > 7 ? 7 : count > 5 ? 9 : 11)' notitle

        """
    }
    script += "unset multiplot"
    return Figure(
      name: "covariances",
      caption: "Covariances of the loadings"
        + (statistics.populations.count == 1 ? "" : " in each population")
        + ". Colour: correlation, from −1 (vermillion) over 0 (white) to 1 (blue).",
      alternative: "Heat maps of the covariance matrix of \(names.joined(separator: ", ")).",
      data: [("cells", cells.text)], script: script,
      // Panels are square: one alone gets no room for others.
      size: columns == 1 ? (420, 420 * rows) : (760, max(360, 760 / columns) * rows))
  }

  /// 0xRRGGBB, none of which a page puts its own colours in place of: cells stay as light on a dark page.
  /// Between vermillion (-1), white (0) and blue (1).
  private static func blend(_ value: Double) -> Int {
    // A constant vector correlates with nothing; NaN is shown as that.
    let share = value.isNaN ? 0 : min(abs(value), 1)
    let end: [Double] = value < 0 ? [0xD4, 0x5D, 0x01] : [0x01, 0x71, 0xB1]
    return end.reduce(0) { $0 * 256 + Int((255 + ($1 - 255) * share).rounded()) }
  }
}
