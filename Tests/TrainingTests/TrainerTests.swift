// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

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
    // The state is that before the call, moments and all.
    #expect(update > 0 && update <= 200)
    let fresh = try small(seed) {
      $0.transfer = .linear
      $0.learningRate = 1e4
    }
    #expect(trainer.state == fresh.state)
    let finite = trainer.state.losses.allSatisfy { $0.isFinite }
    #expect(finite)
    _ = try trainer.network()
  }

  @Test func nonsenseIsRefused() throws {
    for change: (inout TrainingOptions) -> Void in [
      { $0.units = 0 }, { $0.units = -5 }, { $0.units = .max }, { $0.rank = 0 }, { $0.rank = 25 },
      { $0.batch = 0 },
      { $0.learningRate = .nan }, { $0.learningRate = 0 }, { $0.readoutDeviation = -1 }, { $0.clip = 0 },
      { $0.threads = 0 }, { $0.trained = [] }, { $0.noise = -1 }, { $0.noise = .infinity },
      { $0.fixedTrials = 9 }, { $0.fixedTrials = .max },
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

  /// The stages and the task itself have trials of different lengths; taking the run up again in the middle of a stage
  /// changes nothing.
  @Test func aGrowingDelayIsPartOfTheRun() throws {
    let seed: UInt64 = 9
    var options = TrainingOptions.recommended(for: .parametricWorkingMemory)
    options.units = 64
    options.learningRate = 1e-2
    options.seed = seed
    let task = try Tasks.Task(.parametricWorkingMemory, options: .init(preset: .course))
    var whole = try Trainer(task: task, options: options)
    #expect(!whole.isOnWholeTask)
    var cut = whole
    while !whole.isOnWholeTask && whole.state.updates < 1500 { try whole.advance(by: 50) }
    #expect(whole.isOnWholeTask, "seed \(seed)")
    let updates = whole.state.updates
    try cut.advance(by: updates / 2 + 3)
    var resumed = try Trainer(task: task, options: options, state: cut.state)
    try resumed.advance(by: updates - resumed.state.updates)
    #expect(resumed.state == whole.state, "seed \(seed)")
    #expect(resumed.isOnWholeTask)
    // Without a curriculum the first trials already are the whole task's.
    options.curriculum = .none
    var plain = try Trainer(task: task, options: options)
    #expect(plain.isOnWholeTask)
    try plain.advance(by: 1)
    #expect(plain.state.losses[0] != whole.state.losses[0])
  }

  /// mᵀn/N is ρ with a standard error of about (1 + ρ)/√N.
  @Test func theInitialOverlapIsTheOneAskedFor() throws {
    let seed: UInt64 = 10
    let trainer = try small(seed) {
      $0.units = 4000
      $0.rank = 2
      $0.overlap = 1
    }
    let p = trainer.state.parameters
    for r in 0..<2 {
      for s in 0..<2 {
        let overlap = zip(p.n.column(r), p.m.column(s)).reduce(0) { $0 + $1.0 * $1.1 } / 4000
        #expect(abs(overlap - (r == s ? 1 : 0)) < 5 * 2 / 4000.0.squareRoot(), "seed \(seed)")
      }
    }
  }

  @Test func trainingCanStartFromANetwork() throws {
    let seed: UInt64 = 11
    var first = try small(seed)
    try first.advance(by: 5)
    let second = try Trainer(
      task: first.task, options: first.options, state: TrainingState(startingFrom: first.network()))
    #expect(second.test(count: 40) == first.test(count: 40), "seed \(seed)")
    #expect(second.state.updates == 0)
  }

  /// All options of the published recipe at once: taken up again in the middle of an epoch, and on several threads, the
  /// run ends in the same bits.
  @Test func thePublishedRecipeIsReproducible() throws {
    let seed: UInt64 = 12
    func published(threads: Int) throws -> Trainer {
      try small(seed) {
        $0.noise = 0.05
        $0.gains = true
        $0.fixedTrials = 45
        $0.keepsBest = true
        $0.clip = 1
        $0.threads = threads
      }
    }
    var whole = try published(threads: 1)
    try whole.advance(by: 14)
    var first = try published(threads: 3)
    try first.advance(by: 6)
    var second = try Trainer(task: first.task, options: first.options, state: first.state)
    try second.advance(by: 8)
    #expect(second.state == whole.state, "seed \(seed)")
    #expect(second.test(count: 30) == whole.test(count: 30))
    // Four batches an epoch: the best is that after update 4, 8 or 12, and its loss the mean of those four.
    let best = try #require(whole.state.best)
    let means = [0, 4, 8].map { whole.state.losses[$0..<($0 + 4)].reduce(0, +) / 4 }
    #expect(best.loss == means.min())
    // Gains have moved, the vectors they multiply have not; the network has them multiplied in.
    let parameters = whole.state.parameters
    #expect(parameters.inputGains != [1] && parameters.readoutGains != [1])
    #expect(parameters.inputs == (try published(threads: 1)).state.parameters.inputs)
    let network = try whole.network()
    for i in 0..<24 {
      #expect(network.inputs[i, 0] == best.parameters.inputs[i, 0] * best.parameters.inputGains[0])
    }
  }

  /// The derivative with respect to a gain is that along the vector it multiplies: with one update of plain Adam from
  /// gains of one, its first moment is a tenth of Īᵀ ∂L/∂I.
  @Test func gainsFollowTheirGradient() throws {
    let seed: UInt64 = 13
    var trainer = try small(seed) { $0.gains = true }
    let network = try trainer.network()
    let seeds = try small(seed) { $0.trained = [.inputs, .readouts] }
    var other = seeds
    try trainer.advance(by: 1)
    try other.advance(by: 1)
    // Both took the same batch, so that the other's first moment is a tenth of ∂L/∂I and ∂L/∂w.
    let along = zip(network.inputs.elements, other.state.firstMoment.inputs.elements).reduce(0) {
      $0 + $1.0 * $1.1
    }
    let found = trainer.state.firstMoment.inputGains[0]
    // Sums of 24 products.
    #expect(abs(found - along) < 1e-13 * (1 + abs(along)) && found != 0, "seed \(seed)")
    let readout = zip(network.readouts.elements, other.state.firstMoment.readouts.elements).reduce(0) {
      $0 + $1.0 * $1.1
    }
    #expect(abs(trainer.state.firstMoment.readoutGains[0] - readout) < 1e-13 * (1 + abs(readout)))
  }

  /// Fixed trials are the first of the endless sequence, each batch without repetition: with as many trials as a batch
  /// takes, every update sees all of them, and the first loss is that of a run without fixed trials.
  @Test func fixedTrialsComeBack() throws {
    let seed: UInt64 = 14
    var fixed = try small(seed) { $0.fixedTrials = 10 }
    var fresh = try small(seed)
    try fixed.advance(by: 1)
    try fresh.advance(by: 1)
    // The same trials in another order: sums differ by rounding.
    #expect(abs(fixed.state.losses[0] / fresh.state.losses[0] - 1) < 1e-13, "seed \(seed)")
    var still = try small(seed) {
      $0.fixedTrials = 10
      $0.learningRate = 1e-12
    }
    try still.advance(by: 3)
    for loss in still.state.losses { #expect(abs(loss / still.state.losses[0] - 1) < 1e-8) }
  }

  /// Every task's recommended options are accepted.
  @Test(arguments: Tasks.Task.Kind.allCases) func recommendationsAreValid(kind: Tasks.Task.Kind) throws {
    _ = try Trainer(task: Tasks.Task(kind), options: .recommended(for: kind))
    _ = try Trainer(task: Tasks.Task(kind), options: .published(for: kind))
    // What the command's help promises.
    #expect((1000...3000).contains(TrainingOptions.recommendedUpdates(for: kind)))
  }
}
