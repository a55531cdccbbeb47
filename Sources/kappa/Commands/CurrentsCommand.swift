// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Report
import Studies

/// `kappa currents`: who drives κ and z.
struct CurrentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "currents", abstract: "Currents into κ and z by population and by loading.",
    discussion: """
      κ_r follows a sum over units, and z is one. The table splits both by population, in the network itself along its own \
      trajectories and in the circuit at the same κ and v; the circuit's part further by loading. Shares are signed and \
      add up to one over populations.

      Example: kappa currents trained.pt --task context-dependent-decision --populations 2 -o currents
      """)

  @Argument(help: "The network: .npz, .pt or .pth.")
  var network: String

  @OptionGroup(title: "Trials") var running: TrialOptions
  @OptionGroup(title: "Circuit") var reduction: CircuitOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Folder for the courses over time as a figure.", valueName: "dir"))
  var output: String?

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    try check(Currents(trials: TrialRequest(task: ""), circuit: reduction.request).validate)
  }

  func run() throws {
    let folder = try output.map { try OutputFolder($0, writing: [], keeping: [network]) }
    let observer = ConsoleObserver()
    let study = Currents(trials: try running.request(), circuit: reduction.request)
    let result = try study.run(
      on: Subject(networkFile: network, reading: reading.request, observer: observer), observer: observer)
    try folder?.draw(result.document.figures)
    if json { return try printJSON(result) }
    Console.print(result.document)
  }
}
