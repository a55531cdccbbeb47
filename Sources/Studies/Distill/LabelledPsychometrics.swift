// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks

extension DistillationFindings {
  /// Values up to which each has its point of the curve; more are gathered into `bins`.
  private static let mostLevels = 15
  private static let bins = 9

  /// Psychometric curves of the user's own trials, one for each graded condition and context: the share of positive
  /// decisions where the targets are ±1, the mean response otherwise.
  func labelledCurves() -> (curves: [PsychometricCurve], asShare: Bool)? {
    let trials = run.trials
    guard let task = run.trialSet.task, run.network.outputCount > 0 else { return nil }
    let graded = task.conditions.filter { $0.labels == nil && Set($0.values).count > 2 && $0.name != "delay" }
    guard !graded.isEmpty else { return nil }
    let network = trials.responses(of: run.network, output: 0)
    let circuit = trials.responses(of: run.circuit, output: 0)
    let isChoice = !trials.target.isEmpty && trials.decides(0, of: run.network.outputCount)
    let curves = contexts.groups.flatMap { group in
      graded.compactMap { condition -> PsychometricCurve? in
        let shown = group.trials.filter { network[$0] != nil && circuit[$0] != nil }
        let values = Self.binned(shown.map { condition.values[$0] })
        guard Set(values).count > 1 else { return nil }
        return PsychometricCurve(
          panel: contexts.groups.count > 1 ? group.name : "", quantity: condition.name, values: values,
          network: shown.map { network[$0] ?? 0 }, circuit: shown.map { circuit[$0] ?? 0 }, asShare: isChoice)
      }
    }
    return curves.isEmpty ? nil : (curves, isChoice)
  }

  /// The values, or where there are many the mean of those that a bin of equally many trials holds.
  private static func binned(_ values: [Double]) -> [Double] {
    guard Set(values).count > mostLevels else { return values }
    let order = values.indices.sorted { values[$0] < values[$1] }
    var result = values
    for bin in 0..<bins {
      let members = order[(bin * order.count / bins)..<((bin + 1) * order.count / bins)]
      guard !members.isEmpty else { continue }
      let mean = members.reduce(0) { $0 + values[$1] } / Double(members.count)
      for index in members { result[index] = mean }
    }
    return result
  }
}
