// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Tasks
import Training

/// Updates of training: N = 128, rank 1, 32 trials of the course's perceptual decision (T = 75), m and n trained.
enum TrainingBenchmark {
  static func groups() -> [[BenchmarkCase]] {
    [TrainingOptions.Precision.double, .single].map { precision in
      [1, 2].compactMap { training(precision, threads: $0) }
    }
  }

  private static func training(_ precision: TrainingOptions.Precision, threads: Int) -> BenchmarkCase? {
    var options = TrainingOptions()
    options.precision = precision
    options.threads = threads
    options.seed = 1
    guard let task = try? Task(.perceptualDecision, options: Task.Options(preset: .course)),
      let trainer = try? Trainer(task: task, options: options)
    else { return nil }
    let updates = 4
    return BenchmarkCase(
      variant: "\(precision.rawValue), \(threads) thread\(threads == 1 ? "" : "s")", size: options.units,
      operations: updates, note: "batch \(options.batch), \(task.steps) steps, rank \(options.rank)",
      clock: .wall
    ) {
      var copy = trainer
      try? copy.advance(by: updates)
    }
  }
}
