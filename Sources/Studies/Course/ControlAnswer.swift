// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks
import Training

/// Two controls of the training: can the network fit one batch at all, and what does a J that is trained whole do?
public struct ControlAnswer: CourseAnswering {
  /// One batch, again and again.
  public struct Batch: Codable, Sendable, Hashable {
    /// Trials of the batch, and updates on it.
    public let trials, updates: Int
    /// The batch's loss before the first and before the last update.
    public let firstLoss, lastLoss: Double
    /// On 1000 trials that training never saw.
    public let newLoss, newAccuracy: Double
  }

  /// J trained whole.
  public struct FullRank: Codable, Sendable, Hashable {
    /// Updates, and numbers that are trained.
    public let updates, parameters: Int
    /// On 1000 trials that training never saw.
    public let loss, accuracy: Double
    /// Shares of the squared norm of what training added to J in each of its leading singular values.
    public let sharesOfChange: [Double]
    /// The norm of what training added to J over the norm of the initial J.
    public let relativeChange: Double
    /// Of each batch, before its update.
    public let losses: [Double]
  }

  /// The network of low rank on one batch.
  public let batch: Batch
  /// The losses of that batch; not part of the JSON.
  public private(set) var batchLosses: [Double] = []
  /// The network of full rank.
  public let fullRank: FullRank
  /// Numbers that are trained at low rank.
  public let parameters: Int

  private enum CodingKeys: String, CodingKey { case batch, fullRank, parameters }

  init(_ task: CourseTask, updates: Int, meter: CourseMeter) throws {
    var options = TrainingOptions.recommended(for: task.task)
    options.units = task.network.unitCount
    options.seed = task.trained[0].seed
    parameters = 2 * options.units * options.rank
    var whole = options
    options.fixedTrials = options.batch
    let fitted = try CourseTask.trainer(task.task, options, updates: updates, meter, "one batch")
    let new = fitted.test()
    batchLosses = fitted.state.losses
    batch = Batch(
      trials: options.batch, updates: updates, firstLoss: batchLosses.first ?? .nan,
      lastLoss: batchLosses.last ?? .nan, newLoss: new.loss, newAccuracy: new.accuracy)

    whole.takeFullRank()
    let start = try Trainer(task: task.task, options: whole).state.parameters.connectivity
    let trained = try CourseTask.trainer(
      task.task, whole, updates: Self.fullRankUpdates(updates), meter, "full rank")
    let end = trained.state.parameters.connectivity
    let change = Matrix(
      rows: end.rows, columns: end.columns, elements: zip(end.elements, start.elements).map { $0 - $1 })
    let squares = try SingularValueDecomposition(of: change).singularValues.map { $0 * $0 }
    let sum = squares.reduce(0, +)
    let test = trained.test()
    fullRank = FullRank(
      updates: trained.state.updates, parameters: whole.units * whole.units, loss: test.loss,
      accuracy: test.accuracy, sharesOfChange: squares.prefix(4).map { sum > 0 ? $0 / sum : 0 },
      relativeChange: (sum / start.elements.reduce(0) { $0 + $1 * $1 }).squareRoot(),
      losses: trained.state.losses)
  }

  /// A fifth of the updates at low rank: each takes longer, and J learns in fewer.
  static func fullRankUpdates(_ updates: Int) -> Int { max(1, updates / 5) }

  /// In one line.
  public var answer: String {
    "one batch of \(batch.trials) trials can be fitted to a loss of \(text(batch.lastLoss, digits: 2)); a J trained whole "
      + "has a loss of \(text(fullRank.loss, digits: 2)) after \(fullRank.updates) updates, and "
      + "\(percent(fullRank.sharesOfChange[0])) of what training adds to it is of rank 1"
  }
}

/// "Implement the network": what it is, and how large.
public struct NetworkAnswer: CourseAnswering {
  /// N, R, K and O.
  public let units, rank, inputs, outputs: Int
  /// dt/τ.
  public let alpha: Double
  /// Numbers that training changes, and numbers in a whole J.
  public let trainedParameters, parametersOfJ: Int

  init(_ task: CourseTask) {
    units = task.network.unitCount
    rank = task.network.rank
    inputs = task.network.inputCount
    outputs = task.network.outputCount
    alpha = task.task.alpha
    trainedParameters = 2 * units * rank
    parametersOfJ = units * units
  }

  /// In one line.
  public var answer: String {
    "\(units) units whose connectivity m nᵀ/N has rank \(rank): \(trainedParameters) numbers are trained, where a whole J "
      + "has \(parametersOfJ)"
  }
}
