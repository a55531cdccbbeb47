// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// What the verdict says beyond the numbers of the comparison: what a fit is, what the contexts do, what is left unexplained.
extension DistillationFindings {
  /// Whether the circuit predicts the trials, by the limits of `Fidelity`.
  public var predicts: Bool { Fidelity(run.circuitComparison).isPrediction }

  /// The verdict of a terminal and of JSON, with the attractors at rest.
  func sentences(_ portraits: [EpochPortrait]) -> [String] {
    sentences(verdict.sentences, with: attractorSentences(portraits)) + [remainder(nil).sentence]
  }

  /// The verdict of the page: with the attractors under all inputs, and with other trials.
  func pageVerdict(_ portraits: [EpochPortrait], _ survey: ClosureSurvey?) -> [String] {
    sentences(verdict.pageSentences, with: attractorSentences(portraits)) + [remainder(survey).sentence]
  }

  /// What there is at rest; what turns, or is a continuum, under the first other input where anything does; and rings that
  /// finitely many units break.
  private func attractorSentences(_ portraits: [EpochPortrait]) -> [String] {
    let rest = restSentence(portraits).map { [$0] } ?? []
    let others = portraits.filter { $0.panel != Self.rest(portraits)?.panel }
    let turning = others.first { $0.ofManifold.turns || !$0.manifold.continua.isEmpty }.map { sentence($0) }
    let ring = portraits.lazy.compactMap { portrait in
      portrait.nearRing.map { (portrait, $0) }
    }.first.map { portrait, ring in
      "\(manifoldName.prefix(1).uppercased() + manifoldName.dropFirst()) has no ring of fixed points \(condition(portrait)), but "
        + "fixed points along what is nearly one: \(nearRingText(ring))."
    }
    return rest + [turning, ring].compactMap { $0 }
  }

  /// The portrait under the weakest input.
  private static func rest(_ portraits: [EpochPortrait]) -> EpochPortrait? {
    portraits.min { $0.panel.strength < $1.panel.strength }
  }

  /// "without input", or "under" it.
  private func condition(_ portrait: EpochPortrait) -> String {
    portrait.panel.strength == 0
      ? "without input" : "under \(portrait.panel.inputText(run.trialSet.inputNames ?? []))"
  }

  /// What manifold and circuit have under an input.
  private func sentence(_ portrait: EpochPortrait) -> String {
    let condition = condition(portrait)
    return
      "\(condition.prefix(1).uppercased() + condition.dropFirst()) \(manifoldName) has "
      + "\(pointCount(portrait.ofManifold, alpha: run.imported.alpha)); the circuit has "
      + "\(pointCount(portrait.ofCircuit, alpha: run.imported.alpha))."
  }

  /// How many fixed points and cycles there are under the weakest of the inputs, which stands for rest.
  func restSentence(_ portraits: [EpochPortrait]) -> String? { Self.rest(portraits).map(sentence) }

  /// What the exact manifold is of: the network, unless its J was cut.
  private var manifoldName: String {
    "the \(run.standIn ?? "network")"
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
    return
      "This circuit is \(fitClause): its couplings are \(couplingClause). The overall means of m and n are "
      + "within \(text(max(fit.diagnosis.meanDistance, 0.005), digits: 1)) SD of "
      + "\(run.standIn.map { "those of the \($0)" } ?? "the network's own")."
  }

  /// That the circuit is a fit; empty where it is none.
  var fitClause: String {
    run.document.closure == .moments ? "" : "a fit to the dynamics (\(run.document.closure.rawValue))"
  }

  /// How far a fit went from what is measured on units, and the weights that it needs; without a fit, empty.
  var couplingClause: String {
    guard let change = run.reduction.couplingChange else { return "" }
    let clause =
      "\(percent(change)) away from those measured on \(run.document.circuit.statistics.populations.count == 1 ? "the" : "its populations'") units\(run.standIn.map { " of the \($0)" } ?? "")"
    let ratios = run.reduction.fit?.diagnosis.weightSquareRatios ?? []
    guard let largest = ratios.indices.max(by: { ratios[$0] < ratios[$1] }), ratios[largest] > Self.heavy
    else { return clause }
    let layout = run.document.circuit.statistics.layout
    return clause
      + ", and it needs \(layout.vectors[largest].shortName(in: layout)) with "
      + "\(text(ratios[largest], digits: 2)) times \(run.standIn.map { "the mean square of the \($0)" } ?? "the network's mean square")"
  }

  /// Mean squares of n or w over the network's that are worth a word.
  private static let heavy = 1.5

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
      trials: run.trials.stimulus.trials,
      cut: run.truncation.map { _ in
        (run.imported.network.fullInputs == nil ? "cut of J" : "fit", run.manifoldComparison)
      },
      elsewhere: strange ?? [])
  }
}
