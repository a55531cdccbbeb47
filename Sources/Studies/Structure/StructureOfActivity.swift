// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import Fitting
import LowRank
import NetworkFiles

extension Structure {
  /// Looks at what the rates of recorded units follow, instead of at loadings: each unit's mean rate over a trial is regressed
  /// on the task's variables (`conditions`, `condition_NAME`; without them the trial's mean of every input), and the slopes take
  /// the place of the loadings. All p values come from clouds of one population with the units' own noise
  /// (`UnitSelectivity`).
  ///
  /// - Throws: `StudyError` where there is no variable, or fewer than five units are known in enough trials.
  public func run(
    onActivity recording: RecordedActivity, name: String, observer: some Observer = SilentObserver()
  ) throws(StudyError) -> StructureResult {
    try validate()
    let variables = Self.variables(recording.trials)
    guard !variables.isEmpty else {
      throw StudyError(
        .badData, name,
        "expected `conditions` or `condition_NAME`, one value for every trial, or inputs that vary, found none"
      )
    }
    do {
      let selectivity = try UnitSelectivity(
        rates: Self.trialMeans(recording), units: recording.units, variables: variables)
      return try observer.metered("testing structure", total: 2 + populations) { meter in
        let tests = try tests(selectivity)
        meter.advance()
        let rows = selectivity.coefficients
        let mixtures = try (1...min(populations, rows.rows)).map { count in
          try observer.check()
          let mixture = try mixture(of: count, rows, drives: nil)
          meter.advance()
          return mixture
        }
        let p = try populationsP(selectivity, observer)
        meter.advance()
        return StructureResult(
          selectivity, tests, mixtures, simulations: simulations,
          trials: recording.trials.trials.stimulus.trials,
          populationsP: p, remarks: Self.remarks(selectivity, of: recording))
      }
    } catch let error as LinearAlgebraError {
      throw StudyError(.badData, name, "expected rates that tell of the task's variables: \(error.reason)")
    } catch {
      throw StudyError(error, about: name)
    }
  }

  /// The mean over the steps of a trial that are known, row-major (B, N); NaN for none.
  private static func trialMeans(_ recording: RecordedActivity) -> [Double] {
    let stimulus = recording.trials.trials.stimulus
    var result = [Double](repeating: .nan, count: stimulus.trials * recording.units)
    for trial in 0..<stimulus.trials {
      for unit in 0..<recording.units {
        var (sum, count) = (0.0, 0.0)
        for step in 0..<stimulus.steps {
          let value = recording.values[(trial * stimulus.steps + step) * recording.units + unit]
          if value.isNaN { continue }
          sum += value
          count += 1
        }
        if count > 0 { result[trial * recording.units + unit] = sum / count }
      }
    }
    return result
  }

  /// The task's variables: a condition of texts is as many as it has texts, less one.
  private static func variables(_ trials: RecordedTrials) -> [Tuning.Variable] {
    if !trials.conditions.isEmpty {
      return trials.conditions.flatMap { condition -> [Tuning.Variable] in
        guard let labels = condition.labels, labels.count > 2 else {
          return [Tuning.Variable(name: condition.name, values: condition.values)]
        }
        return labels.indices.dropFirst().map { index in
          Tuning.Variable(
            name: "\(condition.name) \(labels[index])",
            values: condition.values.map { $0 == Double(index) ? 1 : 0 })
        }
      }
    }
    let stimulus = trials.trials.stimulus
    return (0..<stimulus.channels).map { k in
      Tuning.Variable(
        name: trials.inputNames?[k] ?? "u\(k + 1)",
        values: (0..<stimulus.trials).map { trial in
          (0..<stimulus.steps).reduce(0) { $0 + stimulus[trial, $1, k] } / Double(stimulus.steps)
        })
    }
  }

  private static func remarks(_ selectivity: UnitSelectivity, of recording: RecordedActivity) -> [Remark] {
    var remarks: [Remark] = []
    if recording.trials.conditions.isEmpty {
      remarks.append(
        .note(.reading, "no conditions: every input's mean over a trial stands for the task's variables"))
    }
    for (names, reason) in [
      (selectivity.constant, "the same in all trials"),
      (selectivity.dependent, "a combination of other variables"),
    ] where !names.isEmpty {
      remarks.append(.note(.leftOut, "\(names.joined(separator: ", ")): \(reason), and left out"))
    }
    let lost = recording.units - selectivity.units.count
    if lost > 0 {
      remarks.append(
        .note(.leftOut, "\(counted(lost, "unit")) known in too few trials, or constant, left out"))
    }
    return remarks
  }

  private func tests(_ selectivity: UnitSelectivity) throws -> (Normality, [StructureResult.Test]) {
    let rows = selectivity.coefficients
    let cloud: @Sendable (inout RandomStream) -> Matrix = { selectivity.cloud(&$0) }
    let normality = try Normality(rows, simulations: simulations, seed: seed, cloud: cloud)
    let pairs = try PairAlignment(rows, simulations: simulations, seed: seed, cloud: cloud)
    return (normality, StructureResult.tests(normality, pairs, selectivity.variables, selectivity.variables))
  }

  /// How often one population with the units' noise gains as much by several Gaussians as the data do, by BIC.
  private func populationsP(_ selectivity: UnitSelectivity, _ observer: some Observer) throws -> Double {
    func gain(_ rows: Matrix, _ number: UInt64) throws -> Double {
      let bic = try (1...min(populations, rows.rows)).map { count in
        var stream = RandomStream(seed: seed, stream: 0x90B5 &+ number &* 64 &+ UInt64(count))
        return try GaussianMixture(rows, components: count, effort: .quick, stream: &stream).bic
      }
      return bic[0] - (bic.min() ?? bic[0])
    }
    let own = try gain(selectivity.coefficients, 0)
    let clouds = min(simulations, Self.mostMixtureClouds)
    var above = 0
    for k in 1...clouds {
      try observer.check()
      var stream = RandomStream(seed: seed, stream: 0xC10D &+ UInt64(k))
      if try gain(selectivity.cloud(&stream), UInt64(k)) >= own { above += 1 }
    }
    return Double(1 + above) / Double(1 + clouds)
  }

  /// Mixtures take longer than the other tests: as many clouds tell 5 % well enough.
  private static let mostMixtureClouds = 99
}
