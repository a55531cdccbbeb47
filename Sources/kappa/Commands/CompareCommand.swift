// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import NetworkFiles
import Studies
import Report

/// `kappa compare`: full network, exact manifold and circuit on the same trials.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Run network, exact manifold and circuit side by side and say how far they agree.",
    discussion: """
      Errors are those of manifold and circuit against the full network, over all trials and steps. relative: RMS \
      difference over RMS of the network's value. Decisions agree: share of trials whose mean output over the \
      response window has the network's sign.
      """)

  @Argument(help: "The network: .npz, .pt or .pth.")
  var network: String

  @OptionGroup(title: "Trials") var running: TrialOptions
  @OptionGroup(title: "Circuit") var reduction: CircuitOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Option(help: "single: also run the network in single precision and say how far that is from double.")
  var precision = Precision.double

  @Option(
    help:
      "Standard deviation of each unit's private noise, per Euler step; published losses have 0.05, working memory 0.005. (default: none)"
  )
  var noise: Double?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Write inputs, outputs and latents of all three.", valueName: "out.npz"))
  var output: String?

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws { try running.require() }

  func run() throws {
    try checkOutput(output, against: [network, running.trials, reduction.circuit])
    let observer = ConsoleObserver()
    let study = Compare(
      trials: try running.request(), circuit: reduction.request, precision: precision,
      noise: noise)
    let result = try study.run(
      on: Subject(networkFile: network, reading: reading.request, observer: observer), observer: observer)
    guard let run = result.run else { return }
    if let output { try NPZFile.write(run.arrays, to: output) }
    if json { return try printJSON(result) }
    printNetworkHeader(run.imported, path: network)
    Console.print("  \(result.trials) trials of \(result.steps) steps: \(result.trialSource)")
    printComparison(run)
    if let output { Console.print("\nWrote \(output)") }
  }
}
