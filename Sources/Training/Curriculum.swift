import Tasks

/// How the delay changes during training.
public enum Curriculum: String, Sendable, Hashable, CaseIterable, Codable {
  /// The task as it is, from the first update on.
  case none
  /// A delay that grows over the first 1200 updates, so that a memory can be found before it has to be long.
  case growing

  /// Updates of each stage, and its longest delay as a fraction of the task's.
  private static let stages: [(updates: Int, fraction: Double)] = [
    (400, 0.04), (300, 0.15), (300, 0.35), (200, 0.7),
  ]

  /// Updates after which the task is as it is for good.
  public var updates: Int { self == .none ? 0 : Curriculum.stages.reduce(0) { $0 + $1.updates } }

  /// The stages of a task, each with the update before which it ends.
  func stages(of task: Task) throws(TaskError) -> [(end: Int, task: Task)] {
    guard self == .growing else { return [] }
    var end = 0
    var result: [(end: Int, task: Task)] = []
    for stage in Curriculum.stages {
      end += stage.updates
      var options = task.options
      let longest = Int((Double(task.delay.upperBound) * stage.fraction).rounded())
      options.delay = min(task.delay.lowerBound, longest / 3)...longest
      result.append((end, try Task(task.kind, options: options)))
    }
    return result
  }
}

extension TrainingOptions {
  /// Options that train a task from every seed we tried; `Networks/README.md` has the figures.
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
      options.curriculum = .growing
    }
    return options
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
