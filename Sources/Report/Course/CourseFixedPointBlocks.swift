// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Studies

extension FixedPointAnswer {
  /// Fixed points by input, and the portrait.
  func blocks(_ number: String, _ task: CourseTask) -> [Document.Block] {
    var blocks: [Document.Block] = [
      .paragraph(
        task.task.kind == .perceptualDecision
          ? "Two stable points are two choices that outlast the stimulus. One stable point with a slow decay is an "
            + "integrator that forgets. Training may find either: the sheet asks for the answer, not for the way."
          : "A memory of a number needs a slow direction, not two choices: look at the slowest decay."),
      .table(table), .paragraph(minimisation), .table(minima),
    ]
    guard let exact = try? ManifoldDynamics(task.network) else { return blocks }
    blocks.append(
      .figure(
        (task.network.rank == 1
          ? Figure.phaseLine(
            manifold: exact, circuit: task.circuit, portraits: portraits, visited: [task.full, task.reduced])
          : Figure.phasePlane(
            manifold: exact, circuit: task.circuit, portraits: portraits, network: task.full,
            reduced: task.reduced)).renamed("\(number)-phase")))
    return blocks
  }

  /// What minimising |dκ/dt|² finds and misses.
  private var minimisation: String {
    let missed = inputs.reduce(0) { $0 + $1.minimised.missed }
    let slow = inputs.reduce(0) { $0 + $1.minimised.slowPlaces.count }
    let distance = inputs.compactMap(\.minimised.largestDistance).max() ?? 0
    return
      "The sheet minimises (dκ/dt)². From \(inputs[0].minimised.starts) starts in the circuit this "
      + (missed == 0
        ? "finds every fixed point of the search" : "misses \(counted(missed, "fixed point")) of the search")
      + (distance < 1e-12 ? ", to rounding" : ", to \(text(distance, digits: 1)) in κ")
      + (slow == 0
        ? ", and no other minimum."
        : ", and \(slow == 1 ? "1 other minimum" : "\(slow) other minima") at which κ still moves: slow places where two fixed points "
          + "have just met, no fixed points. A minimum alone proves nothing; how small it is has to be looked at.")
      + (inputs.allSatisfy(\.circuit.complete)
        ? " The search above is proven to be complete; minimisation never is." : "")
  }

  /// Minima of the circuit's |dκ/dt|².
  private var minima: Document.Table {
    func place(_ kappa: [Double]) -> String {
      kappa.count == 1
        ? text(kappa[0], beside: 1, digits: 3)
        : "(" + kappa.map { text($0, beside: 1, digits: 3) }.joined(separator: ", ") + ")"
    }
    return Document.Table(
      caption: "Minima of (dκ/dt)² in the circuit",
      header: ["input", "fixed points", "minimised to zero", "missed", "other minima: κ, speed"],
      rows: inputs.map { input in
        [
          .text("u = " + place(input.input)), .count(input.circuit.points.count),
          .text(
            input.minimised.roots.count > 4
              ? "\(input.minimised.roots.count)" : input.minimised.roots.map(place).joined(separator: "; ")),
          .count(input.minimised.missed),
          .text(
            input.minimised.slowPlaces.prefix(3).map {
              "\(place($0.kappa)), \(text($0.speed, digits: 2))"
            }.joined(separator: "; ") + (input.minimised.slowPlaces.count > 3 ? "; …" : "")),
        ]
      })
  }

  /// One row an input and a dynamics.
  private var table: Document.Table {
    var table = Document.Table(
      caption: "Fixed points by epoch and input",
      header: ["", "fixed points", "stable", "stable at κ", "slowest decay /τ", "slow points"])
    let largest =
      portraits.flatMap { $0.manifold.points + $0.circuit.points }.flatMap(\.kappa).map(abs).max() ?? 0
    for portrait in portraits {
      for (name, set) in [("exact manifold", portrait.manifold), ("circuit", portrait.circuit)] {
        let input = "(" + portrait.panel.input.map { text($0, digits: 2) }.joined(separator: ", ") + ")"
        let stable = set.points.filter(\.isStable)
        table.add([
          .text("\(portrait.panel.title), u = \(input), \(name)"),
          .text("\(set.points.count)\(set.isComplete ? "" : " found")"), .count(stable.count),
          .text(places(of: stable, beside: largest).joined(separator: "; ")),
          .number(stable.compactMap { $0.timeConstants.max() }.max(), digits: 3),
          set.slowPoints.isEmpty ? .missing : .count(set.slowPoints.count),
        ])
      }
    }
    return table
  }
}
