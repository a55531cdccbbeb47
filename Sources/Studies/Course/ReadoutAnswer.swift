// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks
import Training

/// Perceptual decision with readouts of SD 1 and 4: which outputs can be reached, and which are.
public struct ReadoutAnswer: CourseAnswering {
  /// A trained network.
  public struct Trained: Codable, Sendable, Hashable {
    /// SD of w.
    public let deviation: Double
    /// Updates of its training.
    public let updates: Int
    /// (1 - mean|w|)², below which the loss of targets ±1 cannot be; 0 where mean|w| is above 1.
    public let floor: Double
    /// mean|w|, which |z| cannot pass.
    public let bound: Double
    /// The largest |z| of the test trials.
    public let largestOutput: Double
    /// On 1000 trials that training never saw.
    public let loss, accuracy: Double
  }

  /// SD 1, SD 1 with nine times the updates, and SD 4.
  public let networks: [Trained]

  init(_ decision: CourseTask, units: Int, updates: Int, meter: CourseMeter) throws {
    networks = try [(1.0, updates), (1.0, Self.longer * updates), (4.0, updates)].map { deviation, updates in
      var options = TrainingOptions.recommended(for: .perceptualDecision)
      options.units = units
      options.seed = decision.trained[0].seed
      options.readoutDeviation = deviation
      let result = try CourseTask.train(
        decision.task, options, updates: updates, meter, "readouts of SD \(given(deviation))")
      let bound = result.network.readouts.column(0).reduce(0) { $0 + abs($1) } / Double(units)
      let run = decision.simulation.run(
        try ManifoldDynamics(result.network), under: decision.trials.stimulus)
      return Trained(
        deviation: deviation, updates: updates, floor: bound < 1 ? (1 - bound) * (1 - bound) : 0,
        bound: bound,
        largestOutput: run.outputs.reduce(0) { max($0, abs($1)) }, loss: result.loss,
        accuracy: result.accuracy)
    }
  }

  /// How many times as long the second network is trained.
  static let longer = 9

  /// In one line.
  public var answer: String {
    "with SD 1 |z| cannot pass mean|w| = \(text(networks[0].bound, digits: 3)), and the loss is "
      + "\(text(networks[0].loss, digits: 3)) after \(networks[0].updates) updates and "
      + "\(text(networks[1].loss, digits: 3)) after \(networks[1].updates); with SD 4 it is "
      + "\(text(networks[2].loss, digits: 3)) after \(networks[2].updates)"
  }
}
