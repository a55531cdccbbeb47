import Report

extension DistillRun {
  /// Prints the summary that a person reads at a glance.
  func print(files: [String]) {
    let stimulus = run.trials.stimulus
    printNetworkHeader(run.imported, path: run.path)
    Console.print("  \(stimulus.trials) trials of \(stimulus.steps) steps: \(source)")
    Console.heading("Verdict")
    for sentence in verdict.sentences { printWrapped(sentence) }
    Console.heading("Equations")
    for line in EquationText(terms).lines { Console.print("  " + line) }
    printComparison(run)
    Console.heading("Error budget: what each assumption costs, relative to z")
    printBudget()
    if let bandNote { Console.warn(bandNote) }
    if !files.isEmpty { Console.print("\nWrote " + files.joined(separator: ", ")) }
  }

  private func printBudget() {
    for output in 0..<run.network.outputCount {
      if run.network.outputCount > 1 { Console.print("  z\(output + 1)") }
      var table = Table(["step", "this step", "in all", "decisions agree"])
      for stage in budget.stages {
        let figures = stage.comparison.outputs[output]
        table.add([
          stage.name, percent(stage.costs[output]), percent(figures.deviation.relative),
          percent(figures.agreement),
        ])
      }
      table.print()
      if let band {
        let range = band.relative[output]
        Console.print(
          "  finite N alone: \(percent(range.lower)) to \(percent(range.upper)), median \(percent(range.median)) "
            + "(\(band.redraws) redraws of \(run.imported.network.unitCount) units, \(band.trials) trials)")
      }
    }
  }

  /// Text broken at spaces to the width of a page.
  private func printWrapped(_ sentence: String, width: Int = 96) {
    var line = " "
    for word in sentence.split(separator: " ") {
      if line.count + word.count + 1 > width {
        Console.print(line)
        line = " "
      }
      line += " " + word
    }
    Console.print(line)
  }
}
