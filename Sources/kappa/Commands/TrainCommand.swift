// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Report
import Studies

/// `kappa train`: a network trained on a task.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network on a task, or on trials of your own.",
    discussion: """
      Adam on the exact gradient of the Euler map, fresh trials for every update. The file is written every \
      --interval updates, whole or not at all, and holds all that going on needs: an interrupted run continues with \
      --resume, into another file, and ends in the same bits. Threads change no bit either.

      The connectivity is J = m nᵀ/N of rank R, or with --rank full a whole J, which the file then holds as J.

      Tasks: perceptual-decision, parametric-working-memory, context-dependent-decision, multisensory-decision, \
      delayed-match-to-sample, duration, cue-set-go, flip-flop, sequence; a file FILE.yaml that describes one; or several in \
      one network, A+B. Each has its own recommended options; give only what should differ.

      --trials FILE.npz trains on your own u and target instead: every update draws a batch of them, and the network is \
      judged by those that are held out.
      """)

  @Argument(help: ArgumentHelp("The task's name, or the file that describes it.", valueName: "task"))
  var taskName: String?

  @Option(name: .customLong("task"), help: ArgumentHelp("The same as an option.", valueName: "name"))
  var taskOption: String?

  @Option(
    help: ArgumentHelp(
      "Train on these trials: u (B, T, K), target and mask (B, T, O).", valueName: "file.npz"))
  var trials: String?

  @Option(help: "The share of --trials that is held out. (default: 0.2)")
  var heldOut: Double?

  @Option(help: "α = dt/τ of a network trained on --trials. (default: 0.2)")
  var alpha: Double?

  @Option(
    help: ArgumentHelp(
      "Measure the loss on this task, too, after every --interval updates; may be repeated.",
      valueName: "task"))
  var probe: [String] = []

  @OptionGroup(title: "The task") var taskOptions: TaskOptions
  @OptionGroup(title: "Training") var trainOptions: TrainOptions

  @Option(help: "Updates in all, those before a --resume included. (default: 1000 to 3000, by task)")
  var updates: Int?

  @Option(help: ArgumentHelp("Go on with the training in this file.", valueName: "net.npz"))
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "Start from this network instead of a random one; a full-rank J is cut to --rank by its singular values, or stays "
        + "whole with --rank full.",
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
    try checkOutput(output, against: [resume, start, trials, taskName, taskOption])
    let result = try request().run(observer: ConsoleObserver())
    if json { return try printJSON(result) }
    Console.print(Console.style(output, .bold))
    Console.print(
      "  \(result.task)\(result.preset.map { " (\($0))" } ?? ""): \(result.units) units, rank \(result.rank), seed "
        + "\(result.seed)")
    Console.print("  \(result.updates) updates in \(text(result.seconds, digits: 3)) s")
    Console.print(
      "  on \(result.heldOut.map { "\($0) held-out" } ?? "1000 new") trials: loss \(text(result.loss, digits: 3)), "
        + "\(text(100 * result.accuracy, digits: 4)) % "
        + (result.tolerance.map { "within \(text($0)) of the target" } ?? "right decisions"))
    for probe in result.probes ?? [] {
      Console.print(
        "  \(probe.task), not trained on: loss \(text(probe.loss.first ?? 0, digits: 3)) before, "
          + "\(text(probe.loss.last ?? 0, digits: 3)) after")
    }
    let source = trials.map { "--trials \($0)" } ?? "--task \(taskName ?? taskOption ?? result.task)"
    Console.print(
      "  next: kappa distill \(output) \(source)"
        + (result.preset.map { $0 == "paper" ? "" : " --preset \($0)" } ?? ""))
  }

  /// The request that the options make.
  func request() throws(StudyError) -> Train {
    if let taskName, let taskOption {
      throw StudyError(.usage, "", "`task`: given twice, as \(taskName) and as \(taskOption)")
    }
    if trials == nil {
      for (name, isGiven) in [("heldOut", heldOut != nil), ("alpha", alpha != nil)] where isGiven {
        throw StudyError(.usage, name, "expected `trials` beside it, found none: a task has its own")
      }
    } else {
      for name in taskOptions.given where name != "--input-noise" {
        throw StudyError(
          .usage, name, "expected a task beside it, found --trials: a file's trials are as they are")
      }
    }
    let seed = trainOptions.seed
    return Train(
      try (taskName ?? taskOption).map { name throws(StudyError) in try taskOptions.request(name) },
      trials: trials.map {
        TrialsToTrainOn(
          file: $0, heldOut: heldOut, alpha: alpha, inputNoise: taskOptions.inputNoise, seed: seed)
      },
      training: try trainOptions.request(), updates: updates,
      resume: resume, start: start, interval: interval, threads: threads, output: output,
      probes: probe.isEmpty ? nil : probe.map { TaskRequest($0) })
  }
}
