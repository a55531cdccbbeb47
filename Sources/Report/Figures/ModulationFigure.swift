// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

extension Figure {
  /// Gains of the populations over time, and how strongly each input acts on each κ, one column a context.
  public static func modulation(
    _ contexts: [ContextModulation], names: CircuitNames, rank: Int, time: TimeAxis = .steps
  )
    -> Figure
  {
    let rows = 1 + min(rank, 2)
    let populations = names.fractions.count
    var data = FigureData(
      ["step"] + (0..<populations).map { "gain of population \($0 + 1)" }
        + (0..<(rows - 1)).flatMap { r in names.evidence.map { "action of \(names.inputs[$0]) on κ\(r + 1)" }
        }
        + ["a data set a context"])
    for context in contexts {
      for (step, gains) in context.gains.enumerated() {
        var row = [Double(step)] + gains
        for r in 0..<(rows - 1) {
          row += names.evidence.map { context.action(on: r, of: $0, at: step) }
        }
        data.row(row)
      }
      data.nextIndex()
    }
    let columns = max(contexts.count, 1)
    let height = Double(150 + 170 * rows)
    let steps = contexts.first?.gains.count ?? 1
    let actions = contexts.flatMap { context in
      (0..<context.actions.count).flatMap { step in
        (0..<(rows - 1)).flatMap { r in names.evidence.map { context.action(on: r, of: $0, at: step) } }
      }
    }
    let (low, high) = (min(actions.min() ?? 0, 0), max(actions.max() ?? 0, 0))
    let margin = max(0.08 * (high - low), 1e-6)
    var script = """
      set multiplot layout \(rows),\(columns) margins 0.1,0.98,\(116 / height),\(1 - 34 / height) spacing 0.05,\(46 / height)
      set xrange [0:\(time.end(steps))]; set xtics \(tickStep(time.end(steps) / (columns > 1 ? 2 : 4)))
      """ + "\n"
    for row in 0..<rows {
      for (column, context) in contexts.enumerated() {
        script += row == 0 ? "set title \(quoted(context.name)) tc rgb ink\n" : "unset title\n"
        let label = row == 0 ? "gain ⟨φ'⟩" : "action on κ\(rank == 1 ? "" : "\(row)")"
        script +=
          column == 0
          ? "set ylabel '\(label.replacing("'", with: "''"))' tc rgb ink offset 0.5,0; set format y\n"
          : "unset ylabel; set format y ''\n"
        script +=
          row == rows - 1
          ? "set xlabel '\(time.label)' tc rgb ink offset 0,0.3; set format x\n"
          : "unset xlabel; set format x ''\n"
        script += row == 0 ? "set yrange [0:1.05]\n" : "set yrange [\(low - margin):\(high + margin)]\n"
        let isKeyed = column == 0 && row < 2
        let place = row == 0 ? 48 : 20
        script +=
          isKeyed
          ? "set key at screen 0.5,\(Double(place) / height) center vertical maxrows 1 Left reverse\n"
          : "unset key\n"
        var plots = ["0 ls 9 notitle"]
        if row == 0 {
          for p in 0..<populations {
            plots.append(
              "'modulation.values' index \(column) using \(time.column):\(2 + p) with lines lw 2.2 lc rgb '\(FigureStyle.colour(p))' "
                + "title \(quoted("population \(p + 1)"))")
          }
        } else {
          for (place, k) in names.evidence.enumerated() {
            let source = 2 + populations + (row - 1) * names.evidence.count + place
            plots.append(
              "'modulation.values' index \(column) using \(time.column):\(source) with lines lw 2.2 dt \(place == 0 ? "1" : "(6,3)") "
                + "lc rgb '\(FigureStyle.colour(4 + 2 * place))' title \(quoted(names.inputs[k]))")
          }
        }
        script += "plot " + plots.joined(separator: ", \\\n  ") + "\n"
      }
    }
    script += "unset multiplot"
    return Figure(
      name: "modulation",
      caption:
        "Above: gain of each population over the trial, mean over trials. Below: how strongly each input acts on κ "
        + "at that moment, ∂(τ dκ/dt)/∂v: the circuit's couplings times these gains, added up over populations.",
      alternative: "Gains and actions of inputs over time for "
        + contexts.map { context in
          context.name + ": mean gains "
            + context.windowGains.map { text($0, digits: 2) }.joined(separator: ", ")
        }.joined(separator: "; ") + ".",
      data: [("values", data.text)], script: script, size: (640, Int(height)))
  }

  /// Through which population each input acts on κ while the stimulus is on: bars for the populations, a mark for their
  /// sum; one panel a context.
  public static func routes(_ contexts: [ContextModulation], names: CircuitNames, rank: Int) -> Figure {
    let populations = names.fractions.count
    let pairs = (0..<rank).flatMap { r in names.evidence.map { (r, $0) } }
    var bars = FigureData("place", "action", "width; a data set a context and population")
    var sums = FigureData("place", "action, all populations; a data set a context")
    let width = 0.8 / Double(populations)
    for context in contexts {
      for p in 0..<populations {
        for (place, pair) in pairs.enumerated() {
          bars.row(
            Double(place) + (Double(p) - Double(populations - 1) / 2) * width,
            context.action(on: pair.0, of: pair.1, through: p), 0.92 * width)
        }
        bars.nextIndex()
      }
      for (place, pair) in pairs.enumerated() {
        sums.row(Double(place), context.action(on: pair.0, of: pair.1))
      }
      sums.nextIndex()
    }
    let values = contexts.flatMap { context in
      pairs.flatMap { pair in
        (0..<populations).map { context.action(on: pair.0, of: pair.1, through: $0) }
          + [context.action(on: pair.0, of: pair.1)]
      }
    }
    let (low, high) = (min(values.min() ?? 0, 0), max(values.max() ?? 0, 0))
    let margin = max(0.08 * (high - low), 1e-6)
    let ticks = pairs.enumerated().map { place, pair in
      "\(quotedTick(names.inputs[pair.1] + (rank == 1 ? "" : " on κ\(pair.0 + 1)"))) \(place)"
    }.joined(separator: ", ")
    var script = """
      set multiplot layout 1,\(max(contexts.count, 1)) margins 0.1,0.98,0.26,0.9 spacing 0.05,0
      set xrange [-0.6:\(pairs.count - 1).6]; set yrange [\(low - margin):\(high + margin)]
      set xtics (\(ticks)) scale 0; set style fill solid 0.85 noborder
      """ + "\n"
    for (index, context) in contexts.enumerated() {
      script += "set title \(quoted(context.name)) tc rgb ink\n"
      script +=
        index == 0
        ? "set ylabel 'action on κ' tc rgb ink offset 0.5,0; set key at screen 0.5,0.07 center vertical maxrows 1 Left reverse\n"
        : "unset ylabel; set format y ''; unset key\n"
      var plots = ["0 ls 9 notitle"]
      for p in 0..<populations {
        plots.append(
          "'routes.bars' index \(index * populations + p) using 1:2:3 with boxes lc rgb '\(FigureStyle.colour(p))' "
            + "title \(quoted("population \(p + 1)"))")
      }
      plots.append("'routes.sums' index \(index) using 1:2 with points pt 13 ps 1.4 lc rgb ink title 'sum'")
      script += "plot " + plots.joined(separator: ", \\\n  ") + "\n"
    }
    script += "unset multiplot"
    return Figure(
      name: "routes",
      caption:
        "Through which population each input acts on κ while the stimulus is on. Bars: what a population adds to "
        + "∂(τ dκ/dt)/∂v; diamond: their sum, which is what κ feels. Bars of opposite sign cancel.",
      alternative: "Action of inputs on κ by population. "
        + contexts.map { context in
          context.name + ": "
            + pairs.map { r, k in
              names.inputs[k] + " " + text(context.action(on: r, of: k), digits: 2)
                + " ("
                + (0..<populations).map { text(context.action(on: r, of: k, through: $0), digits: 2) }
                .joined(separator: ", ") + ")"
            }.joined(separator: "; ")
        }.joined(separator: ". ") + ".",
      data: [("bars", bars.text), ("sums", sums.text)], script: script, size: (640, 330))
  }
}
