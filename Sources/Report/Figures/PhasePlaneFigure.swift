// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Studies

extension Figure {
  /// Rank 2: flow, nullclines, fixed points and trajectories in the plane (κ1, κ2), one panel an input of the task, with
  /// network and circuit in the same panel.
  ///
  /// - Parameters:
  ///   - network: the network's trajectories.
  ///   - reduced: the circuit's trajectories.
  ///   - inputs: a name for every input channel.
  ///   - time: how time is counted in the panels' names.
  ///   - manifoldName: what the manifold is of, where it is not the network itself.
  public static func phasePlane(
    manifold: ManifoldDynamics, circuit: EffectiveCircuit, portraits: [EpochPortrait], network: Trajectory,
    reduced: Trajectory, inputs: [String] = [], time: TimeAxis = .steps, manifoldName: String = "network"
  ) -> Figure {
    precondition(manifold.rank == 2 && circuit.rank == 2, "a phase plane is for rank 2")
    let panels = portraits.map(\.panel)
    let sets = portraits.map { [$0.manifold, $0.circuit] }
    let motions = portraits.map { [$0.ofManifold.motion, $0.ofCircuit.motion] }
    let counts = sets.map { $0.map(\.points.count) }
    let reach = (0..<2).map { r -> Double in
      var largest = 0.0
      for trajectory in [network, reduced] {
        for i in stride(from: r, to: trajectory.kappa.count, by: 2) {
          largest = max(largest, abs(trajectory.kappa[i]))
        }
      }
      for set in sets.joined() {
        for kappa in set.points.map(\.kappa) + set.continua.flatMap(\.path) {
          largest = max(largest, abs(kappa[r]))
        }
      }
      return 1.12 * max(largest, 1e-6)
    }
    var flow = FigureData("κ1", "κ2", "arrow along κ1", "arrow along κ2; the network's, a data set an input")
    var nullclines = FigureData(
      "κ1", "κ2; data sets by input, network before circuit, nullcline of κ1 before κ2")
    var points = FigureData("κ1", "κ2; data sets by input, network before circuit, stable, saddle, unstable")
    var continua = FigureData("κ1", "κ2; lines and rings of fixed points, by input, network before circuit")
    let (latents, circuitLatents) = (manifold.latentsAlone, circuit.latentsAlone)
    for (index, panel) in panels.enumerated() {
      for dynamics in 0...1 {
        for continuum in sets[index][dynamics].continua {
          for kappa in continuum.path + (continuum.kind == .ring ? [continuum.kappa] : []) {
            continua.row(kappa)
          }
          continua.gap()
        }
        continua.row(.nan, .nan)
        continua.nextIndex()
        let field = PlaneField(reach: reach, cells: 48) { kappa in
          dynamics == 0
            ? latents.linearisation(kappa: kappa, input: panel.input).flow
            : circuitLatents.linearisation(kappa: kappa, input: panel.input).flow
        }
        if dynamics == 0 {
          for arrow in field.arrows(every: 4) { flow.row(arrow) }
          flow.nextIndex()
        }
        for component in 0...1 {
          for segment in field.zeros(of: component) {
            nullclines.row(segment[0], segment[1])
            nullclines.row(segment[2], segment[3])
            nullclines.gap()
          }
          nullclines.row(.nan, .nan)
          nullclines.nextIndex()
        }
        for group in 0..<3 {
          for point in sets[index][dynamics].points where point.group(motions[index][dynamics]) == group {
            points.row(point.kappa)
          }
          points.row(.nan, .nan)
          points.nextIndex()
        }
      }
    }
    var trajectories = FigureData("κ1", "κ2; the network's trials, then the circuit's")
    let shown = min(network.trials, 10)
    for trajectory in [network, reduced] {
      for k in 0..<shown {
        let trial = k * network.trials / shown
        if trial >= trajectory.trials { continue }
        for step in 0..<trajectory.steps {
          trajectories.row((0..<2).map { trajectory.kappa(trial: trial, step: step, $0) })
        }
        trajectories.gap()
      }
      trajectories.nextIndex()
    }
    let layout = PhasePlaneLayout(panels: panels.count)
    let hasContinua = sets.joined().contains { !$0.continua.isEmpty }
    let hasMarginal = sets.joined().contains { $0.points.contains(where: \.isMarginal) }
    return Figure(
      name: "phase",
      caption:
        "Phase portraits under the inputs of the task's epochs: flow of the \(manifoldName) (arrows), nullclines of κ1 (orange) and "
        + "κ2 (green), fixed points, and \(counted(shown, "whole trial")). Drawn through, circles: the \(manifoldName). Dashed, "
        + "diamonds: the circuit. Stable points are filled, saddles\(hasMarginal ? " and marginal ones" : "") half, "
        + "unstable ones open\(hasContinua ? "; thick: lines and rings of fixed points" : "").",
      alternative: "Phase planes of κ1 and κ2: "
        + panels.enumerated().map {
          "\($1.title) with \($1.inputText(inputs)): \(counts[$0][0]) fixed points of the \(manifoldName), \(counts[$0][1]) of the circuit"
        }.joined(separator: "; ") + ".",
      data: [
        ("flow", flow.text), ("nullclines", nullclines.text), ("points", points.text),
        ("trajectories", trajectories.text),
      ] + (hasContinua ? [("continua", continua.text)] : []),
      script: planeScript(panels, reach, layout, inputs, time, hasContinua: hasContinua),
      size: (layout.width, layout.height))
  }

  private static func planeScript(
    _ panels: [TaskPanel], _ reach: [Double], _ layout: PhasePlaneLayout, _ inputs: [String],
    _ time: TimeAxis, hasContinua: Bool
  ) -> String {
    var script = """
      set multiplot
      set xrange [\(-reach[0]):\(reach[0])]; set yrange [\(-reach[1]):\(reach[1])]
      set xtics \(tickStep(reach[0])); set ytics \(tickStep(reach[1])); unset key
      set border 15
      """ + "\n"
    for (index, panel) in panels.enumerated() {
      script += layout.head(
        index, title: time.title(panel), input: panel.inputText(inputs), axes: ["κ1", "κ2"])
      var plots = [
        "'phase.flow' index \(index) using 1:2:3:4 with vectors head size screen 0.011,22 filled lw 1.1 lc rgb faint"
      ]
      for dynamics in 0...1 {
        let block = 4 * index + 2 * dynamics
        let dash = dynamics == 0 ? "lw 1.8" : "lw 1.8 dt (4,3)"
        plots.append("'phase.nullclines' index \(block) using 1:2 with lines \(dash) lc rgb orange")
        plots.append("'' index \(block + 1) using 1:2 with lines \(dash) lc rgb green")
      }
      plots.append("'phase.trajectories' index 0 using 1:2 with lines lw 1.7 lc rgb ink")
      plots.append("'' index 1 using 1:2 with lines lw 0.9 dt (3,3) lc rgb vermillion")
      if hasContinua {
        plots.append("'phase.continua' index \(2 * index) using 1:2 with lines lw 5 lc rgb blue")
        plots.append("'' index \(2 * index + 1) using 1:2 with lines lw 3 dt (4,3) lc rgb vermillion")
      }
      plots += FixedPoint.marks(of: index)
      script += "plot \(plots.joined(separator: ", \\\n  "))\n"
    }
    return script + "unset multiplot"
  }
}

/// Places of square panels, at most two in a row, in pixels.
struct PhasePlaneLayout {
  let panels: Int

  var columns: Int { max(1, min(2, panels)) }
  private var rows: Int { max(1, (panels + columns - 1) / columns) }
  private var side: Double { 262 }
  var width: Int { 58 + Int(side) * columns + 22 * (columns - 1) + 14 }
  var height: Int { 46 + Int(side) * rows + gap * (rows - 1) + 54 }
  private var gap: Int { 56 }

  private func isBottom(_ index: Int) -> Bool { index + columns >= panels }

  /// What stands before the plot of a panel: its place, titles and labels, each where no neighbour says it.
  func head(_ index: Int, title: String, input: String, axes: [String]) -> String {
    place(index)
      + "set title \(quoted(title)) offset 0,0.55 font ',\(title.count > 34 ? 10 : 12)' tc rgb ink\n"
      + "set label 1 \(quoted(input)) at graph 0.5,1.045 center font ',11' tc rgb soft front\n"
      + (isBottom(index)
        ? "set xlabel \(quoted(axes[0])) tc rgb ink offset 0,0.4; set format x\n"
        : "unset xlabel; set format x ''\n")
      + (index % columns == 0
        ? "set ylabel \(quoted(axes[1])) tc rgb ink offset 1.2,0; set format y\n"
        : "unset ylabel; set format y ''\n")
  }

  /// `set margins` of a panel.
  private func place(_ index: Int) -> String {
    let (column, row) = (Double(index % columns), Double(index / columns))
    let left = 58 + column * (side + 22)
    let top = Double(height) - 46 - row * (side + Double(gap))
    return
      "set lmargin at screen \(left / Double(width)); set rmargin at screen \((left + side) / Double(width)); "
      + "set tmargin at screen \(top / Double(height)); set bmargin at screen \((top - side) / Double(height))\n"
  }
}

extension FixedPoint {
  /// How it is marked: 0 stable, 1 saddle or marginal, 2 unstable.
  func group(_ motion: Motion) -> Int {
    let stability = motion.stability(of: self)
    if stability == .stable { return 0 }
    return stability == .marginal || motion.unstableDirections(of: self) < eigenvalues.count ? 1 : 2
  }

  /// Plots of the fixed points under one input, from `phase.points`: circles are the manifold's, diamonds the circuit's.
  static func marks(of input: Int) -> [String] {
    let (blue, vermillion) = ("lc rgb blue", "lc rgb vermillion")
    let styles = [
      ["pt 7 ps 1.2 \(blue)"], ["pt 6 ps 1.2 lw 2 \(blue)", "pt 7 ps 0.5 \(blue)"],
      ["pt 6 ps 1.2 lw 2 \(blue)"], ["pt 13 ps 1 \(vermillion)"],
      ["pt 12 ps 1.3 lw 1.6 \(vermillion)", "pt 13 ps 0.5 \(vermillion)"],
      ["pt 12 ps 1.3 lw 1.6 \(vermillion)"],
    ]
    return styles.enumerated().flatMap { group, styles in
      styles.map { "'phase.points' index \(6 * input + group) using 1:2 with points \($0)" }
    }
  }
}
