// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Studies

extension Figure {
  /// Rank 2: flow, nullclines, fixed points and trajectories in the plane (κ1, κ2), the exact manifold above the
  /// circuit, one column an input of the task.
  ///
  /// - Parameters:
  ///   - network: the network's trajectories; those are drawn above.
  ///   - reduced: the circuit's trajectories; those are drawn below.
  public static func phasePlane(
    manifold: ManifoldDynamics, circuit: EffectiveCircuit, portraits: [EpochPortrait], network: Trajectory,
    reduced: Trajectory
  ) -> Figure {
    precondition(manifold.rank == 2 && circuit.rank == 2, "a phase plane is for rank 2")
    let panels = portraits.map(\.panel)
    let sets = portraits.map { [$0.manifold, $0.circuit] }
    let counts = sets.map { $0.map(\.points.count) }
    let reach = (0..<2).map { r -> Double in
      var largest = 0.0
      for trajectory in [network, reduced] {
        for i in stride(from: r, to: trajectory.kappa.count, by: 2) {
          largest = max(largest, abs(trajectory.kappa[i]))
        }
      }
      for set in sets.joined() { for point in set.points { largest = max(largest, abs(point.kappa[r])) } }
      return 1.12 * max(largest, 1e-6)
    }
    var flow = FigureData(
      "κ1", "κ2", "arrow along κ1", "arrow along κ2; data sets by input, manifold before circuit")
    var nullclines = FigureData(
      "κ1", "κ2; data sets by input, manifold before circuit, nullcline of κ1 before κ2")
    var points = FigureData("κ1", "κ2; data sets by input, manifold before circuit, stable, saddle, unstable")
    for (index, panel) in panels.enumerated() {
      for dynamics in 0...1 {
        let at: ([Double]) -> [Double] = { kappa in
          dynamics == 0
            ? manifold.linearisation(kappa: kappa, input: panel.input).flow
            : circuit.linearisation(kappa: kappa, input: panel.input).flow
        }
        let field = PlaneField(reach: reach, cells: 48, flow: at)
        for arrow in field.arrows(every: 4) { flow.row(arrow) }
        flow.nextIndex()
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
          for point in sets[index][dynamics].points where point.group == group { points.row(point.kappa) }
          points.row(.nan, .nan)
          points.nextIndex()
        }
      }
    }
    var trajectories = FigureData("κ1", "κ2; the network's trials, then the circuit's")
    for trajectory in [network, reduced] {
      let shown = min(trajectory.trials, 10)
      for k in 0..<shown {
        let trial = k * trajectory.trials / shown
        for step in 0..<trajectory.steps {
          trajectories.row((0..<2).map { trajectory.kappa(trial: trial, step: step, $0) })
        }
        trajectories.gap()
      }
      trajectories.nextIndex()
    }
    return Figure(
      name: "phase",
      caption:
        "Phase portraits under the inputs of the task's epochs: flow (arrows), nullclines of κ1 (orange) and κ2 "
        + "(green), fixed points (filled: stable, half: saddle, open: unstable). Above: the exact manifold, with ten "
        + "whole trials of the network. Below: the circuit, with its own.",
      alternative: "Phase planes of κ1 and κ2: "
        + panels.enumerated().map {
          "\($1.title) at \($1.inputText): \(counts[$0][0]) fixed points of the manifold, \(counts[$0][1]) of the circuit"
        }.joined(separator: "; ") + ".",
      data: [
        ("flow", flow.text), ("nullclines", nullclines.text), ("points", points.text),
        ("trajectories", trajectories.text),
      ], script: planeScript(panels, reach), size: (max(420, 60 + 230 * panels.count), 520))
  }

  private static func planeScript(_ panels: [TaskPanel], _ reach: [Double]) -> String {
    var script = """
      set multiplot layout 2,\(panels.count) margins \(panels.count == 1 ? 0.18 : 0.1),0.98,0.1,0.94 spacing 0.03,0.04
      set xrange [\(-reach[0]):\(reach[0])]; set yrange [\(-reach[1]):\(reach[1])]
      unset key
      """ + "\n"
    for dynamics in 0...1 {
      for (index, panel) in panels.enumerated() {
        let block = 2 * index + dynamics
        script +=
          dynamics == 0
          ? "set title \(quoted(panel.title)) font ',11' tc rgb ink\n"
          : "unset title\n"
        if dynamics == 0 {
          script += "set label 1 \(quoted(panel.inputText)) at graph 0.02,0.95 font ',10' tc rgb ink front\n"
        } else {
          script += "unset label 1\n"
        }
        script +=
          dynamics == 1
          ? "set xlabel 'κ1' tc rgb ink offset 0,0.3; set format x; set xtics \(ticStep(reach[0]))\n"
          : "unset xlabel; set format x ''\n"
        script +=
          index == 0
          ? "set ylabel \"\(dynamics == 0 ? "exact manifold" : "circuit")\\nκ2\" tc rgb ink offset 0.5,0; set format y\n"
          : "unset ylabel; set format y ''\n"
        script += """
          plot 'phase.flow' index \(block) using 1:2:3:4 with vectors head size screen 0.005,20 filled lw 0.7 lc rgb rule, \\
            'phase.nullclines' index \(2 * block) using 1:2 with lines lw 1.6 lc rgb orange, \\
            '' index \(2 * block + 1) using 1:2 with lines lw 1.6 lc rgb green, \\
            'phase.trajectories' index \(dynamics) using 1:2 with lines lw 1 lc rgb \(dynamics == 0 ? "ink" : "vermillion"), \\
            'phase.points' index \(3 * block) using 1:2 with points pt 7 ps 1 lc rgb blue, \\
            '' index \(3 * block + 1) using 1:2 with points pt 6 ps 1 lw 2 lc rgb blue, \\
            '' index \(3 * block + 1) using 1:2 with points pt 7 ps 0.4 lc rgb blue, \\
            '' index \(3 * block + 2) using 1:2 with points pt 6 ps 1 lw 2 lc rgb blue

          """
      }
    }
    return script + "unset multiplot"
  }
}

/// A distance of tics that leaves room for their labels in a narrow plot: 1, 2 or 5 times a power of ten.
private func ticStep(_ reach: Double) -> Double {
  var power = 1.0
  while power > reach { power /= 10 }
  while 10 * power <= reach { power *= 10 }
  return reach / power < 2 ? power : (reach / power < 5 ? 2 * power : 5 * power)
}

extension FixedPoint {
  /// How it is marked: 0 stable, 1 saddle, 2 unstable.
  fileprivate var group: Int { isStable ? 0 : (unstableDirections < eigenvalues.count ? 1 : 2) }
}
