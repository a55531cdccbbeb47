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
  for output in circuit.outputs.indices {
    Console.heading(circuit.outputs.count == 1 ? "Output z" : "Output z\(output + 1)")
    var header = ["", "RMSE", "maximum", "relative", "\(run.trials.scoring.answers) agree"]
    if hasTargets { header += ["accuracy", "loss"] }
    var table = Table(header)
    if hasTargets {
      table.add(["full network", "", "", "", ""] + performanceCells(own[output]))
    }
    for (name, comparison) in compared {
      let figures = comparison.outputs[output]
      var cells = [name] + deviationCells(figures.deviation) + [percent(figures.agreement)]
      if hasTargets { cells += performanceCells(figures.performance) }
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

private func performanceCells(_ performance: Performance?) -> [String] {
  guard let performance else { return ["", ""] }
  return [percent(performance.accuracy), text(performance.loss, digits: 3)]
}
