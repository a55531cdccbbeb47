// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank
import NetworkFiles

/// A low-rank network fitted to the activity of a network, full rank or not.
///
///     let result = try Fit(trials: TrialRequest(task: "perceptual-decision"), rank: .fixed(1)).run(on: subject)
///     print(result.ranks[0].r2Test)
///
/// Truncating J destroys most full-rank networks; fitting to their activity does not need J to be low rank, only what the
/// network does (Valente et al. 2022).
public struct Fit: Study, Hashable {
  /// A rank, or the choice of one.
  public enum Rank: NumberOrAuto, Sendable, Hashable {
    /// This one.
    case fixed(Int)
    /// The least that predicts held-out activity as well as any.
    case automatic

    /// The largest rank that can be asked for.
    public static let largest = 32

    /// `auto` or a number; `nil` for other texts.
    public init?(_ text: String) {
      if text == "auto" {
        self = .automatic
      } else if let number = Int(text) {
        self = .fixed(number)
      } else {
        return nil
      }
    }

    /// The number; `nil` where it is to be chosen.
    public var number: Int? {
      if case .fixed(let number) = self { number } else { nil }
    }

    /// What is expected, for errors.
    public static var expectation: String { "a rank is 1 to \(largest), or auto" }
  }

  /// The trials on which the network is run.
  public var trials: TrialRequest
  /// R.
  public var rank: Rank
  /// The largest rank that is tried.
  public var largestRank: Int
  /// What is free.
  public var free: [ActivityParameters.Part]
  /// Folds of the prediction of held-out trials and neurons, by which a rank is chosen.
  public var folds: Int
  /// Starts that are raced.
  public var starts: Int
  /// How many more fits of the chosen rank begin elsewhere, to tell what of it is determined; 0 for none.
  public var repeats: Int
  /// Threads; `nil` for all cores. Results do not depend on it.
  public var threads: Int?
  /// The file that a fit which was interrupted left; it goes on from there, and ends in the same bits.
  public var resume: String?
  /// Updates between two writings of the unfinished fit.
  public var interval: Int
  /// The file to write, the fit as far as it has come and in the end the network; `nil` keeps the network in memory alone.
  public var output: String?

  /// A fit.
  public init(
    trials: TrialRequest, rank: Rank = .automatic, largestRank: Int = 6,
    free: [ActivityParameters.Part] = [.m, .n, .inputs], folds: Int = 4, starts: Int = 3, repeats: Int = 2,
    threads: Int? = nil, resume: String? = nil, interval: Int = 100, output: String? = nil
  ) {
    self.resume = resume
    self.interval = interval
    self.output = output
    self.trials = trials
    self.rank = rank
    self.largestRank = largestRank
    self.free = free
    self.folds = folds
    self.starts = starts
    self.repeats = repeats
    self.threads = threads
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    try trials.validate()
    for (name, value, most) in [
      ("rank", rank.number ?? 1, Rank.largest), ("largestRank", largestRank, Rank.largest),
      ("starts", starts, 32),
      ("threads", threads ?? 1, 1024), ("folds", folds, 100),
    ] where value < 1 || value > most {
      throw StudyError(.usage, name, "expected 1 to \(most), found \(value).")
    }
    guard interval >= 1 else {
      throw StudyError(.usage, "interval", "expected at least 1, found \(interval).")
    }
    guard (0...32).contains(repeats) else {
      throw StudyError(.usage, "repeats", "expected 0 to 32, found \(repeats).")
    }
    guard free.contains(.m), free.contains(.n) else {
      throw StudyError(.usage, "free", "expected m and n among what is free, found \(free.map(\.rawValue))")
    }
  }

  /// Fits a network to a network's activity.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> FitResult {
    try run(on: subject, dealt: nil, observer: observer)
  }

  /// The same with trials that were dealt out before: a file's trials to fit to are then those of the set.
  func run(on subject: Subject, dealt: TrialSet?, observer: some Observer) throws(StudyError) -> FitResult {
    try validate()
    let network = try subject.network()
    let collector = RemarkCollector(passingTo: observer)
    if network.bias?.reachesReadout == false {
      collector.remark(
        .warning(
          .reading,
          "the readout does not see the bias, which the file that is written cannot say: read it with `biasReadout` no"
        ))
    }
    let trials = try FitTrials(
      of: subject, network: network, request: trials, dealt: dealt, threads: threads, observer: collector)
    return try StudyError.converting(about: subject.name) {
      try fit(
        trials, reference: network, from: subject.name,
        remarks: subject.remarks.filter { $0.code.rawValue != ImportRemark.Code.truncated.rawValue },
        collector)
    }
  }

  /// Fits a network to recorded activity.
  ///
  /// - Parameters:
  ///   - name: what errors and results call it, e.g. its file.
  ///   - reading: what the file does not say: α, φ and the form.
  /// - Throws: `StudyError`.
  public func run(
    onActivity recording: RecordedActivity, name: String, reading: ReadingRequest = ReadingRequest(),
    observer: some Observer = SilentObserver()
  ) throws(StudyError) -> FitResult {
    try validate()
    try reading.validate()
    let collector = RemarkCollector(passingTo: observer)
    let trials = try FitTrials(
      of: recording, name: name, reading: reading, seed: trials.seed, observer: collector)
    return try StudyError.converting(about: name) {
      try fit(trials, reference: nil, from: name, remarks: [], collector)
    }
  }

  /// Options of the engine.
  func options(rank: Int, _ trials: FitTrials) -> ActivityFitOptions {
    var options = ActivityFitOptions(rank: rank)
    options.free = Set(free)
    if trials.freesStart { options.free.insert(.start) }
    options.seed = self.trials.seed
    options.starts = starts
    options.threads = threads
    return options
  }

  /// The fewest trials to choose a rank by: two of three are fitted to.
  private static let fewestToChooseBy = 3
  /// A fit that explains less is worth a warning.
  private static let poor = 0.5

  private func fit(
    _ trials: FitTrials, reference: Network?, from file: String, remarks: [Remark],
    _ collector: RemarkCollector
  ) throws -> FitResult {
    let inputs = [file, self.trials.file, resume == output ? nil : resume].compactMap { $0 }
    let clock = ContinuousClock.now
    let most = min(largestRank, trials.training.units)
    if let number = rank.number, number > trials.training.units {
      throw StudyError(
        .usage, "rank", "expected at most \(trials.training.units), the units, found \(number).")
    }
    let count = trials.training.stimulus.trials
    guard rank.number != nil || count >= Self.fewestToChooseBy else {
      throw StudyError(
        .badData, trials.source,
        "expected at least \(Self.fewestToChooseBy) trials to choose a rank by, beside those to judge by, found \(count): "
          + "give `rank` a number")
    }
    let journal = try journal(for: trials, from: inputs)
    var sweep = RankSweep(self, trials, reference: reference, journal: journal, collector)
    if let number = rank.number { try sweep.fit(only: number) } else { try sweep.choose(upTo: most) }
    let (choice, rows) = (sweep.choice, sweep.rows)
    guard let chosen = choice.map({ rows[$0.index] }) ?? rows.last else {
      throw StudyError(.software, trials.source, "expected a fit, found none")
    }
    if let choice, choice.grounds != .exact, choice.grounds != .plateau {
      collector.remark(.warning(.chosen, choice.sentence, values: ["rank": Double(choice.rank)]))
    }
    if !(chosen.r2Test >= Self.poor) {
      collector.remark(
        .warning(
          .poorFit,
          "the fit explains only \(percent(max(chosen.r2Test, 0))) of the rates' variance on other trials: what u leaves out may "
            + "drive these units, or the rank is too small",
          values: ["r2": chosen.r2Test]))
    }
    let agreement = try repeats > 0 ? agreement(chosen, trials, journal, collector) : nil
    let removals =
      try reference.map {
        try UnitRemovals.rows(
          fit: chosen.network, network: $0, trials: trials.testTrials, alpha: trials.training.given.alpha,
          seed: self.trials.seed, threads: threads)
      } ?? []
    var result = FitResult(
      chosen: chosen, choice: choice, rows: rows, alpha: trials.training.given.alpha, source: trials.source,
      ceiling: trials.ceiling, seconds: (ContinuousClock.now - clock).seconds,
      remarks: remarks + collector.remarks)
    result.agreement = agreement
    result.removals = removals
    if let output { try NPZFile.write(try result.arrays, to: output, protecting: inputs) }
    return result
  }

  /// Further fits of the chosen rank from other places, compared with it and with one another.
  private func agreement(
    _ chosen: FittedRank, _ trials: FitTrials, _ journal: FitJournal?, _ collector: RemarkCollector
  ) throws -> FitAgreement {
    var networks = [chosen.network]
    var r2 = [chosen.r2Test]
    for number in 0..<repeats {
      var options = options(rank: chosen.rank, trials)
      options.seed = self.trials.seed &+ UInt64(number + 1) &* 7919
      options.starts = 1
      options.rounds = 3
      options.perturbation = 0.5
      options.isBrief = true
      let forecast = Forecast()
      let fit = try collector.metered("fitting again from elsewhere") { meter in
        try ActivityFit(
          to: trials.training, options: options, journal: journal, piece: "again-\(number)",
          progress: {
            meter.show(
              (Double(number) + $0) / Double(repeats),
              of: "fit \(number + 2)\(forecast.text($0))")
          }, isCancelled: { collector.isCancelled })
      }
      networks.append(try fit.network())
      r2.append(
        ExplainedVariance(
          of: try fit.rates(under: trials.test.stimulus, threads: threads), against: trials.test.rates,
          units: trials.test.units
        ).r2)
    }
    return try FitAgreement(
      of: networks, r2: r2, test: trials.test, alpha: trials.training.given.alpha, seed: self.trials.seed,
      threads: threads)
  }
}

extension RankChoice {
  /// What the choice rests on, in words.
  public var sentence: String {
    switch grounds {
    case .exact:
      return "The activity is that of a network of rank \(rank), to rounding"
        + (rank > 1 ? "; one of rank \(rank - 1) does not give it." : ".")
    case .plateau:
      return
        "Held-out trials ask for rank \(rank): no rank that was tried predicts them better by more than a standard error"
        + (rank > 1 ? ", and rank \(rank - 1) is worse by more than two." : ".")
    case .diminishing:
      return
        "No rank is the activity's own: every further one predicts held-out trials better. Rank \(rank) is where no "
        + "further rank halves what is left unexplained; it is a choice, not a finding."
    case .undecided:
      let names = candidates.map(String.init).joined(separator: ", ")
      return isOpenAbove
        ? "The rank is not decided: rank \(rank) predicts best and is the largest that was tried; `largestRank` tries more."
        : "The rank is not decided: held-out trials do not tell rank \(names) apart; the network has rank \(rank)."
    }
  }
}

/// How long work will take, from how long it took so far.
struct Forecast {
  private let start = ContinuousClock.now

  /// `, about 12 s left` once there is something to go by.
  func text(_ share: Double) -> String {
    let seconds = (ContinuousClock.now - start).seconds
    guard share > 0.1, seconds > 1 else { return "" }
    return ", about \(Int((seconds * (1 - share) / share).rounded(.up))) s left"
  }
}
