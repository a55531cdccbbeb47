// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank

/// Fits of one rank after another, and which of them is taken.
///
/// Every rank is predicted with the same effort in the same folds. The network of a rank is made in one round first; only a rank
/// that would be taken gets as many rounds as pay, and is looked at again with the z that it then has.
struct RankSweep {
  private let study: Fit
  private let trials: FitTrials
  private let reference: Network?
  private let journal: FitJournal?
  private let collector: RemarkCollector
  /// What was predicted of ranks 1, 2, …; empty where a rank was asked for.
  private var predictions: [HeldOutPrediction] = []
  /// The networks so far, and whether each had all the rounds that pay.
  private(set) var rows: [FittedRank] = []
  private var isWhole: [Bool] = []
  private(set) var choice: RankChoice?

  init(
    _ study: Fit, _ trials: FitTrials, reference: Network?, journal: FitJournal?, _ collector: RemarkCollector
  ) {
    self.study = study
    self.trials = trials
    self.reference = reference
    self.journal = journal
    self.collector = collector
  }

  /// A rank that was asked for.
  mutating func fit(only rank: Int) throws { try add(rank, isWhole: true) }

  /// Ranks from 1 on until further ones do not matter.
  mutating func choose(upTo most: Int) throws {
    for rank in 1...most {
      predictions.append(try predict(rank))
      if rank > 1 { try add(rank - 1, isWhole: false) }
      try settle()
      if rank == most || choice?.isSettled(by: predictions) == true {
        try add(rank, isWhole: false)
        break
      }
    }
    try settle()
  }

  /// Chooses until the choice has had all its rounds; the z of a rank that has not is no reason against it.
  private mutating func settle() throws {
    while true {
      choice = RankChoice(
        predictions, outputErrors: zip(rows, isWhole).map { $1 ? $0.outputTrain : nil },
        outputsAreNoisy: reference == nil, most: trials.training.units)
      // Of the last rank there may be a prediction alone so far.
      guard let index = choice?.index, rows.indices.contains(index), !isWhole[index] else { return }
      rows[index] = try row(index + 1, isWhole: true)
      isWhole[index] = true
    }
  }

  private mutating func add(_ rank: Int, isWhole: Bool) throws {
    rows.append(try row(rank, isWhole: isWhole))
    self.isWhole.append(isWhole)
  }

  private func row(_ rank: Int, isWhole: Bool) throws -> FittedRank {
    var options = study.options(rank: rank, trials)
    if !isWhole { (options.rounds, options.starts) = (1, 1) }
    let forecast = Forecast()
    let fit = try collector.metered("fitting") { meter in
      try ActivityFit(
        to: trials.training, options: options, journal: journal,
        piece: "rank-\(rank)-" + (isWhole ? "whole" : "brief"),
        progress: { meter.show($0, of: "rank \(rank)\(forecast.text($0))") },
        isCancelled: { collector.isCancelled })
    }
    return try FittedRank(
      fit, trials: trials, reference: reference,
      prediction: predictions.indices.contains(rank - 1) ? predictions[rank - 1] : nil, threads: study.threads
    )
  }

  /// Prediction of held-out trials and neurons by fits of a rank.
  private func predict(_ rank: Int) throws -> HeldOutPrediction {
    var options = study.options(rank: rank, trials)
    options.rounds = 1
    options.updates = 800
    options.starts = 1
    options.isBrief = true
    let forecast = Forecast()
    return try collector.metered("predicting held-out trials and neurons") { meter in
      try HeldOutPrediction(
        of: trials.training, options: options, folds: study.folds, journal: journal,
        progress: { meter.show($0, of: "rank \(rank)\(forecast.text($0))") },
        isCancelled: { collector.isCancelled })
    }
  }
}
