import Tasks
import Testing
import Training

@Suite struct TrainerTests {
  private func small(_ seed: UInt64, change: (inout TrainingOptions) -> Void = { _ in }) throws -> Trainer {
    var options = TrainingOptions()
    options.units = 24
    options.batch = 10
    options.seed = seed
    change(&options)
    return try Trainer(
      task: Tasks.Task(.perceptualDecision, options: .init(preset: .course)), options: options)
  }

  @Test func theTaskIsLearned() throws {
    let seed: UInt64 = 1
    var trainer = try small(seed) {
      $0.units = 128
      $0.batch = 32
    }
    let before = trainer.test(count: 200)
    try trainer.advance(by: 120)
    let after = trainer.test(count: 200)
    #expect(before.loss > 0.1, "seed \(seed)")
    #expect(after.loss < 0.02, "seed \(seed)")
    #expect(after.accuracy >= 0.99, "seed \(seed)")
    #expect(trainer.state.losses.count == 120)
    #expect(try trainer.network().unitCount == 128)
  }

  @Test func aResumedRunEndsInTheSameBits() throws {
    let seed: UInt64 = 2
    for precision in TrainingOptions.Precision.allCases {
      var whole = try small(seed) {
        $0.precision = precision
        $0.clip = 0.5
      }
      try whole.advance(by: 20)
      var first = try small(seed) {
        $0.precision = precision
        $0.clip = 0.5
      }
      try first.advance(by: 7)
      var second = try Trainer(task: first.task, options: first.options, state: first.state)
      try second.advance(by: 6)
      try second.advance(by: 7)
      #expect(second.state == whole.state, "seed \(seed)")
    }
  }

  @Test func threadsChangeNoBit() throws {
    let seed: UInt64 = 3
    var one = try small(seed)
    var three = try small(seed) { $0.threads = 3 }
    try one.advance(by: 10)
    try three.advance(by: 10)
    #expect(one.state == three.state, "seed \(seed)")
    #expect(one.test(count: 50) == three.test(count: 50))
    var other = try small(seed + 1)
    try other.advance(by: 10)
    #expect(other.state != one.state)
  }

  @Test func onlyWhatIsTrainedChanges() throws {
    let seed: UInt64 = 4
    var trainer = try small(seed)
    let before = trainer.state.parameters
    try trainer.advance(by: 3)
    #expect(trainer.state.parameters.inputs == before.inputs)
    #expect(trainer.state.parameters.readouts == before.readouts)
    #expect(trainer.state.parameters.m != before.m)
    var all = try small(seed) { $0.trained = [.inputs, .readouts] }
    try all.advance(by: 3)
    #expect(all.state.parameters.inputs != before.inputs)
    #expect(all.state.parameters.readouts != before.readouts)
    #expect(all.state.parameters.m == before.m)
  }

  /// Adam's first step has length equal to the learning rate in every entry whose gradient is not tiny (Kingma & Ba).
  @Test func theFirstStepOfAdamHasTheLearningRate() throws {
    let seed: UInt64 = 5
    var trainer = try small(seed) { $0.learningRate = 0.01 }
    let before = trainer.state.parameters.n.elements
    try trainer.advance(by: 1)
    for (a, b) in zip(before, trainer.state.parameters.n.elements) {
      #expect(abs(abs(a - b) - 0.01) < 1e-4, "seed \(seed)")
    }
  }

  @Test func clippingShortensTheGradient() throws {
    let seed: UInt64 = 6
    var trainer = try small(seed) { $0.clip = 1e-6 }
    try trainer.advance(by: 1)
    // After one update Adam's first moment is a tenth of the gradient.
    #expect(abs(trainer.state.firstMoment.norm - 1e-7) < 1e-13, "seed \(seed)")
  }

  @Test func divergenceStopsBeforeTheStateIsSpoilt() throws {
    let seed: UInt64 = 7
    var trainer = try small(seed) {
      $0.transfer = .linear
      $0.learningRate = 1e4
    }
    var caught: TrainingError?
    do throws(TrainingError) { try trainer.advance(by: 200) } catch { caught = error }
    guard case .diverged(let update, _) = caught else {
      Issue.record("no divergence (seed \(seed))")
      return
    }
    #expect(update == trainer.state.updates + 1)
    let finite = trainer.state.losses.allSatisfy { $0.isFinite }
    #expect(finite)
    _ = try trainer.network()
  }

  @Test func nonsenseIsRefused() throws {
    for change: (inout TrainingOptions) -> Void in [
      { $0.units = 0 }, { $0.units = -5 }, { $0.units = .max }, { $0.rank = 0 }, { $0.rank = 25 },
      { $0.batch = 0 },
      { $0.learningRate = .nan }, { $0.learningRate = 0 }, { $0.readoutDeviation = -1 }, { $0.clip = 0 },
      { $0.threads = 0 }, { $0.trained = [] },
    ] {
      #expect(throws: TrainingError.self) { try small(1, change: change) }
    }
    let trainer = try small(8)
    var options = trainer.options
    options.units = 25
    #expect(throws: TrainingError.self) {
      try Trainer(task: trainer.task, options: options, state: trainer.state)
    }
  }
}
