// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Report
import Studies

extension DistillationFindings {
  /// Prints the summary that a person reads at a glance.
  ///
  /// - Parameter verdict: the sentences of the result, which JSON and page hold as well.
  func print(verdict: [String], files: [String]) {
    let stimulus = run.trials.stimulus
    printNetworkHeader(run.imported, path: run.path)
    Console.print("  \(stimulus.trials) trials of \(stimulus.steps) steps: \(source)")
    Console.heading("Verdict")
    for sentence in verdict { Console.printWrapped(sentence) }
    Console.heading("Equations")
    for line in EquationText(terms.shortened).lines { Console.printWrapped(line, hanging: 5) }
    if !terms.shorteningNote.isEmpty { Console.printWrapped(terms.shorteningNote) }
    printComparison(run)
    if run.network.outputCount > 0 {
      Console.heading("Error budget: what each assumption costs, relative to z")
      printBudget()
    }
    if !tuning.moments.isEmpty {
      Console.heading("Tuning of single units: measured against predicted from loadings")
      var table = Table(["variable"] + tuning.cells.header)
      for row in tuning.cells.rows { table.add(row) }
      table.print()
      Console.printWrapped(
        "r: correlation over units of both slopes, predicted with the network's κ or the circuit's; a dash where rates hardly "
          + "follow the variable. change: RMS over units of the rate's change per SD of the variable, the others held. "
          + ([tuning.carriers].filter { !$0.isEmpty } + tuning.notes.map(\.text)).joined(separator: " "))
    }
    if let intervals, !intervals.sentence.isEmpty {
      Console.heading("Sampling of the units")
      Console.printWrapped(intervals.sentence)
    }
    if !files.isEmpty { Console.print("\nWrote " + files.joined(separator: ", ")) }
  }

  private func printBudget() {
    for output in run.shownOutputs {
      if run.network.outputCount > 1 { Console.print("  z\(output + 1)") }
      let decides = run.trials.decides(output, of: run.network.outputCount)
      var table = Table(
        ["step", "this step", "in all"] + (decides ? ["\(run.trials.scoring.answers) agree"] : []))
      for stage in budget.stages {
        let figures = stage.comparison.outputs[output]
        table.add(
          [stage.name, percent(stage.costs[output]), percent(figures.deviation.relative)]
            + (decides ? [percent(figures.agreement)] : []))
      }
      table.print()
      if let band {
        let range = band.relative[output]
        Console.print(
          "  finite N alone: \(percent(range.lower)) to \(percent(range.upper)), median \(percent(range.median)) "
            + "(\(band.redraws) redraws of \(run.imported.network.unitCount) units, on \(bandTrials))")
      }
    }
  }
}
