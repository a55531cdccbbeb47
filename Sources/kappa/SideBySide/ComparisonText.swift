// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Report
import Studies

/// Prints how far manifold and circuit are from the full network.
func printComparison(_ run: SideBySide) {
  let circuit = run.circuitComparison
  var compared = [
    (
      run.truncation == nil ? "exact manifold" : "manifold of rank \(run.manifold.rank)",
      run.manifoldComparison
    ), ("Gaussian circuit", circuit),
  ]
  if let single = run.singleComparison { compared.insert(("network in single precision", single), at: 0) }
  let own = run.networkPerformance
  let hasTargets = own.contains { $0 != nil }
  if !run.shownNote.isEmpty { Console.printWrapped(run.shownNote) }
  for output in run.shownOutputs {
    Console.heading(circuit.outputs.count == 1 ? "Output z" : "Output z\(output + 1)")
    // The sign of a graded output is no decision.
    let decides = circuit.outputs[output].agreement != nil
    let decisions = decides ? ["\(run.trials.scoring.answers) agree"] : []
    var header = ["", "RMSE", "maximum", "relative"] + decisions
    if hasTargets { header += (decides ? ["accuracy"] : []) + [run.lossName] }
    var table = Table(header)
    if let recorded = run.recordedComparison?.outputs[output] {
      // First of all: whether this is the user's network.
      table.add(
        ["full network against your z"] + deviationCells(recorded.deviation)
          + (decides ? [percent(recorded.agreement)] : []) + (hasTargets ? (decides ? ["", ""] : [""]) : []))
    }
    if hasTargets {
      table.add(
        ["full network", "", "", ""] + decisions.map { _ in "" } + performanceCells(own[output], decides))
    }
    for (name, comparison) in compared {
      let figures = comparison.outputs[output]
      var cells = [name] + deviationCells(figures.deviation) + (decides ? [percent(figures.agreement)] : [])
      if hasTargets { cells += performanceCells(figures.performance, decides) }
      table.add(cells)
    }
    table.print()
  }
  Console.heading("Latents κ")
  var table = Table(["", "RMSE", "maximum", "relative"])
  for (name, comparison) in compared {
    for (r, deviation) in comparison.kappa.enumerated() {
      table.add(["\(name), κ\(r + 1)"] + deviationCells(deviation))
    }
  }
  table.print()
}

private func deviationCells(_ deviation: Comparison.Deviation) -> [String] {
  [text(deviation.rmse, digits: 3), text(deviation.max, digits: 3), percent(deviation.relative)]
}

private func performanceCells(_ performance: Performance?, _ decides: Bool) -> [String] {
  (decides ? [performance.map { percent($0.accuracy) } ?? ""] : [])
    + [performance.map { text($0.loss, digits: 3) } ?? ""]
}
