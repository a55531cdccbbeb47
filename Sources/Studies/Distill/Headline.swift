// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What a page says before everything else.
extension DistillationFindings {
  /// Three sentences at most: which circuit it is and how well it follows, and what it does. Anything that makes the rest
  /// worthless (the network does not do its task; no circuit follows it) takes the place of what it does.
  func headline(_ portraits: [EpochPortrait], _ survey: ClosureSurvey?) -> [String] {
    let doubts = Array(NetworkCheck(run).sentences.prefix(1))
    let search = searchSentence
    let mechanism = search.isEmpty ? mechanismSentences(portraits) : [search]
    let sentences = doubts + [circuitSentence] + mechanism + [remainder(survey).sentence]
    return Array(sentences.prefix(3))
  }

  /// What the contexts do, where the circuit may be believed; otherwise how many fixed points there are.
  private func mechanismSentences(_ portraits: [EpochPortrait]) -> [String] {
    let told = contexts.mechanism
    if predicts && !told.isEmpty {
      // More than two contexts share a sentence.
      return told.count <= 2 ? told : [told.map { String($0.dropLast()) }.joined(separator: "; ") + "."]
    }
    return restSentence(portraits).map { [$0] } ?? []
  }

  /// N, R, the circuit, that it is a fit where it is one, and how well it follows.
  private var circuitSentence: String {
    let network = run.imported.network
    let cut = network.denseConnectivity != nil
    let populations = run.document.circuit.statistics.populations.count
    let name =
      populations == 1 ? "one Gaussian population" : "a mixture of \(populations) Gaussian populations"
    let fit = fitClause.isEmpty ? "" : ", \(fitClause),"
    let subject =
      "\(counted(network.unitCount, "unit"))\(network.fullInputs != nil ? ", with a fit of" : cut ? ", cut to" : network.unitCount == 1 ? " in" : " move in") "
      + "\(latentDimensions(network)): \(name)\(fit) "
    let judged = Fidelity.judged(run.circuitComparison).filter { $0.deviation.size != 0 }
    let worst = judged.max { Fidelity.size($0.deviation.relative) < Fidelity.size($1.deviation.relative) }
    guard let worst else { return subject + "has nothing to reproduce: z stays zero." }
    let agreement = judged.compactMap(\.agreement).min()
    let label =
      judged.count == 1
      ? worst.name
      : "the worst of \(judged.count) \(worst.output == nil ? "latents" : "outputs"), \(worst.name),"
    let trials = run.trials.stimulus.trials
    return subject
      + Fidelity(error: worst.deviation.relative, agreement: agreement).phrase(
        label, error: Fidelity.share(worst.deviation.relative))
      + (agreement.map { ", and makes \(percent($0)) of the network's \(run.trials.scoring.answers)" } ?? "")
      + " (\(counted(trials, "trial")))"
      + (couplingClause.isEmpty ? "." : "; its couplings are \(couplingClause).")
  }
}
