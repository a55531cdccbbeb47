// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Tasks

/// How the delay changes during training.
public enum Curriculum: String, Sendable, Hashable, CaseIterable, Codable {
  /// The task as it is, from the first update on.
  case none
  /// A delay that grows in stages, so that a memory can be found before it has to be long. A stage ends when the task
  /// is mastered at its delay: when the mean loss of 40 updates is below a tenth of the mean squared target.
  case growing

  /// Longest delays of the stages as fractions of the task's.
  private static let fractions = [0.04, 0.15, 0.35, 0.7]
  /// Updates over which the loss of a stage is averaged.
  static let window = 40

  /// The tasks of the stages, in order.
  func stages(of task: Task) throws(TaskError) -> [Task] {
    guard self == .growing else { return [] }
    guard let kind = task.kind else {
      throw TaskError(
        quantity: "curriculum", expected: "none for \(task.name), which has no delay that could grow",
        found: rawValue)
    }
    var result: [Task] = []
    for fraction in Curriculum.fractions {
      var options = task.options
      let longest = Int((Double(task.delay.upperBound) * fraction).rounded())
      options.delay = min(task.delay.lowerBound, longest / 3)...longest
      result.append(try Task(kind, options: options))
    }
    return result
  }
}

/// Which stage of a curriculum comes next: a function of the losses alone, so that a run taken up again knows it.
struct StageCounter: Sendable {
  /// The stage of the next update; as many as there are stages when all are over.
  private(set) var stage = 0
  private var recent: [Double] = []
  private let stages: Int
  private let threshold: Double

  /// - Parameter threshold: the mean loss below which a stage is mastered.
  init(stages: Int, threshold: Double, losses: [Double]) {
    self.stages = stages
    self.threshold = threshold
    for loss in losses { add(loss) }
  }

  /// Takes note of the loss of an update.
  mutating func add(_ loss: Double) {
    guard stage < stages else { return }
    recent.append(loss)
    if recent.count > Curriculum.window { recent.removeFirst() }
    if recent.count == Curriculum.window, recent.reduce(0, +) < threshold * Double(recent.count) {
      stage += 1
      recent = []
    }
  }
}

extension TrainingOptions {
  /// Options to start from. Tasks other than the published ones train I, too, at a rank of two and at least as many as they have
  /// outputs.
  public static func recommended(for task: Task) -> TrainingOptions {
    if let kind = task.kind { return recommended(for: kind) }
    var options = TrainingOptions()
    options.rank = max(2, task.outputs)
    options.trained = [.m, .n, .inputs]
    options.clip = 1
    return options
  }

  /// The published recipe, where the task has one.
  public static func published(for task: Task) -> TrainingOptions? { task.kind.map { published(for: $0) } }

  /// Options to start from: what trained each task from every seed tried (`notes/training.md`).
  public static func recommended(for kind: Task.Kind) -> TrainingOptions {
    var options = TrainingOptions()
    switch kind {
    case .perceptualDecision:
      break
    case .parametricWorkingMemory:
      options.rank = 2
      options.curriculum = .growing
    case .contextDependentDecision, .multisensoryDecision:
      // Several inputs: their vectors have to learn, too, as in the field's own code.
      options.units = 512
      options.learningRate = 1e-2
      options.trained = [.m, .n, .inputs]
    case .delayedMatchToSample:
      options.units = 500
      options.rank = 2
      options.learningRate = 1e-2
      options.overlap = 1
      // Without it, single steps after the plateau throw away what was learnt.
      options.clip = 0.3
      options.curriculum = .growing
    }
    return options
  }

  /// The recipe of Dubreuil et al. 2022 and its public code: private noise, 800 fixed trials, weights of the best epoch,
  /// and gains of what is not trained itself. Context tasks train I and clip the gradient's norm at 1.
  ///
  /// Their working-memory and match-to-sample networks start from the singular values of full-rank ones and are trained
  /// with delays that grow by hand; of that, only what is an option here is in these.
  public static func published(for kind: Task.Kind) -> TrainingOptions {
    var options = TrainingOptions()
    options.units = 512
    options.learningRate = 1e-2
    options.noise = kind == .parametricWorkingMemory ? 0.005 : 0.05
    options.gains = true
    options.fixedTrials = 800
    options.keepsBest = true
    switch kind {
    case .perceptualDecision:
      options.learningRate = 5e-3
    case .contextDependentDecision, .multisensoryDecision:
      options.trained = [.m, .n, .inputs]
      options.clip = 1
    case .parametricWorkingMemory, .delayedMatchToSample:
      options.rank = 2
      options.clip = 1
    }
    return options
  }

  /// Updates that go with `published(for:)`: 20 epochs of perceptual decision, 100 of the others.
  public static func publishedUpdates(for kind: Task.Kind) -> Int { kind == .perceptualDecision ? 500 : 2500 }

  /// Takes a whole J for m and n, and with it the recommendations for full rank: J is trained in their place, with a
  /// smaller step, for N² entries move together.
  public mutating func takeFullRank() {
    isFullRank = true
    trained.subtract([.m, .n])
    trained.insert(.connectivity)
    learningRate = 1e-3
    overlap = 0
  }

  /// Updates that go with `recommended(for:)`.
  public static func recommendedUpdates(for task: Task) -> Int {
    task.kind.map { recommendedUpdates(for: $0) } ?? 2000
  }

  /// Updates that go with `recommended(for:)`.
  public static func recommendedUpdates(for kind: Task.Kind) -> Int {
    switch kind {
    case .perceptualDecision: 1000
    case .parametricWorkingMemory, .delayedMatchToSample: 3000
    case .contextDependentDecision, .multisensoryDecision: 2000
    }
  }
}
