// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank
import Studies

extension Figure {
  /// Rank 3 and more: trials and fixed points projected on the two directions in which the network's κ moves most, one
  /// panel an input of the task. The flow is no function of the place in that plane and is not drawn.
  ///
  /// - Parameters:
  ///   - portraits: the fixed points under each input.
  ///   - network: the network's trajectories.
  ///   - reduced: the circuit's trajectories.
  ///   - inputs: a name for every input channel.
  ///   - manifoldName: whose fixed points the manifold's are.
  /// - Returns: `nil` where κ does not move in two directions.
  public static func phaseProjection(
    portraits: [EpochPortrait], network: Trajectory, reduced: Trajectory, inputs: [String] = [],
    time: TimeAxis = .steps, manifoldName: String = "network"
  ) -> Figure? {
    let rank = network.rank
    guard rank > 2, !portraits.isEmpty,
      let components = try? PrincipalComponents(of: network.kappa, width: rank, keeping: 2),
      components.directions.columns == 2, let first = components.variances.first,
      components.variances[1] > 1e-12 * first
    else { return nil }
    let total = components.variances.reduce(0, +)
    func place(_ kappa: some RandomAccessCollection<Double>) -> [Double] {
      (0..<2).map { axis in
        zip(0..<rank, kappa).reduce(0) {
          $0 + components.directions[$1.0, axis] * ($1.1 - components.centre[$1.0])
        }
      }
    }
    var places: [[Double]] = []
    var points = FigureData(
      "PC1", "PC2; data sets by input, network before circuit, stable, saddle, unstable")
    for portrait in portraits {
      for found in [portrait.ofManifold, portrait.ofCircuit] {
        for group in 0..<3 {
          for point in found.fixedPoints.points where point.group(found.motion) == group {
            places.append(place(point.kappa))
            points.row(place(point.kappa))
          }
          points.row(.nan, .nan)
          points.nextIndex()
        }
      }
    }
    var trajectories = FigureData("PC1", "PC2; the network's trials, then the circuit's")
    let shown = min(network.trials, 10)
    for trajectory in [network, reduced] {
      for k in 0..<shown where k * network.trials / shown < trajectory.trials {
        let start = k * network.trials / shown * trajectory.steps * rank
        for step in 0..<trajectory.steps {
          let row = place(trajectory.kappa[(start + step * rank)..<(start + (step + 1) * rank)])
          places.append(row)
          trajectories.row(row)
        }
        trajectories.gap()
      }
      trajectories.nextIndex()
    }
    let ranges = (0..<2).map { axis -> ClosedRange<Double> in
      let values = places.map { $0[axis] }.filter(\.isFinite)
      let (low, high) = (values.min() ?? -1, values.max() ?? 1)
      let margin = max(0.08 * (high - low), 1e-9)
      return (low - margin)...(high + margin)
    }
    let labels = (0..<2).map { "PC\($0 + 1) of κ (\(percent(components.variances[$0] / total)))" }
    let layout = PhasePlaneLayout(panels: portraits.count)
    var script = "set multiplot\nset border 15; unset key\n"
    for (axis, name) in ["x", "y"].enumerated() {
      let range = ranges[axis]
      script +=
        "set \(name)range [\(range.lowerBound):\(range.upperBound)]; "
        + "set \(name)tics \(tickStep((range.upperBound - range.lowerBound) / 3))\n"
    }
    for (index, portrait) in portraits.enumerated() {
      script += layout.head(
        index, title: time.title(portrait.panel), input: portrait.panel.inputText(inputs), axes: labels)
      let plots =
        [
          "'phase.trajectories' index 0 using 1:2 with lines lw 1.7 lc rgb ink",
          "'' index 1 using 1:2 with lines lw 0.9 dt (3,3) lc rgb vermillion",
        ] + FixedPoint.marks(of: index)
      script += "plot \(plots.joined(separator: ", \\\n  "))\n"
    }
    return Figure(
      name: "phase",
      caption:
        "\(counted(shown, "whole trial")) and the fixed points under the inputs of the epochs, projected on the two directions in "
        + "which the network's κ of \(rank) dimensions moves most. Drawn through: the network; dashed: the circuit. Circles are "
        + "fixed points of the \(manifoldName), diamonds of the circuit: stable ones filled, saddles half, unstable ones open.",
      alternative: "Trials and fixed points in the plane of the first two principal components of κ: "
        + portraits.map {
          "\($0.panel.title) with \($0.panel.inputText(inputs)): \($0.manifold.points.count) fixed points of the "
            + "\(manifoldName), \($0.circuit.points.count) of the circuit"
        }.joined(separator: "; ") + ".",
      data: [("points", points.text), ("trajectories", trajectories.text)],
      script: script + "unset multiplot", size: (layout.width, layout.height))
  }
}
