// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Training

/// What a training gave. Its JSON is that of `kappa train`.
public struct TrainingResult: Codable, Sendable {
  /// The task and whose timings it had.
  public let task, preset: String
  /// N.
  public let units: Int
  /// R, or `full`.
  public let rank: TrainingRank
  /// What fixed the network and every trial.
  public let seed: UInt64
  /// Updates in all.
  public let updates: Int
  /// Mean square error and share of right decisions on 1000 trials that training never saw.
  public let loss, accuracy: Double
  /// How long it took.
  public let seconds: Double
  /// Of each batch, before its update.
  public let losses: [Double]
  /// What to know about it; not part of the JSON.
  public private(set) var remarks: [Remark] = []
  /// The parameters, and what going on needs; not part of the JSON.
  public private(set) var state: TrainingState?

  private enum CodingKeys: String, CodingKey {
    case task, preset, units, rank, seed, updates, loss, accuracy, seconds, losses
  }

  init(
    task: String, preset: String, units: Int, rank: TrainingRank, seed: UInt64, updates: Int, loss: Double,
    accuracy: Double, seconds: Double, losses: [Double], remarks: [Remark], state: TrainingState
  ) {
    self.task = task
    self.preset = preset
    self.units = units
    self.rank = rank
    self.seed = seed
    self.updates = updates
    self.loss = loss
    self.accuracy = accuracy
    self.seconds = seconds
    self.losses = losses
    self.remarks = remarks
    self.state = state
  }
}
