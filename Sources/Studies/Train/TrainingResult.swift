// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks
import Training

/// What a training gave. Its JSON is that of `kappa train`.
public struct TrainingResult: Codable, Sendable {
  /// The task.
  public let task: String
  /// Whose timings it had, where it is one of the published protocols.
  public let preset: String?
  /// N.
  public let units: Int
  /// R, or `full`.
  public let rank: TrainingRank
  /// What fixed the network and every trial.
  public let seed: UInt64
  /// Updates in all.
  public let updates: Int
  /// Mean square error and share of right answers on trials that training never saw: 1000 of a task, or those held out.
  public let loss, accuracy: Double
  /// The largest error of a right answer, where answers are graded; otherwise an answer is a sign.
  public let tolerance: Double?
  /// How many trials of one's own were held out.
  public let heldOut: Int?
  /// The loss on other tasks along the way, where that was asked for.
  public let probes: [ProbeResult]?
  /// How long it took.
  public let seconds: Double
  /// Of each batch, before its update.
  public let losses: [Double]
  /// What to know about it; not part of the JSON.
  public private(set) var remarks: [Remark] = []
  /// The parameters, and what going on needs; not part of the JSON.
  public private(set) var state: TrainingState?

  private enum CodingKeys: String, CodingKey {
    case task, preset, units, rank, seed, updates, loss, accuracy, tolerance, heldOut, probes, seconds, losses
  }

  init(
    _ trainer: Trainer, test: (loss: Double, accuracy: Double), probes: [ProbeResult]?, seconds: Double,
    remarks: [Remark]
  ) {
    let (task, options) = (trainer.task, trainer.options)
    self.task = task.name
    preset = task.kind == nil ? nil : task.options.preset.rawValue
    units = options.units
    rank = options.isFullRank ? .full : .low(options.rank)
    seed = options.seed
    updates = trainer.state.updates
    (loss, accuracy) = test
    if case .within(let error) = task.scoring { tolerance = error } else { tolerance = nil }
    heldOut = task.heldOut?.trials.stimulus.trials
    self.probes = probes
    self.seconds = seconds
    losses = trainer.state.losses
    self.remarks = remarks
    state = trainer.state
  }
}

/// What training on one task does to another: loss and right answers of the other along the way.
public struct ProbeResult: Codable, Sendable, Hashable {
  /// The task that is not trained on.
  public let task: String
  /// After how many updates of this training it was measured, on 500 trials that are always the same.
  public internal(set) var updates: [Int] = []
  /// Mean square errors.
  public internal(set) var loss: [Double] = []
  /// Shares of right answers.
  public internal(set) var accuracy: [Double] = []
}
