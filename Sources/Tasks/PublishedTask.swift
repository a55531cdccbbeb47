// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// One of the published protocols with its options, ready to draw trials.
struct PublishedTask: Sendable, Hashable {
  /// Which task it is.
  let kind: Task.Kind
  /// The options it was made with.
  let options: Task.Options
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
  init(_ kind: Task.Kind, options: Task.Options) throws(TaskError) {
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
  func pairs(of levels: [Double], options: Task.Options, timing: Timing) throws(TaskError) -> [PublishedTask
    .Pair]
  {
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
    let pairs = rule.pairs(of: levels).map { PublishedTask.Pair(first: $0.first, second: $0.second) }
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
