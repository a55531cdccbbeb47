// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import NetworkFiles

/// What is in a network's file and how it is read; with trials, also how many dimensions its activity fills.
public struct Inspect: Study, Hashable {
  /// Trials on which the activity is looked at; `nil` to leave it out.
  public var trials: TrialRequest?

  /// A look at a network, and with trials at its activity.
  public init(trials: TrialRequest? = nil) { self.trials = trials }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) { try trials?.validate() }

  /// Looks at the network.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> InspectionResult {
    try validate()
    let collector = RemarkCollector(passingTo: observer)
    let imported = try subject.imported()
    var activity: InspectionResult.Activity?
    var readings: [Reading]?
    if let trials {
      let set: TrialSet
      if trials.isRecorded {
        let recorded = try trials.recorded(
          channels: imported.network.inputCount, outputs: imported.network.outputCount)
        if recorded.z != nil, let reading = subject.reading {
          readings = ReadingSearch(imported, reading, recorded).run()
        }
        set = try .of(recorded, trials, observer: collector)
      } else {
        set = try TrialSet(trials, for: subject, observer: collector)
      }
      activity = try Self.activity(of: imported, subject.name, set)
    }
    // Without trials nothing says what z should be: the sizes of m and n are all there is.
    if trials == nil, let suspicion = ScalingSuspicion(imported) { collector.remark(suspicion.remark) }
    if imported.network.layout.shownVectors.count < imported.network.layout.count {
      collector.remark(
        .note(
          .leftOut,
          "the covariances of the \(imported.network.outputCount) readouts are left out of the tables"))
    }
    let statistics = try StudyError.converting(about: subject.name) {
      try ConnectivityStatistics(of: imported.network, labels: imported.populationLabels)
    }
    return InspectionResult(
      imported,
      moments: statistics.populations.map { MomentTable($0, unitCount: statistics.unitCount) },
      activity: activity, readings: readings, remarks: subject.remarks + collector.remarks)
  }

  private static func activity(of imported: ImportedNetwork, _ name: String, _ set: TrialSet)
    throws(StudyError) -> InspectionResult.Activity
  {
    let stimulus = set.trials.stimulus
    let shown = imported.network.rank + imported.network.inputCount + 2
    return try StudyError.converting(about: name) {
      let (activations, rates, trials) = try ActivityDimensions.activationsAndRates(
        of: imported.network, under: stimulus, alpha: imported.alpha, seed: set.seed)
      return InspectionResult.Activity(
        source: set.source, trials: trials, steps: stimulus.steps,
        activations: InspectionResult.Dimensions(activations, shown: shown),
        rates: InspectionResult.Dimensions(rates, shown: shown))
    }
  }
}
