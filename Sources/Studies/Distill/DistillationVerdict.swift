// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// What the verdict says beyond the numbers of the comparison: what a fit is, what the contexts do, what is left unexplained.
extension DistillationFindings {
  /// Whether the circuit predicts the trials, by the limits of `Fidelity`.
  public var predicts: Bool { Fidelity(run.circuitComparison).isPrediction }

  /// The verdict of a terminal and of JSON.
  public var sentences: [String] { sentences(verdict.sentences, with: []) + [remainder(nil).sentence] }

  /// The verdict of the page: with the fixed points, which are only searched for the page, and with other trials.
  func pageVerdict(_ portraits: [EpochPortrait], _ survey: ClosureSurvey?) -> [String] {
    let rest = restSentence(portraits)
    return sentences(verdict.pageSentences, with: rest.map { [$0] } ?? []) + [remainder(survey).sentence]
  }

  /// How many fixed points there are under the weakest of the inputs, which stands for rest.
  func restSentence(_ portraits: [EpochPortrait]) -> String? {
    func strength(_ panel: TaskPanel) -> Double { panel.input.reduce(0) { $0 + $1 * $1 } }
    return portraits.min { strength($0.panel) < strength($1.panel) }.map { rest in
      let isSilent = strength(rest.panel) == 0
      return
        "\(isSilent ? "Without input" : "Under \(rest.panel.inputText(run.trialSet.inputNames ?? []))") \(manifoldName) has "
        + "\(pointCount(rest.manifold)); the circuit has \(pointCount(rest.circuit))."
    }
  }

  /// What the exact manifold is of: the network, unless its J was cut.
  private var manifoldName: String {
    run.truncation == nil ? "the network" : "the network cut to rank \(run.network.rank)"
  }

  private func sentences(_ verdict: [String], with points: [String]) -> [String] {
    NetworkCheck(run).sentences + verdict + [fitSentence, searchSentence].filter { !$0.isEmpty }
      + points
      // What an input does through which population is only told by a circuit that does what the network does.
      + (predicts ? contexts.sentences : [])
  }

  /// That a circuit is a fit, and how far it is from what was measured.
  private var fitSentence: String {
    guard let fit = run.reduction.fit, fit.closure != .moments else { return "" }
    let diagnosis = fit.diagnosis
    return "This circuit is a fit (\(fit.closure.rawValue)): the overall means of m and n are within "
      + "\(text(max(diagnosis.meanDistance, 0.005), digits: 1)) SD of the network's own, and its couplings are "
      + "\(percent(diagnosis.couplingChange)) away from those of the clusters it began from."
  }

  /// That no circuit was found which follows the network, where one was looked for.
  var searchSentence: String {
    guard !run.reduction.tried.isEmpty, !predicts else { return "" }
    let most = run.reduction.tried.map { $0.circuit.statistics.populations.count }.max() ?? 1
    return
      "No circuit with up to \(counted(most, "population")) was found that follows the network: the equations below are "
      + "no explanation of it."
  }

  /// What is left unexplained.
  func remainder(_ survey: ClosureSurvey?) -> Remainder {
    let strange = survey.map { survey in
      zip(survey.table.conditions, survey.own.comparisons).dropFirst().map {
        Remainder.Condition(name: $0, error: Fidelity.worstError($1))
      }
    }
    return Remainder(
      circuit: run.circuitComparison, isFitted: run.document.closure != .moments, band: band,
      trials: run.trials.stimulus.trials, elsewhere: strange ?? [])
  }
}
