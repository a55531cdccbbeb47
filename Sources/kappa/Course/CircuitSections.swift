// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Report
import Studies

/// "Simulate the equivalent circuit beside the network" and "find the fixed points".
extension CourseTask {
  func circuitSection(_ number: String) -> CourseSection {
    var section = CourseSection(
      "\(number)-circuit", "\(number). \(title): the equivalent circuit beside the network")
    section.lines = EquationText(CircuitTerms(of: circuit, unitCount: network.unitCount)).lines
    let own = Performance(of: full, trials: trials, output: 0)
    var rows = [["full network", "–", "–", shown(own)?.accuracy ?? "–", shown(own)?.loss ?? "–"]]
    var values: [String: CourseValue] = [
      "networkAccuracy": .optional(own?.accuracy), "networkLoss": .optional(own?.loss),
      "equations": .list(section.lines.map { .text($0) }),
    ]
    for (name, run) in [("exact manifold", manifold), ("Gaussian circuit", reduced)] {
      let comparison = Comparison(of: run, against: full, trials: trials)
      let output = comparison.outputs[0]
      rows.append([
        name, percent(output.deviation.relative), percent(output.agreement),
        shown(output.performance)?.accuracy ?? "–", shown(output.performance)?.loss ?? "–",
      ])
      values[name == "exact manifold" ? "manifold" : "circuit"] = .object([
        "relativeErrorOfZ": .number(output.deviation.relative), "agreement": .optional(output.agreement),
        "relativeErrorOfKappa": .numbers(comparison.kappa.map(\.relative)),
        "accuracy": .optional(output.performance?.accuracy), "loss": .optional(output.performance?.loss),
      ])
    }
    let reference = Comparison(of: reduced, against: full, trials: trials).outputs[0]
    section.answer =
      "the circuit's z differs from the network's by \(percent(reference.deviation.relative)) (RMS) and agrees in "
      + "\(percent(reference.agreement)) of the decisions"
    section.paragraphs = [
      "The exact manifold is the network itself in R + K numbers. The circuit replaces sums over units by averages over "
        + "the fitted Gaussian; what it misses is what is not Gaussian, and the chance of \(network.unitCount) units."
    ]
    section.tables = [
      ReportPage.Table(
        caption: "\(full.trials) trials of \(full.steps) steps",
        header: ["", "relative error of z", "decisions agree", "right decisions", "loss"], rows: rows)
    ]
    section.figures = [
      Figure.trajectories(network: full, manifold: manifold, circuit: reduced).renamed(
        "\(number)-trajectories")
    ]
    section.values = values
    return section
  }

  func fixedPointSection(_ number: String) throws -> CourseSection {
    var section = CourseSection("\(number)-fixed-points", "\(number). \(title): fixed points")
    // The strongest input that the task has, without its noise.
    let quiet = try noiseless(labelled.conditions.map(\.name)).stimulus
    let input = quiet.values.reduce(0) { max($0, abs($1)) }
    let panels = [
      TaskPanel(title: "no input", input: [0]), TaskPanel(title: "strongest input", input: [input]),
      TaskPanel(title: "strongest input, negative", input: [-input]),
    ]
    var search = FixedPointSearch()
    search.budget = 1000
    search.starts = network.rank == 1 ? 12 : 60
    let exact = try ManifoldDynamics(network)
    let portraits = try panels.map { panel in
      EpochPortrait(
        panel: panel, manifold: try search.fixedPoints(of: exact, input: panel.input),
        circuit: try search.fixedPoints(of: circuit, input: panel.input))
    }
    section.tables = [ReportPage.Table(fixedPointTable(portraits))]
    section.figures = [
      network.rank == 1
        ? Figure.phaseLine(
          manifold: exact, circuit: circuit, portraits: portraits, visited: [full, reduced]
        ).renamed("\(number)-phase")
        : Figure.phasePlane(
          manifold: exact, circuit: circuit, portraits: portraits, network: full, reduced: reduced
        ).renamed("\(number)-phase")
    ]
    let resting = portraits[0]
    func stable(_ set: FixedPointSet) -> Int { set.points.count(where: \.isStable) }
    section.answer =
      "without input \(counted(resting.manifold.points.count, "fixed point")) of the network, "
      + "\(stable(resting.manifold)) of them stable; \(resting.circuit.points.count) and "
      + "\(stable(resting.circuit)) of the circuit"
    section.paragraphs = [
      task.kind == .perceptualDecision
        ? "Two stable points are two choices that outlast the stimulus. One stable point with a slow decay is an "
          + "integrator that forgets. Training may find either: the sheet asks for the answer, not for the way."
        : "A memory of a number needs a slow direction, not two choices: look at the slowest decay."
    ]
    func list(_ set: FixedPointSet) -> CourseValue {
      .object([
        "complete": .flag(set.isComplete),
        "points": .list(
          set.points.map {
            .object([
              "kappa": .numbers($0.kappa), "stable": .flag($0.isStable), "output": .numbers($0.outputs),
              "eigenvalues": .list($0.eigenvalues.map { .numbers([$0.real, $0.imaginary]) }),
            ])
          }),
      ])
    }
    section.values = [
      "inputs": .list(
        portraits.map {
          .object([
            "input": .numbers($0.panel.input), "manifold": list($0.manifold), "circuit": list($0.circuit),
          ])
        })
    ]
    return section
  }
}
