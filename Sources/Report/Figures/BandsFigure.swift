// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

extension Figure {
  /// z and κ of network and circuit on a few trials, with the bands of the bootstrap and of redrawn networks.
  ///
  /// - Parameters:
  ///   - bands: the bands of some trials.
  ///   - network: the network's course on them.
  ///   - circuit: the circuit's.
  ///   - shown: at most three of the trials, with the names of their columns.
  public static func bands(
    _ bands: TrajectoryBands, network: Trajectory, circuit: Trajectory, shown: [(trial: Int, name: String)],
    time: TimeAxis = .steps
  ) -> Figure {
    let (rank, outputs) = (bands.rank, bands.outputCount)
    // Outputs first, as in the figure of trajectories.
    let quantities = (0..<outputs).map { rank + $0 } + Array(0..<rank)
    func value(_ run: Trajectory, _ trial: Int, _ step: Int, _ quantity: Int) -> Double {
      quantity < rank
        ? run.kappa(trial: trial, step: step, quantity)
        : run.output(trial: trial, step: step, quantity - rank)
    }
    var data = FigureData(
      ["step"]
        + quantities.flatMap { quantity in
          ["network", "circuit", "low, resampled", "high, resampled", "low, redrawn", "high, redrawn"].map {
            "\(quantity < rank ? "κ\(quantity + 1)" : "z\(quantity - rank + 1)") \($0)"
          }
        } + ["a data set a trial"])
    for (trial, _) in shown {
      for step in 0..<bands.steps {
        var row = [Double(step)]
        for quantity in quantities {
          row += [value(network, trial, step, quantity), value(circuit, trial, step, quantity)]
          for band in bands.bands.indices {
            let interval = bands.interval(band, trial: trial, step: step, quantity: quantity)
            row += [interval.lower, interval.upper]
          }
        }
        data.row(row)
      }
      data.nextIndex()
    }
    let grid = CourseGrid(rank: rank, outputs: outputs, time: time)
    var script = grid.head(columns: shown.count, steps: bands.steps)
    for row in grid.labels.indices {
      script += data.range(ofColumnsFrom: 6 * row + 1, count: 6)
      for (column, item) in shown.enumerated() {
        script += grid.axes(row: row, column: column, title: item.name)
        let first = 2 + 6 * row
        script += """
          plot 'bands.values' index \(column) using \(time.column):\(first + 4):\(first + 5) with filledcurves lc rgb orange fs transparent solid 0.3 noborder title 'redrawn networks', \\
            '' index \(column) using \(time.column):\(first + 2):\(first + 3) with filledcurves lc rgb blue fs transparent solid 0.3 noborder title 'resampled units', \\
            0 ls 9 notitle, '' index \(column) using \(time.column):\(first) with lines ls 1 title 'network', \\
            '' index \(column) using \(time.column):\(first + 1) with lines ls 3 title 'circuit'

          """
      }
    }
    script += "unset multiplot"
    let level = percent(bands.level)
    return Figure(
      name: "bands",
      caption:
        "\(level) bands. Blue: circuits of resampled units, how well these units determine the ensemble's course. Orange: "
        + "other networks of the same means and covariances. The network's own course is exact and has no band.",
      alternative: zip(grid.labels, quantities).map { label, quantity in
        "\(label) of the network lies in the band of resampled units at \(percent(bands.bands[0].coverage[quantity])) and in "
          + "that of redrawn networks at \(percent(bands.bands[1].coverage[quantity])) of all steps"
      }.joined(separator: "; ") + ".",
      data: [("values", data.text)], script: script, size: (640, Int(grid.height)))
  }
}
