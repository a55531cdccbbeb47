import LowRank

extension Figure {
  /// z and κ of network, manifold and circuit on three trials: the one on which the circuit's z is best, the median
  /// one, and the worst.
  public static func trajectories(network: Trajectory, manifold: Trajectory, circuit: Trajectory) -> Figure {
    let errors = (0..<network.trials).map { trial -> Double in
      let width = network.steps * network.outputCount
      return (0..<width).reduce(0) { sum, i in
        let difference = circuit.outputs[trial * width + i] - network.outputs[trial * width + i]
        return sum + difference * difference
      }
    }
    let order = errors.indices.sorted { errors[$0] < errors[$1] }
    var chosen: [(trial: Int, name: String)] = []
    if let best = order.first, let worst = order.last {
      chosen.append((best, "best trial"))
      if order.count > 2 { chosen.append((order[order.count / 2], "median trial")) }
      if order.count > 1 { chosen.append((worst, "worst trial")) }
    }
    var data = FigureData()
    let both = [network, manifold, circuit]
    for (trial, _) in chosen {
      for step in 0..<network.steps {
        var row = [Double(step)]
        for o in 0..<network.outputCount { row += both.map { $0.output(trial: trial, step: step, o) } }
        for r in 0..<network.rank { row += both.map { $0.kappa(trial: trial, step: step, r) } }
        data.row(row)
      }
      data.nextIndex()
    }
    let labels =
      (0..<network.outputCount).map { network.outputCount == 1 ? "z" : "z\($0 + 1)" }
      + (0..<network.rank).map { network.rank == 1 ? "κ" : "κ\($0 + 1)" }
    let rows = labels.count
    let height = Double(110 + 140 * rows)
    var script = """
      set multiplot layout \(rows),\(max(chosen.count, 1)) margins 0.105,0.98,\(80.0 / height),\(1 - 30.0 / height) spacing 0.035,0.05
      set xrange [0:\(max(network.steps - 1, 1))]
      """ + "\n"
    for (row, label) in labels.enumerated() {
      let values = data.range(ofColumnsFrom: 3 * row + 1)
      script += "set yrange [\(values.lowerBound):\(values.upperBound)]\n"
      for (column, item) in chosen.enumerated() {
        script +=
          row == 0 ? "set title \(quoted("\(item.name) (\(item.trial + 1))")) tc rgb ink\n" : "unset title\n"
        script +=
          column == 0
          ? "set ylabel \(quoted(label)) tc rgb ink offset 0.5,0; set format y\n"
          : "unset ylabel; set format y ''\n"
        script +=
          row == rows - 1
          ? "set xlabel 'step' tc rgb ink offset 0,0.3; set format x\n" : "unset xlabel; set format x ''\n"
        script +=
          row == 0 && column == 0
          ? "set key at screen 0.5,\(14.0 / height) center vertical maxrows 1 Left reverse\n"
          : "unset key\n"
        let first = 3 * row + 2
        script += """
          plot 0 ls 9 notitle, 'trajectories.values' index \(column) using 1:\(first) with lines ls 1 title 'network', \\
            '' index \(column) using 1:\(first + 1) with lines ls 2 title 'exact manifold', \\
            '' index \(column) using 1:\(first + 2) with lines ls 3 title 'circuit'

          """
      }
    }
    script += "unset multiplot"
    return Figure(
      name: "trajectories",
      caption:
        "Output and latents of the full network, its exact manifold (on top of it, dashed) and the circuit, on "
        + "the trial the circuit does best on, a median one, and the worst of \(network.trials).",
      alternative: "Time courses of \(labels.joined(separator: ", ")) for network, manifold and circuit on "
        + chosen.map(\.name).joined(separator: ", ") + ".",
      data: [("values", data.text)], script: script, size: (760, Int(height)))
  }
}

extension FigureData {
  /// The range of three columns over all rows, a little widened.
  fileprivate func range(ofColumnsFrom first: Int) -> ClosedRange<Double> {
    var (low, high) = (Double.infinity, -Double.infinity)
    for line in text.split(separator: "\n") {
      let cells = line.split(separator: " ")
      for cell in cells.dropFirst(first).prefix(3) {
        if let value = Double(cell), value.isFinite { (low, high) = (min(low, value), max(high, value)) }
      }
    }
    guard low <= high else { return -1...1 }
    let margin = max(0.06 * (high - low), 1e-9 * max(abs(low), abs(high)), 1e-12)
    return (low - margin)...(high + margin)
  }
}
