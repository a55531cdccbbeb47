// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Tasks
import Training

/// "Train a network on a task, or on trials of my own."
///
///     let trained = try Train(TaskRequest("perceptual-decision"), output: "net.npz").run()
///     print(trained.loss, trained.accuracy)
///
/// The file is written after every `interval` updates, whole or not at all, and holds all that going on needs: a run that
/// was interrupted, or called off by its observer, continues with `resume` and ends in the same bits.
public struct Train: Codable, Sendable {
  /// The task; `nil` for trials of one's own, or for the one in a resumed file.
  public var task: TaskRequest?
  /// Trials of one's own instead.
  public var trials: TrialsToTrainOn?
  /// How to train.
  public var training: TrainingRequest
  /// Updates in all, those before a resumed file's included; `nil` for as many as go with the recipe.
  public var updates: Int?
  /// The file whose training goes on.
  public var resume: String?
  /// The network that training starts from instead of a random one.
  public var start: String?
  /// Updates between two writings of the file.
  public var interval: Int
  /// How many threads; `nil` for all cores. No result depends on it.
  public var threads: Int?
  /// The file to write; `nil` keeps the network in memory alone.
  public var output: String?

  /// Tasks whose loss is measured, too, after every `interval` updates; none of them is trained on.
  public var probes: [TaskRequest]?

  /// A training; what is left out is the task's recommendation.
  public init(
    _ task: TaskRequest?, trials: TrialsToTrainOn? = nil, training: TrainingRequest = TrainingRequest(),
    updates: Int? = nil,
    resume: String? = nil, start: String? = nil, interval: Int = 100, threads: Int? = nil,
    output: String? = nil, probes: [TaskRequest]? = nil
  ) {
    self.task = task
    self.trials = trials
    self.probes = probes
    self.training = training
    self.updates = updates
    self.resume = resume
    self.start = start
    self.interval = interval
    self.threads = threads
    self.output = output
  }

  /// Refuses what makes no sense.
  ///
  /// - Throws: a `StudyError` of kind `usage`.
  public func validate() throws(StudyError) {
    for (name, value) in [("updates", updates), ("interval", interval), ("threads", threads)] {
      if let value, value < 1 { throw StudyError(.usage, name, "expected at least 1, found \(value).") }
    }
    if let updates, updates > 100_000_000 {
      throw StudyError(.usage, "updates", "expected at most 100000000, found \(updates).")
    }
    try trials?.validate()
    if task != nil && trials != nil {
      throw StudyError(.usage, "", "`task` and `trials`: only one of them can say what is trained on.")
    }
    if task == nil && trials == nil && resume == nil {
      throw StudyError(
        .usage, "",
        "nothing to train on: `task` NAME (\(Tasks.Task.names.joined(separator: ", "))) or FILE.yaml, or `trials` FILE.npz."
      )
    }
    if resume != nil && start != nil {
      throw StudyError(.usage, "", "`resume` and `start`: only one of them can say where to begin.")
    }
    if resume != nil && training.recipe != nil {
      throw StudyError(
        .usage, "", "`resume` and `recipe`: the file that training goes on from says how it is trained.")
    }
    if let vectors = training.train {
      var seen: Set<TrainedVector> = []
      let all = vectors.map(\.rawValue).joined(separator: ",")
      if let twice = vectors.first(where: { !seen.insert($0).inserted }) {
        throw StudyError(
          .usage, "train", "expected each vector once, found \(twice.rawValue) twice in \(all)")
      }
    }
    try PrincipalDirections(inputs: training.inputsAlong, readouts: training.readoutsAlong).validate()
    if resume != nil {
      for (field, isGiven) in [
        ("inputsAlong", training.inputsAlong != nil), ("readoutsAlong", training.readoutsAlong != nil),
      ] where isGiven {
        throw StudyError(
          .usage, field, "expected no such thing beside `resume`, whose file says where training began")
      }
    }
    guard start != nil else { return }
    for (field, isGiven) in [
      ("readoutDeviation", training.readoutDeviation != nil), ("overlap", training.overlap != nil),
      ("gain", training.gain != nil),
    ] where isGiven {
      throw StudyError(
        .usage, "",
        "`\(field)` and `start`: `\(field)` is about the network that training draws, `start` gives one.")
    }
  }

  /// Trains.
  ///
  /// - Throws: `StudyError`; of kind `cancelled` when the observer called it off, with the file as far as training had
  ///   come, and of kind `software` when training diverged, with the file of the last interval.
  public func run(observer: some Observer = SilentObserver()) throws(StudyError) -> TrainingResult {
    try validate()
    return try StudyError.converting { try train(observer) }
  }

  private func train(_ observer: some Observer) throws -> TrainingResult {
    if let output, FileWriter.isStream(output) {
      throw StudyError(
        .cannotWrite, output,
        "expected a file, which training writes again and again, found a pipe or a device: write to a file and copy it"
      )
    }
    var run = try beginning(observer)
    let updates = updates ?? training.updates(for: run.trainer.task)
    if let resume { try checkGoingOn(resume, from: run.trainer.state.updates, to: updates) }
    let clock = ContinuousClock.now
    // What is there already, perhaps from a longer run, stays until there is an interval's work to put in its place.
    if !run.outputExists || run.trainer.state.updates >= updates { try run.save() }
    try run.train(until: updates, observer)
    let seconds = (ContinuousClock.now - clock).seconds
    var remarks: [Remark] = []
    if !run.trainer.isOnWholeTask {
      let remark = Remark.warning(
        "growing-delay",
        "the delay was still growing at update \(updates): more `updates` reach the whole task, `curriculum` none begins "
          + "with it", values: ["updates": Double(updates)])
      observer.remark(remark)
      remarks.append(remark)
    }
    return try run.result(seconds: seconds, remarks: remarks)
  }

  /// A new run, or the one in the file.
  private func beginning(_ observer: some Observer) throws -> TrainingRun {
    let directions = PrincipalDirections(inputs: training.inputsAlong, readouts: training.readoutsAlong)
    let inputs = [resume, start, trials?.file, task?.file].compactMap { $0 }
    if let resume {
      let file = try TrainingFile(reading: resume, trials: trials?.file)
      try checkAgreement(file, path: resume)
      var options = file.record.options
      options.threads = threads ?? TrainingRun.cores
      return TrainingRun(
        trainer: try trainer(file.task, options, file.state), record: file.record, output: output,
        inputs: inputs, interval: interval, probed: try probed(file.task))
    }
    let source = try source()
    let task = try StudyError.converting { try source.task() }
    for remark in trials?.remarks(on: task) ?? [] { observer.remark(remark) }
    var options = training.options(for: task)
    options.threads = threads ?? TrainingRun.cores
    var state: TrainingState?
    if let start {
      let network = try initialNetwork(start, alpha: task.alpha, observer)
      options.units = network.unitCount
      options.rank = network.rank
      options.transfer = network.transfer
      options.form = network.form
      let parts = TrainingVectors(network)
      options.held = TrainedVector.extras.filter { parts[$0].columns > 0 }
      state = TrainingState(startingFrom: network, options: options)
    }
    var first = try trainer(task, options, state)
    if directions.inputs != nil || directions.readouts != nil {
      first = try trainer(task, options, try directions.applied(to: first))
    }
    return TrainingRun(
      trainer: first,
      record: TrainingRecord(task: source, options: options, start: start), output: output, inputs: inputs,
      interval: interval, probed: try probed(task))
  }

  /// The other tasks, which have to fit the network that is trained.
  private func probed(_ task: Tasks.Task) throws(StudyError) -> [Tasks.Task] {
    var found: [Tasks.Task] = []
    for probe in probes ?? [] {
      let other = try probe.task()
      guard other.inputs == task.inputs, other.outputs == task.outputs, other.alpha == task.alpha else {
        throw StudyError(
          .usage, "probe",
          "expected a task of \(task.inputs) inputs, \(task.outputs) outputs and α = \(text(task.alpha)) like "
            + "\(task.name), found \(other.name) with \(other.inputs), \(other.outputs) and \(text(other.alpha))"
        )
      }
      found.append(other)
    }
    return found
  }

  /// Refuses a task or trials that there are not.
  ///
  /// - Throws: a `StudyError`.
  public func checkSource() throws(StudyError) {
    let source = try source()
    _ = try StudyError.converting { try source.task() }
  }

  /// How many updates go with the recipe for what is trained on.
  func updatesOfRecipe() throws(StudyError) -> Int {
    let source = try source()
    return training.updates(for: try StudyError.converting { try source.task() })
  }

  /// What is trained on.
  private func source() throws(StudyError) -> TaskSource {
    if let task { return try task.source() }
    guard let trials else { throw StudyError(.usage, "task", "expected a name, found none") }
    return try trials.source()
  }

  /// The network to start from; what the request says about it has to be so.
  private func initialNetwork(_ path: String, alpha: Double, _ observer: some Observer) throws -> Network {
    var options = ImportOptions()
    if case .low(let rank) = training.rank { options.rank = rank }
    options.transfer = training.transfer
    let imported = try NetworkFile.load(path, options)
    let network = imported.network
    if let (quantity, found) = network.untrainable {
      throw StudyError(.badData, path, "expected a network that can be trained, found \(quantity): \(found)")
    }
    for (field, wanted, found) in [
      ("units", training.units, network.unitCount),
      ("rank", training.rank == .full ? nil : options.rank, network.rank),
    ] {
      if let wanted, wanted != found {
        throw StudyError(
          .usage, field,
          "expected \(found) as in \(path), found \(wanted): leave it out, or begin without `start`")
      }
    }
    for warning in imported.warnings { observer.remark(.warning(.reading, "\(path): \(warning)")) }
    if imported.alpha != alpha {
      observer.remark(
        .warning(
          .otherStep,
          "\(path): its α = dt/τ is \(text(imported.alpha)), the task's is \(text(alpha)): training and the file "
            + "written take the task's", values: ["file": imported.alpha, "task": alpha]))
    }
    return try network.starting(at: imported.initialState)
  }

  /// What the request repeats has to be what the file says.
  private func checkAgreement(_ file: TrainingFile, path: String) throws(StudyError) {
    let record = file.record
    if let task {
      let source = try task.source()
      guard source.name == record.task, source.isSameText(as: record.source) else {
        throw StudyError(
          .usage, path,
          "expected the task that this training began with, \(record.task), found "
            + (source.name == record.task ? "another description of it" : source.name))
      }
    }
    if let trials {
      guard let began = record.source.trials else {
        throw StudyError(
          .usage, path, "expected the task that this training began with, \(record.task), found trials")
      }
      try trials.checkAgreement(with: began, noise: record.taskOptions.noise)
    }
    let asked =
      (task.map { task in task.named.filter { task.given.contains($0.field) } } ?? [])
      + TrainingRequest.named(training.applied(to: TrainingOptions())).filter {
        training.given.contains($0.field)
      }
    let recorded =
      TaskRequest(record.task, record.taskOptions).named + TrainingRequest.named(record.options)
    for one in asked {
      guard let began = recorded.first(where: { $0.field == one.field }), began.value != one.value else {
        continue
      }
      throw StudyError(
        .usage, one.field,
        "expected \(began.value), with which the training in \(path) began, found \(one.value): leave it out, or begin "
          + "anew without `resume`")
    }
  }

  /// Training does not go backwards: fewer updates than the file holds are a mistake, as many give a copy of it.
  private func checkGoingOn(_ path: String, from done: Int, to updates: Int) throws(StudyError) {
    guard updates < done else { return }
    throw StudyError(
      .usage, "updates",
      "expected at least \(done), which \(path) holds already, found \(updates)"
        + (self.updates == nil ? ", the default" : "")
        + ": updates are counted from the beginning of the training; nothing was written")
  }

  private func trainer(_ task: Tasks.Task, _ options: TrainingOptions, _ state: TrainingState?)
    throws(StudyError) -> Trainer
  {
    do {
      return try Trainer(task: task, options: options, state: state)
    } catch {
      if case .state = error, let start { throw StudyError(.badData, start, "\(error)") }
      throw StudyError(.usage, "", "\(error)")
    }
  }
}

extension TaskRequest {
  /// A task as a file records it.
  init(_ name: String, _ options: Tasks.Task.Options) {
    self.init(
      name, preset: options.preset, contextScale: options.contextScale, delay: options.delay,
      inputNoise: options.noise)
  }

  /// The options under the names of the request's fields, in words.
  fileprivate var named: [(field: String, value: String)] {
    [
      ("preset", options.preset.rawValue), ("contextScale", contextScale.map { "\($0)" } ?? "the task's"),
      ("delay", delay.map { "\($0.lowerBound):\($0.upperBound)" } ?? "the task's"),
      ("inputNoise", inputNoise.map { "\($0)" } ?? "the task's"),
    ]
  }

  /// The fields that are given.
  fileprivate var given: Set<String> {
    let fields: [(String, Bool)] = [
      ("preset", preset != nil), ("contextScale", contextScale != nil), ("delay", delay != nil),
      ("inputNoise", inputNoise != nil),
    ]
    return Set(fields.filter(\.1).map(\.0))
  }
}
