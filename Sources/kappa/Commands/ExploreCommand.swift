// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import NetworkFiles
import Report
import Studies

/// `kappa explore`: a circuit to play with, in one page.
struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Write an interactive page: move a coupling and watch the network change its mind.",
    discussion: """
      One HTML file that any browser opens and that loads nothing: the circuit with a slider for every input, mean and \
      covariance, its phase portrait and fixed points, gains, equations, and where trials are given what network and \
      circuit do on them. For a network with trials the circuit is looked for as by `kappa distill`; without trials it \
      is that of all units' moments.

      Examples: kappa explore net.npz --task context-dependent-decision -o page.html
                kappa explore report/circuit.json -o page.html
      """)

  @Argument(help: "A network (.npz, .pt, .pth) or a circuit (.json).")
  var network: String

  @OptionGroup(title: "Trials") var running: TrialOptions
  @OptionGroup(title: "Circuit") var reduction: CircuitOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Option(help: "How many of the trials the page holds, at most.")
  var shown = Explore.defaultShown

  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("The page to write.", valueName: "page.html"))
  var output: String

  func validate() throws {
    // Whether the trials fit together is looked at by the options that name them.
    let circuit = running.areGiven ? CircuitRequest() : reduction.request
    try check(Explore(circuit: circuit, shown: shown).validate)
  }

  func run() throws {
    try checkOutput(output, against: [network, running.trials, reduction.circuit])
    let observer = ConsoleObserver()
    let study = Explore(
      trials: running.areGiven ? try running.request() : nil, circuit: reduction.request, shown: shown)
    let result = try study.run(
      on: Subject(file: network, reading: reading.request, observer: observer), observer: observer)
    let page = ExplorerPage(result).html
    try FileWriter.write(page, to: output, protecting: [network])
    Console.print(result.sentence)
    if let trials = result.trials {
      let cut =
        trials.steps < trials.wholeSteps ? ", the first \(trials.steps) of \(trials.wholeSteps) steps" : ""
      Console.print("\(trials.count) of \(trials.total) trials are in the page\(cut).")
    }
    Console.print("wrote \(Console.plain(output)), \((page.utf8.count + 500) / 1000) kB")
  }
}
