// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Studies

extension Figure {
  /// Rank 1: trials of κ beside the speed τ dκ/dt under the inputs of each epoch, with one axis of κ for all, so that
  /// trials are seen to end at fixed points.
  ///
  /// - Parameters:
  ///   - visited: trials of the network, and of the circuit.
  ///   - inputs: a name for every input channel.
  ///   - manifoldName: what the manifold is of, where it is not the network itself.
  ///   - time: how time is counted.
  public static func phaseLine(
    manifold: ManifoldDynamics, circuit: EffectiveCircuit, portraits: [EpochPortrait], visited: [Trajectory],
    inputs: [String] = [], time: TimeAxis = .steps, manifoldName: String = "network"
  ) -> Figure {
    precondition(manifold.rank == 1 && circuit.rank == 1, "a phase line is for rank 1")
    let panels = portraits.map(\.panel)
    let fixed = portraits.flatMap { $0.manifold.points + $0.circuit.points }
    let reach =
      1.1
      * max(
        visited.flatMap(\.kappa).reduce(0) { max($0, abs($1)) },
        fixed.reduce(0) { max($0, abs($1.kappa[0])) }, 1e-6)
    var curves = FigureData(
      "κ", "τ dκ/dt of the \(manifoldName)",
      "τ dκ/dt of the circuit; a data set an input: \(panels.map { $0.inputText(inputs) }.joined(separator: "; "))"
    )
    var fastest = 0.0
    let (latents, circuitLatents) = (manifold.latentsAlone, circuit.latentsAlone)
    for panel in panels {
      for step in 0...240 {
        let kappa = reach * (Double(step) / 120 - 1)
        let row = [
          kappa, latents.linearisation(kappa: [kappa], input: panel.input).flow[0],
          circuitLatents.linearisation(kappa: [kappa], input: panel.input).flow[0],
        ]
        fastest = max(fastest, row[1].isFinite ? abs(row[1]) : 0)
        curves.row(row)
      }
      curves.nextIndex()
    }
    var marks = FigureData(
      "κ of a fixed point", "0; data sets by input, network before circuit, stable before unstable")
    for portrait in portraits {
      for found in [portrait.ofManifold, portrait.ofCircuit] {
        for stable in [true, false] {
          for point in found.fixedPoints.points where found.motion.isStable(point) == stable {
            marks.row(point.kappa[0], 0)
          }
          marks.row(.nan, .nan)
          marks.nextIndex()
        }
      }
    }
    // Inputs of one epoch share a panel.
    var titles: [String] = []
    for panel in panels where !titles.contains(panel.title) { titles.append(panel.title) }
    let shown = titles.prefix(4).map { title in panels.indices.filter { panels[$0].title == title } }
    let trials = shownTrials(visited.first)
    let entries = shown.flatMap { $0 }.map { (FigureStyle.colour($0), panels[$0].inputText(inputs)) }
    // Two columns, where the names of inputs leave room.
    let columns = entries.contains { $0.1.count > 30 } ? 1 : 2
    let isSmall = columns == 1
    let headRows = manifoldName == "network" ? 1 : 2
    let layout = PhaseLineLayout(
      panels: shown.count, keyRows: headRows + (entries.count + columns - 1) / columns,
      hasTrials: !trials.isEmpty)
    // Narrow panels have room for three.
    let speedTick = tickStep(1.1 * fastest)
    var script = "set multiplot\nset yrange [\(-reach):\(reach)]; set style line 9 dt 1\n"
    if !trials.isEmpty {
      script += layout.panel(0)
      script += """
        set title 'trials' tc rgb ink; set ylabel 'κ' tc rgb ink offset 1.2,0; set xlabel '\(time.label)' tc rgb ink offset 0,0.4
        set xrange [0:\(time.end(visited[0].steps))]; set xtics \(tickStep(time.end(visited[0].steps) / 2)); unset key
        plot 0 ls 9, 'phase.trials' index 0 using \(time.column):2 with lines lw 3.6 lc rgb faint\(visited.count > 1 ? ", \\\n  '' index 1 using \(time.column):2 with lines lw 1.3 dt (4,3) lc rgb ink" : "")

        """
    }
    for (place, group) in shown.enumerated() {
      var plots: [String] = []
      // The network broad and in colour, the circuit in thin dashes on it; where curves lie on each other, each later one is
      // narrower, so that all are seen.
      for (order, index) in group.enumerated() {
        let width = max(4.4 - 1.3 * Double(order), 1.6)
        plots.append(
          "'phase.curves' index \(index) using 2:1 with lines lw \(width) lc rgb '\(FigureStyle.colour(index))'"
        )
      }
      for index in group {
        let colour = FigureStyle.colour(index)
        plots.append("'phase.curves' index \(index) using 3:1 with lines lw 1.2 dt (4,3) lc rgb ink")
        let styles = ["pt 7 ps 1.1", "pt 6 ps 1.1 lw 2", "pt 13 ps 1.1", "pt 12 ps 1.2 lw 1.6"]
        for (offset, style) in styles.enumerated() {
          plots.append(
            "'phase.points' index \(4 * index + offset) using 2:1 with points \(style) lc rgb '\(colour)'")
        }
      }
      script += layout.panel(place + (trials.isEmpty ? 0 : 1))
      script +=
        "set title \(quoted(titles[place])) font ',\(titles[place].count > 18 ? 10 : 12)' tc rgb ink\n"
      script +=
        "set xrange [\(-1.15 * fastest):\(1.15 * fastest)]; set xtics \(-speedTick),\(speedTick),\(speedTick); set trange [\(-reach):\(reach)]\n"
      script += "set xlabel 'τ dκ/dt' tc rgb ink offset 0,0.4\n"
      script +=
        place == 0 && trials.isEmpty
        ? "set ylabel 'κ' tc rgb ink offset 1.2,0; set format y\n" : "unset ylabel; set format y ''\n"
      script += "unset key; set arrow 1 from 0,graph 0 to 0,graph 1 nohead ls 9 back\n"
      script += "plot \(plots.joined(separator: ", \\\n  "))\n"
    }
    script += """
      unset border; unset tics; unset xlabel; unset ylabel; unset title; unset arrow 1
      set lmargin at screen 0; set rmargin at screen 1; set xrange [0:1]

      """
    script += key(
      [
        "lw 3.6 lc rgb faint title \(quoted(manifoldName == "network" ? "network" : "network (its flow: \(manifoldName.replacing("network ", with: "")))"))",
        "lw 1.3 dt (4,3) lc rgb ink title 'circuit'",
      ],
      columns: manifoldName == "network" ? 2 : 1, top: layout.keyTop(row: 0))
    script += key(
      entries.map { "lw 3 lc rgb '\($0.0)' title \(quoted($0.1))" }, columns: columns,
      top: layout.keyTop(row: headRows), font: isSmall ? 10 : 11)
    script += "unset multiplot"
    // Narrow panels have no room for the time of their epoch.
    let times = titles.prefix(4).compactMap { title -> String? in
      let named = panels.first { $0.title == title }.map(time.title) ?? title
      return named == title ? nil : named
    }
    return Figure(
      name: "phase",
      caption: (trials.isEmpty ? "" : "Left: κ of \(trials.count) trials. ")
        + "\(trials.isEmpty ? "S" : "Beside it: s")peed of κ under the inputs of each epoch. Where a curve meets the zero line is "
        + "a fixed point, stable (filled) or unstable (open); circles belong to the \(manifoldName), diamonds to the circuit."
        + (times.isEmpty ? "" : " Epochs: \(times.joined(separator: "; "))."),
      alternative: "Flow of κ for "
        + portraits.map {
          "\($0.panel.title) with \($0.panel.inputText(inputs)): \(counted($0.manifold.points.count, "fixed point")) of the "
            + "\(manifoldName), \($0.circuit.points.count) of the circuit"
        }.joined(separator: "; ") + ".",
      data: [("curves", curves.text), ("points", marks.text)]
        + (trials.isEmpty ? [] : [("trials", trialData(visited, trials).text)]),
      script: script, size: (layout.width, layout.height))
  }

  /// A dozen trials, spread evenly over all.
  private static func shownTrials(_ trajectory: Trajectory?) -> [Int] {
    guard let trajectory, trajectory.trials > 0 else { return [] }
    let count = min(12, trajectory.trials)
    return (0..<count).map { $0 * trajectory.trials / count }
  }

  /// A key of lines, filled row by row.
  private static func key(_ lines: [String], columns: Int, top: Double, font: Int = 11) -> String {
    let rows = (lines.count + columns - 1) / columns
    // gnuplot fills columns from above.
    let ordered = (0..<columns).flatMap { column in
      stride(from: column, to: lines.count, by: columns).map { lines[$0] }
    }
    return """
      set key at screen 0.5,\(top) center top maxrows \(rows) Left reverse font ',\(font)'\(font < 11 ? " samplen 1.5" : "")
      plot \(ordered.map { "NaN with lines \($0)" }.joined(separator: ", \\\n  "))

      """
  }

  private static func trialData(_ visited: [Trajectory], _ trials: [Int]) -> FigureData {
    var data = FigureData("step", "κ; a data set a dynamics: network, circuit; a curve a trial")
    for trajectory in visited.prefix(2) {
      for trial in trials where trial < trajectory.trials {
        for step in 0..<trajectory.steps {
          data.row(Double(step), trajectory.kappa(trial: trial, step: step, 0))
        }
        data.gap()
      }
      data.nextIndex()
    }
    return data
  }
}

/// Places of the panels of a phase line, in pixels.
private struct PhaseLineLayout {
  let panels, keyRows: Int
  let hasTrials: Bool

  var width: Int { 570 }
  var height: Int { 308 + 18 * keyRows }
  private var bottom: Int { 60 + 18 * keyRows }

  /// `set margins` of a panel; the first is that of the trials, and wider.
  func panel(_ index: Int) -> String {
    let (left, right, gap) = (58.0, 12.0, 16.0)
    let first = hasTrials ? 1.35 : 0
    let unit =
      (Double(width) - left - right - gap * (Double(panels) - (hasTrials ? 0 : 1))) / (Double(panels) + first)
    let start =
      index == 0
      ? left
      : left
        + (hasTrials ? first * unit + gap + Double(index - 1) * (unit + gap) : Double(index) * (unit + gap))
    let end = start + (index == 0 && hasTrials ? first : 1) * unit
    func share(_ x: Double) -> Double { x / Double(width) }
    return "set lmargin at screen \(share(start)); set rmargin at screen \(share(end)); "
      + "set tmargin at screen \(1 - 26.0 / Double(height)); set bmargin at screen \(Double(bottom) / Double(height))\n"
  }

  /// Where a row of the keys begins, as a share of the height.
  func keyTop(row: Int) -> Double { Double(18 * (keyRows - row) + 4) / Double(height) }
}

/// A distance of tics, 1, 2 or 5 times a power of ten, just below a value.
func tickStep(_ most: Double) -> Double {
  guard most > 0, most.isFinite else { return 1 }
  var step = 1.0
  while step > most { step /= 10 }
  while 10 * step <= most { step *= 10 }
  return most / step >= 5 ? 5 * step : most / step >= 2 ? 2 * step : step
}
