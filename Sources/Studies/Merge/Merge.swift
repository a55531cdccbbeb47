// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank
import NetworkFiles
import Tasks
import Training

/// "How small can this network be, and does it then still solve its task in the same way?"
///
/// Pairs of the units most alike are merged, some at a time, and the network may be trained again after each step. At every size
/// the result says how far z is from the original's, how well the task is done, and what kind of solution it is; beside it
/// stands the truncation of the original's J that has as many numbers.
public struct Merge: Study {
  /// What makes units alike.
  public enum Likeness: String, Codable, Sendable, Hashable, CaseIterable {
    /// Their rates on the trials.
    case activity
    /// What they receive: m or rows of J, I, biases.
    case loadings
  }

  /// The trials that networks are judged by.
  public var trials: TrialRequest
  /// What makes units alike.
  public var by: Likeness
  /// Units at the end.
  public var units: Int
  /// Pairs merged in a step.
  public var pairs: Int
  /// Updates of training after each step; needs a task. 0 for none.
  public var retrain: Int
  /// How to train.
  public var training: TrainingRequest
  /// How many threads; `nil` for all cores. No result depends on it.
  public var threads: Int?

  /// A merging.
  public init(
    trials: TrialRequest, by: Likeness, units: Int, pairs: Int = 10, retrain: Int = 0,
    training: TrainingRequest = TrainingRequest(), threads: Int? = nil
  ) {
    self.trials = trials
    self.by = by
    self.units = units
    self.pairs = pairs
    self.retrain = retrain
    self.training = training
    self.threads = threads
  }

  /// The largest network: all its pairs are looked at.
  public static let largest = 2048

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    try trials.validate()
    try trials.require()
    if units < 1 { throw StudyError(.usage, "to", "expected at least 1 unit, found \(units)") }
    if pairs < 1 { throw StudyError(.usage, "pairs", "expected at least 1, found \(pairs)") }
    if !(0...1_000_000).contains(retrain) {
      throw StudyError(.usage, "retrain", "expected 0 to 1000000 updates, found \(retrain)")
    }
    if retrain > 0, trials.task == nil {
      throw StudyError(
        .usage, "retrain",
        "expected a `task` beside it, found trials: a merged network is trained on fresh trials")
    }
  }

  /// Merges.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> MergeResult {
    try validate()
    let imported = try subject.imported()
    let original = try StudyError.converting { try imported.network.starting(at: imported.initialState) }
    guard original.unitCount <= Self.largest else {
      throw StudyError(
        .badData, subject.name, "expected at most \(Self.largest) units, found \(original.unitCount)")
    }
    guard units < original.unitCount else {
      throw StudyError(
        .usage, "to", "expected fewer than the \(original.unitCount) units of \(subject.name), found \(units)"
      )
    }
    let set = try TrialSet(trials, for: subject, observer: observer)
    let fitted = try StudyError.converting { try trainingTask(subject) }
    return try StudyError.converting(about: subject.name) {
      let judge = try MergeJudge(original, set.trials, alpha: subject.alpha)
      var merging = UnitMerging(original)
      var rows = [try judge.row(merging, like: original)]
      try observer.metered("merging") { meter in
        while merging.network.unitCount > units {
          try observer.check()
          let network = merging.network
          let table =
            switch by {
            case .activity:
              try UnitLikeness.activity(of: network, under: set.trials.stimulus, alpha: subject.alpha)
            case .loadings: UnitLikeness.loadings(of: network)
            }
          merging = try merging.merging(
            UnitLikeness.closestPairs(table, most: min(pairs, network.unitCount - units)))
          let error = try judge.error(merging.network)
          if let fitted {
            merging = merging.replacing(try retrained(merging.network, on: fitted, step: rows.count))
          }
          rows.append(try judge.row(merging, like: original, beforeTraining: fitted == nil ? nil : error))
          meter.show(
            Double(original.unitCount - merging.network.unitCount) / Double(original.unitCount - units),
            of: "\(merging.network.unitCount) units")
        }
      }
      return MergeResult(
        NetworkHeader(imported, path: subject.name), by: by, retrain: retrain, trialSource: set.source,
        rows: rows,
        network: merging.network, alpha: subject.alpha)
    }
  }

  /// The task to train on, where that is asked for.
  private func trainingTask(_ subject: Subject) throws -> Tasks.Task? {
    guard retrain > 0, let task = try trials.task?.task() else { return nil }
    guard task.alpha == subject.alpha else {
      throw StudyError(
        .badData, subject.name,
        "expected α = \(text(task.alpha)), that of the task \(task.name), to be trained on it, found \(text(subject.alpha))"
      )
    }
    return task
  }

  /// The network after some updates on the task.
  private func retrained(_ network: Network, on task: Tasks.Task, step: Int) throws -> Network {
    if let (quantity, found) = network.untrainable {
      throw StudyError(.badData, "network", "expected one that can be trained, found \(quantity): \(found)")
    }
    var options = training.options(for: task)
    let parts = TrainingVectors(network)
    options.units = network.unitCount
    options.isFullRank = network.denseConnectivity != nil
    options.rank = network.rank
    options.transfer = network.transfer
    options.form = network.form
    options.held = TrainedVector.extras.filter { parts[$0].columns > 0 }
    options.curriculum = .none
    options.threads = threads ?? TrainingRun.cores
    // Fresh trials at every size.
    options.seed = (training.seed ?? 1) &+ UInt64(step) &* 1_000_003
    if training.train == nil {
      options.trained =
        options.isFullRank ? [.connectivity, .inputs, .readouts] : [.m, .n, .inputs, .readouts]
      if training.learningRate == nil { options.learningRate = 1e-3 }
    }
    var trainer = try Trainer(
      task: task, options: options, state: TrainingState(startingFrom: network, options: options))
    try trainer.advance(by: retrain)
    return options.isFullRank ? try trainer.fullRankNetwork(truncatedTo: 1) : try trainer.network()
  }
}
