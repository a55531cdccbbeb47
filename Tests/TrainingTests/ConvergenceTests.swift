// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Tasks
import Testing
import Training

/// Training reaches its goal from one seed as from another. All seeds of the table in notes/training.md are for
/// Scripts/training-table; a few of them are run here, each until it is there.
@Suite struct ConvergenceTests {
  /// Trains with the recommended options until the loss on 1000 new trials is below 5e-3 and 99 % of their decisions are
  /// right; the number of updates this took, or `nil` when it is not so after `most`.
  private func updatesNeeded(_ kind: Tasks.Task.Kind, seed: UInt64, most: Int) throws -> Int? {
    var options = TrainingOptions.recommended(for: kind)
    options.seed = seed
    options.threads = 2
    var trainer = try Trainer(task: Tasks.Task(kind, options: .init(preset: .course)), options: options)
    while trainer.state.updates < most {
      try trainer.advance(by: 100)
      // The curriculum's last stage first: a short delay is not the task.
      guard trainer.isOnWholeTask else { continue }
      let test = trainer.test()
      if test.loss < 5e-3 && test.accuracy >= 0.99 { return trainer.state.updates }
    }
    return nil
  }

  /// N = 128, rank 1, 32 trials an update, Adam at 5e-3.
  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func perceptualDecision(seed: UInt64) throws {
    let options = TrainingOptions.recommended(for: .perceptualDecision)
    #expect(options.units == 128 && options.rank == 1 && options.batch == 32 && options.learningRate == 5e-3)
    #expect(try updatesNeeded(.perceptualDecision, seed: seed, most: 1000) != nil, "seed \(seed)")
  }

  /// N = 128, rank 2, a delay that grows.
  @Test(arguments: [1, 2] as [UInt64]) func parametricWorkingMemory(seed: UInt64) throws {
    #expect(TrainingOptions.recommended(for: .parametricWorkingMemory).rank == 2)
    #expect(try updatesNeeded(.parametricWorkingMemory, seed: seed, most: 3000) != nil, "seed \(seed)")
  }
}
