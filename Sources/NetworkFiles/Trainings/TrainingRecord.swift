// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks
import Training

/// How a network was trained, as text in its file: with the arrays beside it, all that going on needs.
public struct TrainingRecord: Codable, Sendable, Hashable {
  /// What kind of record this is.
  public private(set) var format = "kappa-training"
  /// Its version.
  public private(set) var version = 1
  /// The task's name.
  public var task: String
  /// What was changed about it.
  public var taskOptions: Tasks.Task.Options
  /// Where the task comes from, where name and options do not say all.
  public var taskSource: TaskSource?
  var units, rank, batch: Int
  var learningRate, readoutDeviation, overlap: Double
  var clip: Double?
  var trained: [TrainedVector]
  var transfer: TransferFunction
  var precision: TrainingOptions.Precision
  var curriculum: Curriculum
  /// Whether J is trained whole, and with which g it began; left out at low rank.
  var fullRank: Bool?
  var gain: Double?
  /// How many trials there are to train on, if not always fresh ones; private noise, gains and keeping the best, where
  /// there are any.
  var fixedTrials: Int?
  var noise: Double?
  var gains, keepsBest: Bool?
  /// Rate form, and what the network has without its being trained, where it is so.
  var form: NetworkForm?
  var held: [TrainedVector]?
  /// The network that training started from, if it was one of the user's.
  public var start: String?
  var seed: UInt64
  /// Updates so far: as many as the file has losses.
  public var updates: Int

  /// The record of a training.
  public init(task: TaskSource, options: TrainingOptions, start: String? = nil, updates: Int = 0) {
    self.task = task.name
    taskOptions = task.options
    if !task.isPlain { taskSource = task }
    units = options.units
    rank = options.rank
    batch = options.batch
    learningRate = options.learningRate
    readoutDeviation = options.readoutDeviation
    overlap = options.overlap
    clip = options.clip
    trained = TrainedVector.allCases.filter { options.trained.contains($0) }
    transfer = options.transfer
    precision = options.precision
    curriculum = options.curriculum
    if options.isFullRank { (fullRank, gain) = (true, options.gain) }
    fixedTrials = options.fixedTrials
    if options.noise > 0 { noise = options.noise }
    if options.gains { gains = true }
    if options.keepsBest { keepsBest = true }
    if options.form != .current { form = options.form }
    if !options.held.isEmpty { held = TrainedVector.allCases.filter { options.held.contains($0) } }
    self.start = start
    seed = options.seed
    self.updates = updates
  }

  /// Where the task comes from.
  public var source: TaskSource { taskSource ?? TaskSource(task, options: taskOptions) }

  /// The options; threads are not part of the record, for they change nothing.
  public var options: TrainingOptions {
    var options = TrainingOptions()
    options.units = units
    options.rank = rank
    options.batch = batch
    options.learningRate = learningRate
    options.readoutDeviation = readoutDeviation
    options.overlap = overlap
    options.clip = clip
    options.trained = Set(trained)
    options.transfer = transfer
    options.precision = precision
    options.curriculum = curriculum
    options.isFullRank = fullRank ?? false
    options.gain = gain ?? options.gain
    options.fixedTrials = fixedTrials
    options.noise = noise ?? 0
    options.gains = gains ?? false
    options.keepsBest = keepsBest ?? false
    options.form = form ?? .current
    options.held = Set(held ?? [])
    options.seed = seed
    return options
  }
}
