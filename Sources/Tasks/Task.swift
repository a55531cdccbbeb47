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

  /// Which task it is.
  public let kind: Kind
  /// The options it was made with.
  public let options: Options
  /// The timing in steps, with the options applied.
  let schedule: Schedule
  /// Input of a context channel while it is on.
  let contextScale: Double
  /// SD of the input noise.
  let noise: Double
  /// Magnitudes of evidence, or frequencies.
  let levels: [Double]
  /// Pairs of frequencies, each as likely as any other; none for tasks without.
  let pairs: [Pair]
  /// What one level is multiplied by.
  let scale: Double

  /// (f₁, f₂).
  struct Pair: Sendable, Hashable {
    let first, second: Double
  }

  /// A task with options.
  ///
  /// - Throws: `TaskError` when the preset does not have the task, when an option does not apply to it, or when an
  ///   option's value makes no sense.
  public init(_ kind: Kind, options: Options = Options()) throws(TaskError) {
    guard let timing = kind.timing(options.preset) else {
      throw TaskError(
        quantity: "preset \(options.preset.rawValue)",
        expected: "one that has the task \(kind.rawValue) (use paper)",
        found: "a course sheet with perceptual-decision and parametric-working-memory only")
    }
    if let scale = options.contextScale {
      guard kind.hasContext else {
        throw TaskError(
          quantity: "context scale", expected: "no such option for \(kind.rawValue), which has no context",
          found: "\(scale)")
      }
      guard scale.isFinite else {
        throw TaskError(quantity: "context scale", expected: "a finite number", found: "\(scale)")
      }
    }
    if let noise = options.noise, !(noise.isFinite && noise >= 0) {
      throw TaskError(quantity: "noise", expected: "a standard deviation of at least 0", found: "\(noise)")
    }
    if let levels = options.levels { try kind.check(levels: levels) }
    self.kind = kind
    self.options = options
    schedule = try Schedule(timing, delay: options.delay)
    contextScale = options.contextScale ?? 0.1
    noise = options.noise ?? timing.noise
    levels = options.levels ?? timing.levels
    scale = timing.scale
    pairs = try kind.pairs(of: levels, options: options, timing: timing)
  }

  /// The task of this name with the default options; `nil` when there is none.
  public init?(name: String) {
    guard let kind = Kind(rawValue: name), let task = try? Task(kind) else { return nil }
    self = task
  }

  /// The task of this name with options.
  ///
  /// - Throws: `TaskError` as above, and when no task has this name; the error lists the names there are.
  public init(name: String, options: Options) throws(TaskError) {
    guard let kind = Kind(rawValue: name) else {
      throw TaskError(
        quantity: "task", expected: "one of \(Task.names.joined(separator: ", "))", found: "\"\(name)\"")
    }
    try self.init(kind, options: options)
  }

  /// The names of all tasks.
  public static var names: [String] { Kind.allCases.map(\.rawValue) }

  /// The task's name, as written on the command line.
  public var name: String { kind.rawValue }
  /// K, the number of input channels.
  public var inputs: Int { kind.inputNames.count }
  /// What each input channel carries, in order.
  public var inputNames: [String] { kind.inputNames }
  /// O, the number of outputs: one for every task here.
  public var outputs: Int { 1 }
  /// T, the number of steps of a trial with the longest delay.
  public var steps: Int { schedule.steps }
  /// Shortest and longest delay, in the unit of `Options.delay`.
  public var delay: ClosedRange<Int> {
    options.delay ?? (kind.timing(options.preset)?.phases.first { $0.name == "delay" }?.duration ?? 0...0)
  }
  /// Length of a step in the unit of `Options.delay`; delays are rounded down to whole steps.
  public var stepLength: Int { kind.timing(options.preset)?.step ?? 1 }
  /// Length of a step over the time constant, α = dt/τ: 20 ms / 100 ms in both presets.
  public var alpha: Double { 0.2 }
}

extension Task.Kind {
  /// What each input channel carries, in order; evidence before context, as in the field's code.
  var inputNames: [String] {
    switch self {
    case .perceptualDecision: ["evidence"]
    case .parametricWorkingMemory: ["frequency"]
    case .contextDependentDecision: ["colour", "motion", "colour context", "motion context"]
    case .multisensoryDecision: ["visual", "auditory", "visual context", "auditory context"]
    case .delayedMatchToSample: ["A", "B"]
    }
  }

  var hasContext: Bool { self == .contextDependentDecision || self == .multisensoryDecision }

  /// The pairs of frequencies that are drawn. Frequencies given by the user need not lie as far apart as the preset's:
  /// all unequal pairs of them are drawn unless the preset's are independent.
  func pairs(of levels: [Double], options: Task.Options, timing: Timing) throws(TaskError) -> [Task.Pair] {
    guard self == .parametricWorkingMemory else {
      if options.pairs != nil {
        throw TaskError(
          quantity: "pairs of frequencies",
          expected: "no such option for \(rawValue), which has no frequencies",
          found: "one")
      }
      return []
    }
    var rule = options.pairs ?? timing.pairs
    if options.pairs == nil, options.levels != nil, case .apart = rule { rule = .unequal }
    let pairs = rule.pairs(of: levels).map { Task.Pair(first: $0.first, second: $0.second) }
    guard !pairs.isEmpty else {
      throw TaskError(
        quantity: "pairs of frequencies",
        expected: "frequencies of which at least two are as far apart as asked for",
        found: "\(levels)")
    }
    return pairs
  }

  /// Refuses levels from which no trial could be drawn.
  func check(levels: [Double]) throws(TaskError) {
    func refuse(_ expected: String) -> TaskError {
      TaskError(quantity: "levels", expected: expected, found: "\(levels)")
    }
    guard !levels.isEmpty, levels.allSatisfy(\.isFinite) else { throw refuse("at least one finite number") }
    switch self {
    case .parametricWorkingMemory:
      guard Set(levels).count >= 2 else { throw refuse("at least two different frequencies") }
      guard levels.count <= 1000 else { throw refuse("at most 1000 frequencies") }
    case .delayedMatchToSample:
      throw TaskError(
        quantity: "levels", expected: "no such option for \(rawValue), whose inputs are 0 or 1",
        found: "\(levels)")
    default:
      guard levels.allSatisfy({ $0 > 0 }) else { throw refuse("positive magnitudes; the sign is drawn") }
    }
  }
}

/// An option that does not fit the task, e.g. `delay`.
public typealias TaskError = QuantityError<Task>
