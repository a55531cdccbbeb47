// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank
import NetworkFiles

extension Fit {
  /// What is done of this fit, with its file: `output` holds it until the network is there, `resume` what an earlier run left.
  ///
  /// - Returns: `nil` where there is neither: then nothing is kept.
  func journal(for trials: FitTrials, from inputs: [String]) throws -> FitJournal? {
    let output = output.flatMap { FileWriter.isStream($0) ? nil : $0 }
    guard output != nil || resume != nil else { return nil }
    let record = UnfinishedFit.Record(options: named, activity: Self.fingerprint(trials))
    let kept = try resume.map { try UnfinishedFit(reading: $0) }
    if let kept, let resume { try Self.check(kept.record, in: resume, against: record) }
    return FitJournal(
      finished: kept?.finished ?? [:], underway: kept?.underway ?? [:], interval: interval
    ) { journal in
      guard let output else { return }
      try UnfinishedFit(record: record, finished: journal.finished, underway: journal.underway)
        .write(to: output, protecting: inputs)
    }
  }

  /// The options that the result depends on, by the names of the request's fields, as they are typed.
  private var named: [String: String] {
    [
      "rank": rank.number.map(String.init) ?? "auto", "largestRank": "\(largestRank)",
      "free": free.map(\.rawValue).sorted().joined(separator: ","), "folds": "\(folds)",
      "starts": "\(starts)",
      "repeats": "\(repeats)", "seed": "\(trials.seed)",
    ]
  }

  private static func check(
    _ found: UnfinishedFit.Record, in path: String, against asked: UnfinishedFit.Record
  ) throws(StudyError) {
    for (name, value) in asked.options.sorted(by: { $0.key < $1.key }) {
      guard let began = found.options[name], began != value else { continue }
      throw StudyError(
        .usage, name,
        "expected \(began), with which the fit in \(path) began, found \(value): go on with the options that it began with, "
          + "or begin anew without `resume`")
    }
    guard found.options.keys == asked.options.keys, found.activity == asked.activity else {
      throw StudyError(
        .badData, path,
        "expected a fit to this activity, found one to another: go on with the network or the recording, and the trials, "
          + "that it began with")
    }
  }

  /// What the fit sees, and nothing else.
  private static func fingerprint(_ trials: FitTrials) -> String {
    var result = Fingerprint()
    for activity in [trials.training, trials.test] {
      let u = activity.stimulus
      for size in [u.trials, u.steps, u.channels, activity.units, activity.given.readouts.columns] {
        result.add(size)
      }
      let given = activity.given
      result.add([given.alpha])
      for text in [given.transfer.rawValue, given.form.rawValue] { result.add(text.utf8.map { Double($0) }) }
      for values in [u.values, activity.rates, activity.arguments ?? [], activity.outputs] {
        result.add(values)
      }
    }
    return result.text
  }
}
