// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Report
import Studies

/// `kappa train`: a network trained on a task.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network on a task.",
    discussion: """
      Adam on the exact gradient of the Euler map, fresh trials for every update. The file is written every \
      --interval updates, whole or not at all, and holds all that going on needs: an interrupted run continues with \
      --resume, into another file, and ends in the same bits. Threads change no bit either.

      The connectivity is J = m nᵀ/N of rank R, or with --rank full a whole J, which the file then holds as J.

      Tasks: perceptual-decision, parametric-working-memory, context-dependent-decision, multisensory-decision, \
      delayed-match-to-sample. Each has its own recommended options; give only what should differ.
      """)

  @Argument(help: ArgumentHelp("The task's name.", valueName: "task"))
  var taskName: String

  @OptionGroup(title: "The task") var taskOptions: TaskOptions
  @OptionGroup(title: "Training") var trainOptions: TrainOptions

  @Option(help: "Updates in all, those before a --resume included. (default: 1000 to 3000, by task)")
  var updates: Int?

  @Option(help: ArgumentHelp("Go on with the training in this file.", valueName: "net.npz"))
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "Start from this network instead of a random one; a full-rank one is cut to --rank by its singular values.",
      valueName: "network"))
  var start: String?

  @Option(help: "Write the file after every so many updates.")
  var interval = 100

  @Option(help: "How many threads. (default: all cores; results do not depend on it)")
  var threads: Int?

  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("The network to write.", valueName: "net.npz"))
  var output: String

  @Flag(help: "Print one JSON document.")
  var json = false

  func validate() throws {
    try check { () throws(StudyError) in try request().validate() }
  }

  func run() throws {
    try OutputPath.check(output, against: [resume, start])
    let result = try request().run(observer: ConsoleObserver())
    if json { return try printJSON(result) }
    Console.print(Console.style(output, .bold))
    Console.print(
      "  \(result.task) (\(result.preset)): \(result.units) units, rank \(result.rank), seed \(result.seed)")
    Console.print("  \(result.updates) updates in \(text(result.seconds, digits: 3)) s")
    Console.print(
      "  on 1000 new trials: loss \(text(result.loss, digits: 3)), \(text(100 * result.accuracy, digits: 4)) % right "
        + "decisions")
    Console.print(
      "  next: kappa distill \(output) --task \(result.task)"
        + (result.preset == "paper" ? "" : " --preset \(result.preset)"))
  }

  /// The request that the options make.
  func request() throws(StudyError) -> Train {
    Train(
      try taskOptions.request(taskName), training: try trainOptions.request(), updates: updates,
      resume: resume, start: start, interval: interval, threads: threads, output: output)
  }
}
