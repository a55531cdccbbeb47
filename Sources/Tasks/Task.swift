// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A task of the field with its options: a source of seeded trials with targets and response windows.
///
///     let task = try Task(.perceptualDecision, options: Task.Options(preset: .course))
///     let trials = task.trials(count: 32, seed: 1)
///
/// Sources: Dubreuil, Valente, Beiran, Mastrogiuseppe & Ostojic 2022 (Nat. Neurosci. 25:783) and its public code for
/// the preset `paper`; the course sheet "Decision making in low-rank recurrent neural networks" for `course`.
/// All durations and scales stand in one table, `Timing.swift`.
public struct Task: Sendable, Hashable {
  /// Which task it is.
  public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
    /// One channel of noisy evidence; report its sign (random-dot motion).
    case perceptualDecision = "perceptual-decision"
    /// Two frequencies with a delay between them; report (f₁ - f₂)/24.
    case parametricWorkingMemory = "parametric-working-memory"
    /// Two channels of evidence and a context that says which one to report the sign of.
    case contextDependentDecision = "context-dependent-decision"
    /// Evidence from vision, hearing or both in agreement; report its sign.
    case multisensoryDecision = "multisensory-decision"
    /// Two stimuli out of two kinds with a delay between them; report +1 if they match and -1 if not.
    case delayedMatchToSample = "delayed-match-to-sample"
  }

  /// A set of timings and scales.
  public enum Preset: String, Sendable, Hashable, CaseIterable, Codable {
    /// The protocol of Dubreuil et al. 2022: dt = 20 ms, τ = 100 ms, so α = 0.2.
    case paper
    /// The protocol of the course sheet, T = 75 steps; perceptual decision and working memory only.
    case course
  }

  /// What a user may change about a task. `nil` is the preset's own value.
  public struct Options: Sendable, Hashable, Codable {
    /// The set of timings and scales.
    public var preset: Preset
    /// Input of the context channels while they are on (0.1 unless given); for the two tasks with a context.
    public var contextScale: Double?
    /// Shortest and longest delay, both included: milliseconds for `paper`, steps for `course`.
    public var delay: ClosedRange<Int>?
    /// SD of the input noise of each step and each sensory channel. Zero gives noiseless trials of the same conditions.
    public var noise: Double?
    /// Magnitudes of evidence to draw from (multiplied by the preset's scale, with either sign), or the frequencies.
    public var levels: [Double]?
    /// Which pairs of frequencies are drawn; for the working-memory task.
    public var pairs: FrequencyPairs?

    /// Options; the preset alone unless more is given.
    public init(
      preset: Preset = .paper, contextScale: Double? = nil, delay: ClosedRange<Int>? = nil,
      noise: Double? = nil, levels: [Double]? = nil, pairs: FrequencyPairs? = nil
    ) {
      self.preset = preset
      self.contextScale = contextScale
      self.delay = delay
      self.noise = noise
      self.levels = levels
      self.pairs = pairs
    }
  }

  /// Where its trials come from.
  enum Matter: Sendable, Hashable {
    case published(PublishedTask)
    case described(TaskDescription)
    case recorded(RecordedTask)
    case several(SeveralTasks)
  }

  let matter: Matter
  /// Which of the published protocols it is; `nil` for every other task.
  public let kind: Kind?
  /// The options it was made with.
  public let options: Options

  /// A task with options.
  ///
  /// - Throws: `TaskError` when the preset does not have the task, when an option does not apply to it, or when an
  ///   option's value makes no sense.
  public init(_ kind: Kind, options: Options = Options()) throws(TaskError) {
    matter = .published(try PublishedTask(kind, options: options))
    self.kind = kind
    self.options = options
  }

  /// The task of this name with the default options; `nil` when there is none.
  public init?(name: String) {
    guard let task = try? Task(name: name, options: Options()) else { return nil }
    self = task
  }

  /// The task of this name with options.
  ///
  /// - Throws: `TaskError` as above, and when no task has this name; the error lists the names there are.
  public init(name: String, options: Options) throws(TaskError) {
    if let kind = Kind(rawValue: name) {
      try self.init(kind, options: options)
    } else if let known = TaskDescription.builtIn[name] {
      try self.init(known, options: options)
    } else {
      throw TaskError(
        quantity: "task", expected: "one of \(Task.names.joined(separator: ", "))", found: "\"\(name)\"")
    }
  }

  /// A task as a text describes it.
  ///
  /// - Throws: `TaskError` for options other than noise: the rest stands in the text.
  public init(_ description: TaskDescription, options: Options = Options()) throws(TaskError) {
    try options.checkNoiseAlone(for: description.name)
    matter = .described(options.noise.map(description.withNoise) ?? description)
    kind = nil
    self.options = options
  }

  /// Several tasks in one network: each trial is one of them, and an input of its own says which.
  ///
  /// - Throws: `TaskError` when their steps, outputs or scoring differ.
  public init(_ tasks: [Task]) throws(TaskError) {
    matter = .several(try SeveralTasks(tasks))
    kind = nil
    options = Options(noise: tasks.contains { $0.options.noise != nil } ? tasks[0].options.noise : nil)
  }

  /// Trials of one's own, to train on.
  ///
  /// - Parameters:
  ///   - drawn: those that batches are drawn from, with targets and a mask.
  ///   - heldOut: those that are never trained on, of as many steps, channels and outputs.
  ///   - alpha: dt/τ.
  ///   - noise: SD of fresh noise on each step of each channel whenever a trial is drawn.
  /// - Throws: `TaskError` when there are none, without targets, or of different sizes.
  public init(
    recorded drawn: TaskTrials, heldOut: TaskTrials, name: String, inputNames: [String]? = nil, alpha: Double,
    noise: Double = 0
  ) throws(TaskError) {
    let (first, second) = (drawn.trials, heldOut.trials)
    guard first.stimulus.trials > 0, second.stimulus.trials > 0 else {
      throw TaskError(quantity: "trials", expected: "some to train on and some held out", found: "none")
    }
    guard !first.target.isEmpty, !first.mask.isEmpty, first.mask.contains(where: { $0 > 0 }) else {
      throw TaskError(quantity: "trials", expected: "targets and a mask", found: "none")
    }
    guard first.stimulus.steps == second.stimulus.steps, first.stimulus.channels == second.stimulus.channels,
      first.outputs == second.outputs, second.target.count == second.mask.count
    else { throw TaskError(quantity: "trials", expected: "one size", found: "two") }
    guard alpha.isFinite, alpha > 0, alpha <= 1 else {
      throw TaskError(quantity: "alpha", expected: "a number above 0, at most 1", found: "\(alpha)")
    }
    guard noise.isFinite, noise >= 0 else {
      throw TaskError(quantity: "noise", expected: "a standard deviation of at least 0", found: "\(noise)")
    }
    matter = .recorded(
      RecordedTask(
        name: name, inputNames: inputNames ?? (0..<first.stimulus.channels).map { "u\($0 + 1)" },
        alpha: alpha, noise: noise, drawn: drawn, heldOut: heldOut))
    kind = nil
    options = Options(noise: noise > 0 ? noise : nil)
  }

  /// The names of all tasks.
  public static var names: [String] { Kind.allCases.map(\.rawValue) + TaskDescription.builtInNames }

  /// The task's name, as written on the command line.
  public var name: String {
    switch matter {
    case .published(let task): task.kind.rawValue
    case .described(let task): task.name
    case .recorded(let task): task.name
    case .several(let task): task.tasks.map(\.name).joined(separator: "+")
    }
  }
  /// K, the number of input channels.
  public var inputs: Int { inputNames.count }
  /// What each input channel carries, in order.
  public var inputNames: [String] {
    switch matter {
    case .published(let task): task.kind.inputNames
    case .described(let task): task.inputs.map(\.name)
    case .recorded(let task): task.inputNames
    case .several(let task): task.inputNames
    }
  }
  /// O, the number of outputs.
  public var outputs: Int {
    switch matter {
    case .published: 1
    case .described(let task): task.outputs.count
    case .recorded(let task): task.drawn.trials.outputs
    case .several(let task): task.tasks[0].outputs
    }
  }
  /// T, the number of steps of the longest trial.
  public var steps: Int {
    switch matter {
    case .published(let task): task.schedule.steps
    case .described(let task): task.steps
    case .recorded(let task): task.drawn.trials.stimulus.steps
    case .several(let task): task.steps
    }
  }
  /// What makes an answer right.
  public var scoring: Scoring {
    switch matter {
    case .published: .sign
    case .described(let task): task.scoring
    case .recorded(let task): task.drawn.trials.scoring
    case .several(let task): task.tasks[0].scoring
    }
  }
  /// Shortest and longest delay, in the unit of `Options.delay`; zero for what is not one of the published protocols.
  public var delay: ClosedRange<Int> {
    guard let kind else { return 0...0 }
    return options.delay
      ?? (kind.timing(options.preset)?.phases.first { $0.name == "delay" }?.duration ?? 0...0)
  }
  /// Length of a step in the unit of `Options.delay`; delays are rounded down to whole steps. `nil` where the length of a
  /// step is no whole number of ms, or not known.
  public var stepLength: Int? {
    switch matter {
    case .published(let task): task.kind.timing(options.preset)?.step ?? 1
    case .described(let task): Int(exactly: task.step)
    case .recorded: nil
    case .several(let task): task.tasks[0].stepLength
    }
  }
  /// Length of a step over the time constant, α = dt/τ: 20 ms / 100 ms in both presets.
  public var alpha: Double {
    switch matter {
    case .published: 0.2
    case .described(let task): task.alpha
    case .recorded(let task): task.alpha
    case .several(let task): task.tasks[0].alpha
    }
  }
  /// The same task without noise on its inputs.
  public var noiseless: Task {
    switch matter {
    case .published(let task):
      var options = options
      options.noise = 0
      return (try? Task(task.kind, options: options)) ?? self
    case .described(let task): return Task(matter: .described(task.withNoise(0)), options: options)
    case .recorded(let task):
      return
        (try? Task(
          recorded: task.drawn, heldOut: task.heldOut, name: task.name, inputNames: task.inputNames,
          alpha: task.alpha)) ?? self
    case .several(let task): return (try? Task(task.tasks.map(\.noiseless))) ?? self
    }
  }

  private init(matter: Matter, options: Options) {
    (self.matter, self.options, kind) = (matter, options, nil)
  }
}

extension Task.Options {
  /// Refuses everything but noise.
  fileprivate func checkNoiseAlone(for name: String) throws(TaskError) {
    for (quantity, isGiven) in [
      ("preset", preset != .paper), ("context scale", contextScale != nil), ("delay", delay != nil),
      ("levels", levels != nil), ("pairs of frequencies", pairs != nil),
    ] where isGiven {
      throw TaskError(
        quantity: quantity, expected: "no such option for \(name), whose description says all but noise",
        found: "one")
    }
    if let noise, !(noise.isFinite && noise >= 0) {
      throw TaskError(quantity: "noise", expected: "a standard deviation of at least 0", found: "\(noise)")
    }
  }
}

/// An option that does not fit the task, e.g. `delay`.
public typealias TaskError = QuantityError<Task>
