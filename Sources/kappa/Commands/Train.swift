// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import NetworkFiles
import Report
import Studies
import Tasks
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `kappa train`: a low-rank network trained on a task.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a low-rank network on a task.",
    discussion: """
      Adam on the exact gradient of the Euler map, fresh trials for every update. The file is written every \
      --interval updates, whole or not at all, and holds all that going on needs: an interrupted run continues with \
      --resume, into another file, and ends in the same bits. Threads change no bit either.

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
    for (name, value) in [("--updates", updates), ("--interval", interval), ("--threads", threads)] {
      if let value, value < 1 { throw ValidationError("\(name): expected at least 1, found \(value).") }
    }
    if let updates, updates > 100_000_000 {
      throw ValidationError("--updates: expected at most 100000000, found \(updates).")
    }
    if resume != nil && start != nil {
      throw ValidationError("--resume and --start: only one of them can say where to begin.")
    }
    if start != nil { try trainOptions.checkBesideStart() }
  }

  func run() throws {
    try OutputPath.check(output, against: [resume, start])
    var run = try beginning()
    let updates = updates ?? TrainingOptions.recommendedUpdates(for: run.trainer.task.kind)
    if let resume { try checkGoingOn(resume, from: run.trainer.state.updates, to: updates) }
    let clock = ContinuousClock.now
    // What is there already, perhaps from a longer run, stays until there is an interval's work to put in its place.
    if !FileManager.default.fileExists(atPath: output) || run.trainer.state.updates >= updates {
      try run.save()
    }
    try run.train(until: updates)
    let elapsed = (ContinuousClock.now - clock).components
    let seconds = Double(elapsed.seconds) + 1e-18 * Double(elapsed.attoseconds)
    if !run.trainer.isOnWholeTask {
      Console.warn(
        "the delay was still growing at update \(updates): more --updates reach the whole task, "
          + "--curriculum none begins with it")
    }
    let test = run.trainer.test()
    guard test.loss.isFinite else {
      throw Failure(
        .software,
        "\(output): expected a network with finite outputs after \(run.trainer.state.updates) updates, found a loss of "
          + "\(test.loss): lower --learning-rate, or set --clip")
    }
    let outcome = Outcome(
      task: run.trainer.task.name, preset: run.trainer.task.options.preset.rawValue,
      units: run.trainer.options.units, rank: run.trainer.options.rank, seed: run.trainer.options.seed,
      updates: run.trainer.state.updates, loss: test.loss, accuracy: test.accuracy, seconds: seconds,
      losses: run.trainer.state.losses)
    if json { try printJSON(outcome) } else { outcome.print(output) }
  }

  /// A new run, or the one in the file.
  private func beginning() throws -> TrainingRun {
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    let inputs = [resume, start].compactMap { $0 }
    if let resume {
      let file = try TrainingFile(reading: resume)
      try checkAgreement(file, path: resume)
      var options = file.record.options
      options.threads = threads
      return TrainingRun(
        trainer: try trainer(file.task, options, file.state), record: file.record, output: output,
        inputs: inputs,
        interval: interval)
    }
    let task = try Tasks.Task(name: taskName, options: taskOptions.options())
    var options = try trainOptions.applied(to: .recommended(for: task.kind))
    options.threads = threads
    var state: TrainingState?
    if let start {
      let network = try initialNetwork(start, alpha: task.alpha)
      options.units = network.unitCount
      options.rank = network.rank
      options.transfer = network.transfer
      state = TrainingState(startingFrom: network)
    }
    return TrainingRun(
      trainer: try trainer(task, options, state),
      record: TrainingRecord(task: task, options: options, start: start), output: output, inputs: inputs,
      interval: interval)
  }

  /// The network to start from; what the command line says about it has to be so.
  private func initialNetwork(_ path: String, alpha: Double) throws -> Network {
    var options = ImportOptions()
    options.rank = trainOptions.rank
    options.transfer = trainOptions.transfer
    let imported = try NetworkFile.load(path, options)
    let network = imported.network
    guard network.bias == nil else {
      throw Failure(.badData, "\(path): expected a network without a bias, found one: biases are not trained")
    }
    for (option, wanted, found) in [
      ("--units", trainOptions.units, network.unitCount), ("--rank", trainOptions.rank, network.rank),
    ] {
      if let wanted, wanted != found {
        throw Failure(
          .usage,
          "\(option): expected \(found) as in \(path), found \(wanted): leave it out, or begin without --start"
        )
      }
    }
    for warning in imported.warnings { Console.warn("\(path): \(warning)") }
    if imported.alpha != alpha {
      Console.warn(
        "\(path): its α = dt/τ is \(text(imported.alpha)), the task's is \(text(alpha)): training and the file "
          + "written take the task's")
    }
    if imported.initialState != nil {
      Console.warn("\(path): its initial state is left out: training begins every trial at x = 0")
    }
    return network
  }

  /// What the user repeats on the command line has to be what the file says.
  private func checkAgreement(_ file: TrainingFile, path: String) throws {
    let record = file.record
    guard taskName == record.task.rawValue else {
      throw Failure(
        .usage,
        "\(path): expected the task that this training began with, \(record.task.rawValue), found \(taskName)"
      )
    }
    let asked = try taskOptions.named + trainOptions.named
    let recorded = TaskOptions.named(record.taskOptions) + TrainOptions.named(record.options)
    for one in asked {
      guard let began = recorded.first(where: { $0.option == one.option }), began != one else { continue }
      throw Failure(
        .usage,
        "\(one.option): expected \(began.value), with which the training in \(path) began, found \(one.value): "
          + "leave it out, or begin anew without --resume")
    }
  }

  /// Training does not go backwards: fewer updates than the file holds are a mistake, as many give a copy of it.
  private func checkGoingOn(_ path: String, from done: Int, to updates: Int) throws {
    guard updates < done else { return }
    throw Failure(
      .usage,
      "--updates: expected at least \(done), which \(path) holds already, found \(updates)"
        + (self.updates == nil ? ", the default" : "")
        + ": updates are counted from the beginning of the training; nothing was written")
  }

  private func trainer(_ task: Tasks.Task, _ options: TrainingOptions, _ state: TrainingState?) throws
    -> Trainer
  {
    do {
      return try Trainer(task: task, options: options, state: state)
    } catch {
      if case .state = error, let start { throw Failure(.badData, "\(start): \(error)") }
      throw Failure(.usage, "\(error)")
    }
  }
}

/// What a run gave.
private struct Outcome: Encodable {
  let task, preset: String
  let units, rank: Int
  let seed: UInt64
  let updates: Int
  /// On 1000 trials that training never saw.
  let loss, accuracy: Double
  let seconds: Double
  /// Of each batch, before its update.
  let losses: [Double]

  func print(_ path: String) {
    Console.print(Console.style(path, .bold))
    Console.print("  \(task) (\(preset)): \(units) units, rank \(rank), seed \(seed)")
    Console.print("  \(updates) updates in \(text(seconds, digits: 3)) s")
    Console.print(
      "  on 1000 new trials: loss \(text(loss, digits: 3)), \(text(100 * accuracy, digits: 4)) % right decisions"
    )
    Console.print(
      "  next: kappa distill \(path) --task \(task)" + (preset == "paper" ? "" : " --preset \(preset)"))
  }
}
