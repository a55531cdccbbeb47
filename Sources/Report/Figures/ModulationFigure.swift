// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

extension Figure {
  /// Gains of the populations over time, and how strongly each input acts on each κ, one column a context: of the network
  /// where they are known, and of the circuit.
  public static func modulation(
    _ contexts: [ContextModulation], network: [NetworkGains.Context]? = nil, names: CircuitNames, rank: Int,
    time: TimeAxis = .steps
  ) -> Figure {
    let shownRanks = min(rank, 2)
    let rows = 1 + shownRanks
    let populations = names.fractions.count
    let hasGains = network?.allSatisfy { $0.gainCourse.first?.count == populations } ?? false
    let pairs = (0..<shownRanks).flatMap { r in names.evidence.map { (r, $0) } }
    var data = FigureData(
      ["step"] + (0..<populations).map { "gain of population \($0 + 1), circuit" }
        + pairs.map { "action of \(names.inputs[$1]) on κ\($0 + 1), circuit" }
        + (0..<populations).map { "gain of population \($0 + 1)'s units, network" }
        + pairs.map { "action of \(names.inputs[$1]) on κ\($0 + 1), network; a data set a context" })
    var (gains, actions): ([Double], [Double]) = ([], [])
    let inputCount = (contexts.first?.place(on: 1, of: 0, through: 0) ?? 0) / max(populations, 1)
    for (index, context) in contexts.enumerated() {
      for (step, circuitGains) in context.gains.enumerated() {
        let own = network.map { $0[index] }
        let ownGains =
          hasGains ? own?.gainCourse[step] ?? [] : [Double](repeating: .nan, count: populations)
        let circuitActions = pairs.map { context.action(on: $0, of: $1, at: step) }
        let ownActions = pairs.map { r, k in own?.actionCourse[step][r * inputCount + k] ?? .nan }
        gains += (circuitGains + ownGains).filter(\.isFinite)
        actions += (circuitActions + ownActions).filter(\.isFinite)
        data.row([Double(step)] + circuitGains + circuitActions + ownGains + ownActions)
      }
      data.nextIndex()
    }
    let columns = max(contexts.count, 1)
    let height = Double(166 + 170 * rows)
    let steps = contexts.first?.gains.count ?? 1
    func range(_ values: [Double], zero: Bool) -> String {
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      let (first, last) = zero ? (min(low, 0), max(high, 0)) : (low, high)
      let margin = max(0.08 * (last - first), 1e-6)
      return "set yrange [\(first - margin):\(last + margin)]\n"
    }
    // Drawn through is the network, dashed the circuit; alone, the circuit is drawn through.
    func dash(_ isCircuit: Bool, _ hasBoth: Bool) -> String { isCircuit && hasBoth ? "dt (5,3)" : "dt 1" }
    var script = """
      set multiplot layout \(rows),\(columns) margins 0.1,0.98,\(132 / height),\(1 - 34 / height) spacing 0.05,\(46 / height)
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
        script += row == 0 ? range(gains, zero: false) : range(actions, zero: true)
        let isKeyed = column == 0 && row < 2
        let place = row == 0 ? 56 : 34
        script +=
          isKeyed
          ? "set key at screen 0.5,\(Double(place) / height) center vertical maxrows 1 Left reverse\n"
          : "unset key\n"
        var plots = ["0 ls 9 notitle"]
        func plot(_ source: Int, _ colour: String, _ isCircuit: Bool, _ hasBoth: Bool, _ title: String?) {
          plots.append(
            "'modulation.values' index \(column) using \(time.column):\(source) with lines lw \(isCircuit ? "1.8" : "2.2") "
              + "\(dash(isCircuit, hasBoth)) lc rgb '\(colour)' "
              + (title.map { "title \(quoted($0))" } ?? "notitle"))
        }
        if row == 0 {
          for p in 0..<populations {
            let title = populations > 1 ? "population \(p + 1)" : "gain"
            if hasGains {
              plot(2 + populations + pairs.count + p, FigureStyle.colour(p), false, true, title)
            }
            plot(2 + p, FigureStyle.colour(p), true, hasGains, hasGains ? nil : title)
          }
        } else {
          for (place, k) in names.evidence.enumerated() {
            let source = 2 + populations + (row - 1) * names.evidence.count + place
            let colour = FigureStyle.colour(4 + 2 * place)
            if network != nil {
              plot(source + populations + pairs.count, colour, false, true, names.inputs[k])
            }
            plot(source, colour, true, network != nil, network == nil ? names.inputs[k] : nil)
          }
        }
        script += "plot " + plots.joined(separator: ", \\\n  ") + "\n"
      }
    }
    if network != nil {
      script += """
        unset border; unset tics; unset xlabel; unset ylabel; unset title
        set lmargin at screen 0; set rmargin at screen 1; set xrange [0:1]; set yrange [0:1]
        set key at screen 0.5,\(12 / height) center vertical maxrows 1 Left reverse
        plot NaN with lines lw 2.2 lc rgb ink title 'network', NaN with lines lw 1.8 dt (5,3) lc rgb ink title 'circuit'

        """
    }
    script += "unset multiplot"
    return Figure(
      name: "modulation",
      caption:
        "Above: gain of each population over the trial, mean over trials"
        + (hasGains ? " (network: mean φ' of its units)" : "")
        + ". Below: how strongly each input acts on κ at that moment, ∂(τ dκ/dt)/∂v"
        + (network != nil ? "; drawn through the network, dashed the circuit." : " in the circuit."),
      alternative: "Gains and actions of inputs over time for "
        + contexts.map { context in
          context.name + ": mean gains of the circuit "
            + context.windowGains.map { text($0, digits: 2) }.joined(separator: ", ")
        }.joined(separator: "; ") + ".",
      data: [("values", data.text)], script: script, size: (640, Int(height)))
  }

  /// Through which population each input acts on κ: bars for the populations, a mark for their sum; one panel a context.
  ///
  /// - Parameter window: when the windows are; the step before them is shown where every trial has one.
  public static func routes(
    _ contexts: [ContextModulation], names: CircuitNames, rank: Int,
    window: String = "while the stimulus is on"
  ) -> Figure {
    let isOnset = contexts.allSatisfy { $0.onset != nil }
    func part(_ context: ContextModulation, _ pair: (Int, Int), _ p: Int) -> Double {
      let place = context.place(on: pair.0, of: pair.1, through: p)
      return isOnset ? context.onset?.actions[place] ?? .nan : context.windowActions[place]
    }
    func sum(_ context: ContextModulation, _ pair: (Int, Int)) -> Double {
      names.fractions.indices.reduce(0) { $0 + part(context, pair, $1) }
    }
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
            part(context, pair, p), 0.92 * width)
        }
        bars.nextIndex()
      }
      for (place, pair) in pairs.enumerated() {
        sums.row(Double(place), sum(context, pair))
      }
      sums.nextIndex()
    }
    let values = contexts.flatMap { context in
      pairs.flatMap { pair in
        (0..<populations).map { part(context, pair, $0) } + [sum(context, pair)]
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
        "Action of each input on κ in the circuit \(isOnset ? "just before the stimulus" : window). Bars: what a population "
        + "adds to ∂(τ dκ/dt)/∂v; diamond: their sum, which is what κ feels. Bars of opposite sign cancel.",
      alternative: "Action of inputs on κ by population. "
        + contexts.map { context in
          context.name + ": "
            + pairs.map { r, k in
              names.inputs[k] + " " + text(sum(context, (r, k)), digits: 2)
                + " ("
                + (0..<populations).map { text(part(context, (r, k), $0), digits: 2) }
                .joined(separator: ", ") + ")"
            }.joined(separator: "; ")
        }.joined(separator: ". ") + ".",
      data: [("bars", bars.text), ("sums", sums.text)], script: script, size: (640, 330))
  }
}
