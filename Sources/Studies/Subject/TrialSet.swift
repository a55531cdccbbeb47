// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Tasks

/// The trials of a study: those that are judged, and others to fit circuits to and to choose between fits by.
public struct TrialSet: Sendable {
  /// The trials that dynamics are run on and judged by.
  public let trials: Trials
  /// Where they come from, in words.
  public let source: String
  /// The seed of everything random.
  public let seed: UInt64
  /// Conditions and epochs, where the trials are a task's or their file has labels.
  public let task: TaskTrials?
  /// The task they are trials of.
  public let definition: Tasks.Task?
  /// Trials that a circuit is fitted to.
  public let training: Stimulus?
  /// Trials by which choices between fits are made.
  public let validation: Stimulus?
  /// z of these trials as the user's own code computed it, where the file holds it; without latents.
  public let recorded: Trajectory?
  /// Which of a file's trials these are, counted from 0, where they are not all of them.
  public let numbers: [Int]?
  /// A name for every input channel, where the task or the file has names.
  public let inputNames: [String]?

  /// Trials in memory; without others to fit to.
  public init(_ trials: Trials, source: String = "trials", seed: UInt64 = 1) {
    self.init(trials: trials, source: source, seed: seed)
  }

  private init(
    trials: Trials, source: String, seed: UInt64, task: TaskTrials? = nil, definition: Tasks.Task? = nil,
    training: Stimulus? = nil, validation: Stimulus? = nil, recorded: Trajectory? = nil,
    numbers: [Int]? = nil, inputNames: [String]? = nil
  ) {
    self.inputNames = inputNames ?? definition?.inputNames
    self.recorded = recorded
    self.trials = trials
    self.source = source
    self.seed = seed
    self.task = task
    self.definition = definition
    self.training = training
    self.validation = validation
    self.numbers = numbers
  }

  /// The trials that a request names, checked against K and O of the subject.
  ///
  /// - Parameters:
  ///   - isFitted: whether a circuit is to be fitted; a file's trials are then dealt out to those to fit to, to choose by
  ///     and to judge by. A task has trials for all three.
  ///   - alpha: the α that the trials will be run with; a task's trials belong to its own.
  ///   - observer: is told what to know about the trials.
  /// - Throws: `StudyError` when the request makes no sense, the file cannot be used or the task does not fit.
  public init(
    _ request: TrialRequest, inputs: Int, outputs: Int, of subject: String, alpha: Double,
    isFitted: Bool = false, observer: some Observer = SilentObserver()
  ) throws(StudyError) {
    try request.validate()
    try request.require()
    if request.isRecorded {
      self = try .of(
        request.recorded(channels: inputs, outputs: outputs), request, isFitted: isFitted, observer: observer)
      return
    }
    guard let wanted = request.task else { throw StudyError(.usage, "task", "expected a name, found none") }
    let task = try wanted.task()
    try Self.check(task, inputs, outputs, subject)
    for remark in Self.remarks(task, wanted, subject, alpha) { observer.remark(remark) }
    let count = request.trialCount ?? TrialRequest.defaultCount
    let (steps, overflow) = task.steps.multipliedReportingOverflow(by: count)
    guard !overflow, steps <= 1 << 28 else {
      throw StudyError(
        .usage, "trialCount",
        "expected at most 2^28 steps in all trials together, found \(count) trials of \(task.steps) steps")
    }
    let seed = request.seed
    let drawn = task.labelledTrials(count: count, seed: RandomStream.seed(seed, for: .judged))
    // Context multiplies the situations a fit has to see.
    let others = task.inputNames.contains { $0.contains("context") || $0.hasPrefix("rule ") } ? 100 : 30
    // Running a circuit costs little beside fitting one, and few trials decide badly.
    let chosenBy = TrialRequest.defaultCount
    self.init(
      trials: drawn.trials,
      source: "\(task.name) (\(task.kind == nil ? "" : "\(task.options.preset.rawValue), ")seed \(seed))",
      seed: seed, task: drawn, definition: task,
      training: task.trials(count: others, seed: RandomStream.seed(seed, for: .fitted)).stimulus,
      validation: task.trials(count: chosenBy, seed: RandomStream.seed(seed, for: .chosenBy)).stimulus)
  }

  /// Trials that were read already, as the request wants them.
  static func of(
    _ found: RecordedTrials, _ request: TrialRequest, isFitted: Bool = false,
    observer: some Observer = SilentObserver()
  ) throws(StudyError) -> TrialSet {
    let file = request.source
    let all = found.ended
    let recorded = found.z.map {
      Trajectory(
        trials: all.stimulus.trials, steps: all.stimulus.steps, rank: 0, outputCount: found.outputs,
        kappa: [],
        outputs: $0)
    }
    if !found.unknown.isEmpty {
      observer.remark(
        .note(
          .reading,
          "\(file): arrays that mean nothing here: \(found.unknown.prefix(8).joined(separator: ", "))"))
    }
    if !all.mask.isEmpty, all.mask.allSatisfy({ $0 == 0 }) {
      observer.remark(
        .warning(
          .emptyMask,
          "\(file): the mask is zero everywhere, so that there is no response window: no decisions, no loss"
        ))
    }
    return isFitted
      ? try .dealtOut(
        all, source: file, seed: request.seed, labels: Self.labels(found), recorded: recorded,
        inputNames: found.inputNames)
      : TrialSet(
        trials: all, source: file, seed: request.seed, task: Self.labels(found), recorded: recorded,
        inputNames: found.inputNames)
  }

  /// The labels in a file of trials; `nil` where it has none.
  private static func labels(_ found: RecordedTrials) -> TaskTrials? {
    guard !found.conditions.isEmpty || !found.epochs.isEmpty else { return nil }
    return TaskTrials(found)
  }

  /// The trials that a request names, for a network.
  public init(
    _ request: TrialRequest, for subject: Subject, isFitted: Bool = false,
    observer: some Observer = SilentObserver()
  ) throws(StudyError) {
    let (inputs, outputs): (Int, Int) =
      switch subject.matter {
      case .network(let imported): (imported.network.inputCount, imported.network.outputCount)
      case .circuit(let file): (file.circuit.inputCount, file.circuit.outputCount)
      }
    try self.init(
      request, inputs: inputs, outputs: outputs, of: subject.name, alpha: subject.alpha, isFitted: isFitted,
      observer: observer)
  }

  private static func check(_ task: Tasks.Task, _ inputs: Int, _ outputs: Int, _ subject: String)
    throws(StudyError)
  {
    guard task.inputs == inputs else {
      throw StudyError(
        .badData, subject,
        "expected \(task.inputs) inputs (\(task.inputNames.joined(separator: ", "))) for the task "
          + "\(task.name), found \(inputs): choose the task the network was trained on, or give `trials`")
    }
    guard task.outputs == outputs else {
      throw StudyError(
        .badData, subject,
        "expected \(task.outputs) output\(task.outputs == 1 ? "" : "s") for the task \(task.name), found \(outputs)"
      )
    }
  }

  private static func remarks(
    _ task: Tasks.Task, _ request: TaskRequest, _ subject: String, _ alpha: Double
  ) -> [Remark] {
    var remarks: [Remark] = []
    if request.delay != nil, let step = task.stepLength,
      let uneven = [task.delay.lowerBound, task.delay.upperBound].first(where: { $0 % step != 0 })
    {
      remarks.append(
        .note(
          .roundedDelay,
          "`delay` \(uneven): \(uneven / step) steps of \(step) ms, rounded down"))
    }
    if abs(alpha - task.alpha) > 1e-9 {
      remarks.append(
        .warning(
          .otherStep,
          "\(subject): the trials of \(task.name) have steps of α = \(task.alpha); with the network's α = \(text(alpha)) "
            + "a step is another share of τ", values: ["task": task.alpha, "network": alpha]))
    }
    return remarks
  }

  /// How many trials a file must hold before they are dealt out without being asked for: three to fit to, three to choose
  /// by, three to judge by.
  public static let fewestToDealOut = 9

  /// The same trials with others to fit to and to choose by: a task has them anyway, a file's are dealt out; `nil` where
  /// there are too few.
  func withTrialsToFit() throws(StudyError) -> TrialSet? {
    if training != nil { return self }
    guard trials.stimulus.trials >= Self.fewestToDealOut else { return nil }
    return try .dealtOut(
      trials, source: source, seed: seed, labels: task, recorded: recorded, inputNames: inputNames)
  }

  /// A file's trials dealt out in three parts: to fit to, to choose by, to judge by.
  ///
  /// They are shuffled first: files may be sorted by condition, or go through the conditions in turn.
  ///
  /// - Throws: a `StudyError` for fewer than three trials.
  public static func dealtOut(
    _ trials: Trials, source: String, seed: UInt64, labels: TaskTrials? = nil, recorded: Trajectory? = nil,
    inputNames: [String]? = nil
  ) throws(StudyError) -> TrialSet {
    let count = trials.stimulus.trials
    guard count >= 3 else {
      throw StudyError(
        .badData, source,
        "expected at least 3 trials (a third each to fit, to choose, to judge), found \(count)")
    }
    var stream = RandomStream(seed: seed, purpose: .dealtTrials)
    let order = stream.sample(count, below: count)
    let (first, second) = (count / 3, 2 * count / 3)
    let judged = order[second...].sorted()
    return TrialSet(
      trials: trials.selecting(judged),
      source:
        "\(source), \(judged.count) of its \(count) trials (dealt out with seed \(seed): fitted to \(first) others, chosen "
        + "by \(second - first) others)",
      seed: seed, task: labels?.selecting(judged),
      training: trials.selecting(order[..<first].sorted()).stimulus,
      validation: trials.selecting(order[first..<second].sorted()).stimulus,
      recorded: recorded?.selecting(judged), numbers: judged, inputNames: inputNames)
  }
}
