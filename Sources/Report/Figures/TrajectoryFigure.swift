// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension Figure {
  /// z and κ of network, manifold and circuit on three trials: the one on which the circuit's z is best, the median
  /// one, and the worst. A trial in which the network's z hardly moves is no best one: there is nothing to follow.
  ///
  /// - Parameters:
  ///   - shown: the outputs that are drawn; `nil` for all.
  ///   - time: how time is counted.
  ///   - manifoldName: what the manifold is, where it is not exact.
  public static func trajectories(
    network: Trajectory, manifold: Trajectory, circuit: Trajectory, outputs shown: [Int]? = nil,
    time: TimeAxis = .steps, manifoldName: String = "exact manifold"
  ) -> Figure {
    let shown = shown ?? Array(0..<network.outputCount)
    let order = circuit.trialsByError(against: network)
    let sizes = network.outputSizes
    let typical = (sizes.reduce(0) { $0 + $1 * $1 } / Double(max(sizes.count, 1))).squareRoot()
    var chosen: [(trial: Int, name: String)] = []
    if let best = order.first(where: { sizes[$0] >= 0.5 * typical }) ?? order.first, let worst = order.last {
      chosen.append((best, "best trial"))
      if order.count > 2 { chosen.append((order[order.count / 2], "median trial")) }
      if order.count > 1 { chosen.append((worst, "worst trial")) }
    }
    var data = FigureData(
      ["step"]
        + (shown.map { "z\($0 + 1)" } + (0..<network.rank).map { "κ\($0 + 1)" })
        .flatMap { name in ["network", "manifold", "circuit"].map { "\(name) of the \($0)" } }
        + ["a data set a trial: \(chosen.map { "\($0.name) \($0.trial + 1)" }.joined(separator: ", "))"])
    let both = [network, manifold, circuit]
    for (trial, _) in chosen {
      for step in 0..<network.steps {
        var row = [Double(step)]
        for o in shown { row += both.map { $0.output(trial: trial, step: step, o) } }
        for r in 0..<network.rank { row += both.map { $0.kappa(trial: trial, step: step, r) } }
        data.row(row)
      }
      data.nextIndex()
    }
    let grid = CourseGrid(
      rank: network.rank, outputs: shown.map { network.outputCount == 1 ? "z" : "z\($0 + 1)" }, time: time)
    var script = grid.head(columns: chosen.count, steps: network.steps)
    for row in grid.labels.indices {
      script += data.range(ofColumnsFrom: 3 * row + 1, count: 3)
      for (column, item) in chosen.enumerated() {
        script += grid.axes(row: row, column: column, title: "\(item.name) (\(item.trial + 1))")
        let first = 3 * row + 2
        script += """
          plot 0 ls 9 notitle, 'trajectories.values' index \(column) using \(time.column):\(first) with lines ls 1 title 'network', \\
            '' index \(column) using \(time.column):\(first + 1) with lines ls 2 title \(quoted(manifoldName)), \\
            '' index \(column) using \(time.column):\(first + 2) with lines ls 3 title 'circuit'

          """
      }
    }
    script += "unset multiplot"
    return Figure(
      name: "trajectories",
      caption:
        "Output and latents of the full network, \(manifoldName == "exact manifold" ? "its" : "the") \(manifoldName) (dashed) and the circuit, on "
        + "the trial the circuit does best on (of those in which z is not small), a median one, and the worst of "
        + "\(network.trials).",
      alternative:
        "Time courses of \(grid.labels.joined(separator: ", ")) for network, manifold and circuit on "
        + chosen.map(\.name).joined(separator: ", ") + ".",
      data: [("values", data.text)], script: script, size: (640, Int(grid.height)))
  }
}
