// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import NetworkFiles
import Report
import Studies

/// `kappa distill`: the main job, from weights to κ-equations with an honest comparison.
struct DistillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "distill",
    abstract: "From a trained network to its κ-equations, checked against the full network.",
    discussion: """
      Prints the verdict, the equations with their numbers, how far the circuit is from the network, and what each \
      assumption costs. Unless options say which circuit is wanted, the simplest that follows the network is looked for: \
      first the fewest populations, then moments before regressed before refined, then the fit that is tied most strongly \
      to clusters of units. Everything that is said and written is about that one circuit; the single Gaussian and the \
      others stand beside it as rows of a table. --populations 1 asks for the single Gaussian alone. \
      With -o DIR, writes circuit.json, comparison.npz, equations.tex, report.html and \
      figures/ (drawn by gnuplot where it is installed).

      Example: kappa distill trained.pt --task perceptual-decision -o report
      """)

  @Argument(help: "The network: .npz, .pt or .pth.")
  var network: String

  @OptionGroup(title: "Trials") var running: TrialOptions
  @OptionGroup(title: "Circuit") var reduction: CircuitOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Flag(
    help:
      "Fit a network of low rank to the activity and reduce that one, instead of cutting J to a rank; --rank is then its rank, or auto."
  )
  var fit = false

  @Option(help: "How many networks to redraw for the sampling band; 0 for none.")
  var redraws = 40

  @Option(
    help: "How many bootstraps and redraws for the intervals of covariances, κ and z; 0 for none.")
  var replicates = 100

  @Option(
    help: ArgumentHelp(
      "Report: up to how many populations the closures are compared; 0 for no comparison. (default: those that were tried, "
        + "where the circuit was chosen, otherwise 4)", valueName: "p"))
  var closures: Int?

  @Option(
    help:
      "Also simulate the network with private noise of this standard deviation per Euler step; published losses have 0.05, working memory 0.005. (default: none)"
  )
  var noise: Double?

  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("Folder for the results.", valueName: "dir"))
  var output: String?

  @Option(
    name: .customLong("figures"), parsing: .upToNextOption,
    help: ArgumentHelp("Figures as pdf or png, too, beside the svg of the page.", valueName: "format"))
  var figureFormats: [FigureFolder.Format] = []

  @Flag(help: "Print report.html as report.pdf, too, with a headless Chromium or Chrome.")
  var pdf = false

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    try running.require()
    if pdf && output == nil { throw ValidationError("--pdf prints the report: give its folder with -o.") }
    if !figureFormats.isEmpty && output == nil {
      throw ValidationError("--figures draws the report's figures: give its folder with -o.")
    }
    // The trials are looked at by the options that name them.
    var study = Distill(task: "", circuit: reduction.request)
    (study.redraws, study.replicates, study.closures, study.noise) = (redraws, replicates, closures, noise)
    try check(study.validate)
  }

  func run() throws {
    let observer = ConsoleObserver()
    let inputs = [network, running.trials, reduction.circuit].compactMap { $0 }
    let folder = try output.map {
      try OutputFolder($0, writing: DistillationReport.files, keeping: inputs)
    }
    var result = try study(depth: folder == nil ? .summary : .report).run(
      on: subject(observer: observer), observer: observer)
    if let folder {
      var report = try DistillationReport(
        result, command: CommandLine.arguments.joined(separator: " "))
      report.wording = { OptionNames.inPlaceOfFields($0) }
      result.files = try report.write(
        to: folder, formats: [.svg] + figureFormats.filter { $0 != .svg }, printed: pdf, observer: observer)
    }
    if json { return try printJSON(result) }
    result.findings?.print(verdict: result.verdict, files: result.files)
  }

  /// The network. Where one is fitted to its activity, what a cut of J would lose is of no concern.
  func subject(observer: any Observer) throws -> Subject {
    guard fit else { return try Subject(networkFile: network, reading: reading.request, observer: observer) }
    var request = reading.request
    request.rank = nil
    return try FitCommand.subject(network, reading: request, observer: observer)
  }

  /// The request that the options make.
  func study(depth: Distill.Depth) throws -> Distill {
    Distill(
      trials: try running.request(), circuit: reduction.request, redraws: redraws, replicates: replicates,
      closures: closures, depth: depth, noise: noise, fit: fit ? reading.rank ?? .automatic : nil)
  }
}

extension FigureFolder.Format: ExpressibleByArgument {}
