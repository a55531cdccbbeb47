// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank
import NetworkFiles
import Tasks

/// The trials of a fit: those it is fitted to, and others that it is judged by.
struct FitTrials {
  /// The activity that is fitted.
  let training: Activity
  /// The activity that the fit is judged by.
  let test: Activity
  /// The trials of the test, with targets and masks where there are some; for decisions.
  let testTrials: Trials
  /// Where they come from, in words.
  let source: String
  /// z of the test trials as it was recorded beside the activity, row-major (B, T, O), and that of the training trials;
  /// empty for none.
  let recorded, recordedTraining: [Double]
  /// O of it.
  let recordedOutputs: Int
  /// The most that any prediction from the inputs could explain, where trials repeat; R².
  let ceiling: Double?
  /// Whether the initial state is to be fitted, because recordings start elsewhere than at zero.
  let freesStart: Bool

  /// The most numbers of a training set's rates: 20 million, 160 MB.
  private static let most = 20_000_000

  /// A network's activity on a task's trials or a file's.
  init(
    of subject: Subject, network: Network, request: TrialRequest, dealt: TrialSet? = nil, threads: Int?,
    observer: some Observer
  ) throws(StudyError) {
    try request.validate()
    try request.require()
    let set: TrialSet
    if let dealt { set = dealt } else { set = try TrialSet(request, for: subject, observer: observer) }
    let alpha = subject.alpha
    let (training, test): (Stimulus, Trials)
    if let task = set.definition {
      test = set.trials
      let count = Self.count(256, steps: task.steps, units: network.unitCount)
      training = task.trials(count: count, seed: RandomStream.seed(request.seed, for: .fitted)).stimulus
      source = "\(set.source), fitted to \(count) other trials"
    } else if let dealt {
      guard let own = dealt.training else {
        throw StudyError(
          .badData, request.file ?? dealt.source,
          "expected at least \(TrialSet.fewestToDealOut) trials, to fit to and to judge by, found "
            + "\(dealt.trials.stimulus.trials)")
      }
      (training, test) = (own, dealt.trials)
      source = "\(set.source), fitted to \(own.trials) others"
    } else {
      let all = set.trials
      let count = all.stimulus.trials
      guard count >= 4 else {
        throw StudyError(
          .badData, request.file ?? "", "expected at least 4 trials (a quarter to judge by), found \(count)")
      }
      var stream = RandomStream(seed: request.seed, purpose: .dealtTrials)
      let order = stream.sample(count, below: count)
      let held = max(1, count / 4)
      test = all.selecting(order[..<held].sorted())
      let kept = Self.count(count - held, steps: all.stimulus.steps, units: network.unitCount)
      training = all.selecting(order[held..<(held + kept)].sorted()).stimulus
      source =
        "\(set.source), \(held) of its \(count) trials (dealt out with seed \(request.seed)), fitted to \(kept) others"
    }
    try Self.checkMemory([training, test.stimulus], units: network.unitCount)
    testTrials = test
    (recorded, recordedTraining, recordedOutputs, ceiling, freesStart) = ([], [], 0, nil, false)
    self.training = try StudyError.converting(about: subject.name) {
      try Activity(of: network, under: training, alpha: alpha, threads: threads)
    }
    self.test = try StudyError.converting(about: subject.name) {
      try Activity(of: network, under: test.stimulus, alpha: alpha, threads: threads)
    }
    guard self.training.rates.allSatisfy(\.isFinite), self.test.rates.allSatisfy(\.isFinite) else {
      throw StudyError(
        .software, subject.name,
        "expected a network with bounded rates, found values that are not finite: look at `alpha`, `scaling` and the size "
          + "of the inputs")
    }
  }

  /// Rates of all units at every step, the network's and those of a fit, and the network's x while they are made.
  private static func checkMemory(_ stimuli: [Stimulus], units: Int) throws(StudyError) {
    let steps = stimuli.reduce(0.0) { $0 + Double($1.trials) * Double($1.steps) }
    let (bytes, budget) = (3 * 8 * steps * Double(units), MemoryBudget.bytes)
    guard bytes > budget else { return }
    throw StudyError(
      .usage, "trialCount",
      "expected few enough trials for \(MemoryBudget.text(budget)), found \(stimuli.reduce(0) { $0 + $1.trials }) with "
        + "\(Int(steps)) steps of \(units) units in all, which need \(MemoryBudget.text(bytes))")
  }

  private static func count(_ wanted: Int, steps: Int, units: Int) -> Int {
    max(min(wanted, 16), min(wanted, most / max(1, steps * units)))
  }

  /// Recorded activity: a quarter of the trials is kept to judge by.
  init(
    of recording: RecordedActivity, name: String, reading: ReadingRequest, seed: UInt64,
    observer: some Observer
  ) throws(StudyError) {
    let stimulus = recording.trials.trials.stimulus
    let transfer = reading.transfer ?? recording.transfer ?? .tanh
    var given = Activity.Given(
      alpha: reading.stepSize ?? recording.alpha ?? 0.2, transfer: transfer,
      form: reading.form ?? recording.form ?? .current, readouts: Matrix(rows: recording.units, columns: 0))
    given.biasReachesReadout = true
    if reading.stepSize == nil, recording.alpha == nil {
      observer.remark(
        .note(.reading, "\(name): α = 0.2 is assumed (the file has no alpha): `alpha` says otherwise"))
    }
    if recording.quantity == .x, given.form == .rate {
      throw StudyError(
        .usage, "form", "expected `rates` for the rate form, found x: in rate form r is what is recorded")
    }
    let isX = recording.quantity == .x
    let start = Self.start(recording, transfer)
    given.start = start
    freesStart = start != nil && given.form == .current
    if freesStart {
      observer.remark(
        .note(.initialState, "\(name): activity does not begin at zero: an initial state is fitted"))
    }
    let whole = Activity(
      stimulus: stimulus, units: recording.units,
      rates: isX ? recording.values.map { transfer.value($0) } : recording.values,
      arguments: isX ? recording.values : nil, given: given)
    // Trials of which nothing is known are no use on either side.
    let size = stimulus.steps * recording.units
    let useful = (0..<stimulus.trials).filter { trial in
      recording.values[(trial * size)..<((trial + 1) * size)].contains { !$0.isNaN }
    }
    let count = useful.count
    guard count > 1 else {
      throw StudyError(
        .badData, name,
        "expected known rates in at least 2 trials, some to fit to and others to judge by, found \(count)")
    }
    if count < stimulus.trials {
      observer.remark(
        .note(.leftOut, "\(name): nothing is known in \(stimulus.trials - count) of its trials"))
    }
    var stream = RandomStream(seed: seed, purpose: .dealtTrials)
    let order = stream.sample(count, below: count).map { useful[$0] }
    let held = max(1, count / 4)
    let (judged, kept) = (order[..<held].sorted(), order[held...].sorted())
    training = whole.selecting(trials: kept)
    test = whole.selecting(trials: judged)
    testTrials = recording.trials.trials.selecting(judged)
    source =
      "\(name), \(held) of its \(count) trials (dealt out with seed \(seed)), fitted to \(kept.count) others"
    recordedOutputs = recording.trials.z == nil ? 0 : recording.trials.outputs
    let outputSize = stimulus.steps * recordedOutputs
    func part(_ chosen: [Int]) -> [Double] {
      chosen.flatMap { trial in
        (recording.trials.z ?? [])[(trial * outputSize)..<((trial + 1) * outputSize)]
      }
    }
    recorded = outputSize > 0 ? part(judged) : []
    recordedTraining = outputSize > 0 ? part(kept) : []
    ceiling = Self.ceiling(whole, recording.trials.conditions)
    for (activity, what) in [(training, "to fit to"), (test, "to judge by")] {
      let spread = ExplainedVariance(of: activity.rates, against: activity.rates, units: recording.units)
        .spread
      guard spread > 0 else {
        throw StudyError(
          .badData, name,
          "expected rates that vary in the \(activity.stimulus.trials) trials \(what), found every neuron constant or "
            + "unknown there: record more, or deal trials out with another `seed`")
      }
    }
  }

  /// What the trials' first step has in common, as x or r, where that is no small part of the activity; `nil` otherwise.
  private static func start(_ recording: RecordedActivity, _ transfer: TransferFunction) -> [Double]? {
    let (units, steps) = (recording.units, recording.trials.trials.stimulus.steps)
    var means = [Double](repeating: 0, count: units)
    var counts = means
    var (square, known) = (0.0, 0.0)
    for (i, value) in recording.values.enumerated() where !value.isNaN {
      // Of rates beyond φ's range nothing can be said: they will be scaled.
      let x = recording.quantity == .x || recording.form == .rate ? value : transfer.inverse(value)
      square += x * x
      known += 1
      if i / units % steps == 0 {
        means[i % units] += x
        counts[i % units] += 1
      }
    }
    for unit in 0..<units where counts[unit] > 0 { means[unit] /= counts[unit] }
    let level = means.reduce(0) { $0 + $1 * $1 } / Double(units)
    return known > 0 && level > 0.1 * square / known ? means : nil
  }

  /// R² of the best prediction from the conditions: what repeats of a condition have in common, without the bias that a
  /// mean of few repeats has; `nil` where no condition repeats.
  private static func ceiling(_ activity: Activity, _ conditions: [RecordedTrials.Condition]) -> Double? {
    guard !conditions.isEmpty else { return nil }
    let (trials, size) = (activity.stimulus.trials, activity.stimulus.steps * activity.units)
    var groups: [[Double]: [Int]] = [:]
    for trial in 0..<trials { groups[conditions.map { $0.values[trial] }, default: []].append(trial) }
    let repeated = groups.values.filter { $0.count > 1 }.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    guard !repeated.isEmpty else { return nil }
    var (within, freedom) = (0.0, 0.0)
    for group in repeated {
      for i in 0..<size {
        let known = group.map { activity.rates[$0 * size + i] }.filter { !$0.isNaN }
        guard known.count > 1 else { continue }
        let mean = known.reduce(0, +) / Double(known.count)
        within += known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        freedom += Double(known.count - 1)
      }
    }
    let known = activity.rates.count { !$0.isNaN }
    guard freedom > 0, known > 0 else { return nil }
    let spread = ExplainedVariance(of: activity.rates, against: activity.rates, units: activity.units).spread
    return 1 - within / freedom / (spread / Double(known))
  }
}
