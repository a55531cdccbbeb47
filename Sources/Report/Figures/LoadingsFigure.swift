// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension Figure {
  /// Scatter plots of loadings with the ellipses (2 SD) of their populations.
  ///
  /// Shown are the pairs of a weight (n, w) and a drive (m, I) that contribute most to the couplings: those of the
  /// largest overlap, relative to the vectors' sizes.
  ///
  /// - Parameters:
  ///   - network: the network, whose units are the points.
  ///   - statistics: the populations whose ellipses are drawn.
  ///   - labels: the population of every unit, for the colours.
  ///   - limit: how many points a plot shows at most; more units are thinned evenly.
  public static func loadings(
    of network: Network, statistics: ConnectivityStatistics, labels: [Int]? = nil, limit: Int = 400
  ) -> Figure {
    let layout = network.layout
    let loadings = network.loadings
    let pairs = strongestPairs(network, count: 6)
    let populations = statistics.populations
    let units = (0..<min(limit, network.unitCount)).map {
      $0 * network.unitCount / min(limit, network.unitCount)
    }
    let names = layout.vectors.map(\.description)
    let columns = pairs.flatMap { [names[$0.drive], names[$0.weight]] }
    var points = FigureData(columns + ["a row a unit, a data set a population"])
    for p in 0..<(labels == nil ? 1 : populations.count) {
      for unit in units where labels == nil || labels?[unit] == p {
        points.row(pairs.flatMap { [loadings[unit, $0.drive], loadings[unit, $0.weight]] })
      }
      // An empty data set would end the file for gnuplot.
      points.row(pairs.flatMap { _ in [Double.nan, Double.nan] })
      points.nextIndex()
    }
    var ellipses = FigureData(columns + ["ellipse of 2 SD; a data set a population"])
    for population in populations {
      for step in 0...72 {
        let angle = Double(step) * .pi / 36
        ellipses.row(pairs.flatMap { population.ellipse($0.drive, $0.weight, angle: angle) })
      }
      ellipses.nextIndex()
    }
    func spread(_ column: Int) -> Double {
      let values = loadings.column(column)
      return (values.max() ?? 1) - (values.min() ?? 0)
    }
    let width = min(3, pairs.count)
    let rows = max(1, (pairs.count + width - 1) / max(width, 1))
    var script =
      "set multiplot layout \(rows),\(width) margins 0.08,0.98,\(rows > 1 ? 0.1 : 0.2),0.97 spacing 0.11,0.13\nunset key\n"
    for (index, pair) in pairs.enumerated() {
      let (x, y) = (2 * index + 1, 2 * index + 2)
      var plots: [String] = []
      for p in 0..<(labels == nil ? 1 : populations.count) {
        let colour = labels == nil ? FigureStyle.ink : FigureStyle.colour(p)
        plots.append(
          "'loadings.units' index \(p) using \(x):\(y) with points pt 7 ps 0.28 lc rgb '\(colour)' notitle")
      }
      for p in populations.indices {
        plots.append(
          "'loadings.ellipses' index \(p) using \(x):\(y) with lines lw 2 lc rgb '\(FigureStyle.colour(p))' notitle"
        )
      }
      script += """
        set xlabel \(quoted(names[pair.drive])) tc rgb ink offset 0,0.4; set xtics \(tickStep(spread(pair.drive) / 3))
        set ylabel \(quoted(names[pair.weight])) tc rgb ink offset 1,0; set ytics \(tickStep(spread(pair.weight) / 3))
        plot \(plots.joined(separator: ", \\\n  "))

        """
    }
    script += "unset multiplot"
    let which = pairs.map { "\(names[$0.weight]) against \(names[$0.drive])" }.joined(separator: ", ")
    return Figure(
      name: "loadings",
      caption:
        "Loadings of \(units.count < network.unitCount ? "\(units.count) of the \(network.unitCount)" : "the \(network.unitCount)") units, and ellipses of two standard deviations of "
        + (populations.count == 1 ? "the Gaussian" : "the \(populations.count) Gaussian populations")
        + " that stand" + (populations.count == 1 ? "s" : "") + " for them: \(which)."
        + wideNote(statistics, network),
      alternative: "Scatter plots of connectivity loadings with population ellipses: \(which).",
      data: [("units", points.text), ("ellipses", ellipses.text)], script: script,
      size: (640, 60 + 205 * rows))
  }

  /// That ellipses reach beyond the units, where a fit needs wider vectors than the network has.
  private static func wideNote(_ statistics: ConnectivityStatistics, _ network: Network) -> String {
    let layout = statistics.layout
    let loadings = network.loadings
    let wide = (0..<layout.weightCount).filter { a in
      let largest = loadings.column(a).reduce(0) { max($0, abs($1)) }
      return statistics.populations.contains {
        abs($0.mean[a]) + 2 * max($0.covariance[a, a], 0).squareRoot() > largest
      }
    }
    if wide.isEmpty { return "" }
    let names = wide.map { layout.vectors[$0].shortName(in: layout) }.joined(separator: ", ")
    return
      " Along \(names) ellipses reach beyond all units: this circuit is no description of how they are distributed."
  }

  /// Pairs (weight, drive) of the largest |overlap| relative to the sizes of both vectors.
  private static func strongestPairs(_ network: Network, count: Int) -> [(weight: Int, drive: Int)] {
    let layout = network.layout
    let loadings = network.loadings
    func overlap(_ a: Int, _ b: Int) -> Double {
      zip(loadings.column(a), loadings.column(b)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var pairs: [(pair: (weight: Int, drive: Int), strength: Double)] = []
    for a in 0..<layout.weightCount {
      for b in layout.weightCount..<layout.count {
        let size = (overlap(a, a) * overlap(b, b)).squareRoot()
        pairs.append(((a, b), size > 0 ? abs(overlap(a, b)) / size : 0))
      }
    }
    return pairs.sorted { $0.strength > $1.strength }.prefix(count).map(\.pair)
      .sorted { ($0.weight, $0.drive) < ($1.weight, $1.drive) }
  }
}

extension Population {
  /// A point of the 2 SD ellipse of two loadings, from the Cholesky factor of their covariance.
  fileprivate func ellipse(_ a: Int, _ b: Int, angle: Double) -> [Double] {
    let first = max(covariance[a, a], 0).squareRoot()
    let slope = first > 0 ? covariance[a, b] / first : 0
    let rest = max(covariance[b, b] - slope * slope, 0).squareRoot()
    let (x, y) = (2 * cosine(angle), 2 * cosine(angle - .pi / 2))
    return [mean[a] + first * x, mean[b] + slope * x + rest * y]
  }
}
