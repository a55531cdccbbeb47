// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What a reduction achieved and what it leaves unexplained, in sentences that claim no more than was measured.
public struct Verdict: Sendable {
  /// The sentences.
  public let sentences: [String]
  /// The same for a page whose tables hold the manifold's error: without that number, where it is rounding.
  let pageSentences: [String]

  /// Draws the verdict from the comparisons.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - populations: P of the circuit.
  ///   - manifold: manifold against network.
  ///   - circuit: circuit against network.
  ///   - budget: the cost of each assumption.
  ///   - band: what finite N alone would cost; `nil` where it was not computed.
  ///   - trials: how many trials were run.
  ///   - isFit: whether the circuit was fitted to the dynamics.
  ///   - parts: what means and cross terms are worth to the network itself, as RMS changes of its z; nothing is said of
  ///     them without.
  init(
    network: Network, populations: Int, manifold: Comparison, circuit: Comparison, budget: ErrorBudget,
    band: SamplingBand?, trials: Int, isFit: Bool = false,
    parts: (means: Double?, crossTerms: Double?)? = nil
  ) {
    let exact = Fidelity.worstError(manifold)
    let manifoldPhrase = Fidelity(error: exact).phrase("the network", error: Fidelity.share(exact))
    var sentences = [
      Self.opening(network)
        + ": the exact \(network.rank + network.inputCount)-dimensional manifold \(manifoldPhrase)."
    ]
    if network.denseConnectivity != nil {
      // The manifold is that of the truncation, whose distance from the network is no achievement and no rounding.
      sentences = [
        (network.fullInputs == nil
          ? "Cut to \(counted(network.rank, "latent dimension")) κ, the network's z is missed by \(Fidelity.share(exact)); everything "
          : "A network with \(counted(network.rank, "latent dimension")) κ that is fitted to the activity misses the network's z by \(Fidelity.share(exact)); everything ")
          + "below is judged against the network itself."
      ]
    }
    if circuit.outputs.isEmpty { sentences.append("The network has no readout: circuits are judged by κ.") }
    let name =
      populations == 1 ? "One Gaussian population" : "A mixture of \(populations) Gaussian populations"
    let judged = Fidelity.judged(circuit)
    let silent =
      circuit.outputs.enumerated().map { (Fidelity.name(of: $0, in: circuit), $1.deviation) }
      + judged.filter { $0.output == nil }.map { ($0.name, $0.deviation) }
    for (label, deviation) in silent where deviation.size == 0 {
      sentences.append(
        "The network's \(label) is zero in \(trials == 1 ? "the one trial" : "all \(trials) trials"): there is nothing to reproduce"
          + (deviation.rmse == 0
            ? "." : ", but the circuit's is not (RMSE \(text(deviation.rmse, digits: 2)))."))
    }
    let heard = judged.filter { $0.deviation.size != 0 }
    if heard.count > Self.mostSentences {
      sentences.append("\(name) \(Self.summary(heard)), over \(counted(trials, "trial")).")
    }
    for item in heard.count > Self.mostSentences ? [] : heard {
      let (label, deviation, agreement) = (item.name, item.deviation, item.agreement)
      let size = "\(Fidelity.share(deviation.relative)) (RMSE \(text(deviation.rmse, digits: 2)))"
      var sentence =
        "\(name) " + Fidelity(error: deviation.relative, agreement: agreement).phrase(label, error: size)
        + (agreement.map { ", and makes \(percent($0)) of the network's \(circuit.scoring.answers)" } ?? "")
        + ", over \(counted(trials, "trial"))."
      if let band, band.redraws >= 20, let output = item.output, output < band.observed.count,
        deviation.relative > 1e-9
      {
        sentence += " " + Self.explanation(band, output: output, of: trials)
      }
      sentences.append(sentence)
    }
    // The means and cross terms of a fit are not the network's: nothing about the network follows from leaving them out.
    if !isFit, let worst = Self.costliest(budget, parts) { sentences.append(worst) }
    self.sentences = sentences
    let isRounding = network.denseConnectivity == nil && exact < 1e-9
    pageSentences = isRounding ? [Self.opening(network) + "."] + sentences.dropFirst() : sentences
  }

  /// Units, dimensions and inputs.
  private static func opening(_ network: Network) -> String {
    "\(counted(network.unitCount, "unit")) move\(network.unitCount == 1 ? "s" : "") in "
      + "\(latentDimensions(network)), driven by \(counted(network.inputCount, "input"))"
  }

  /// Outputs up to which each has its sentence.
  private static let mostSentences = 4

  /// Many outputs in one phrase: the worst, and the middle.
  private static func summary(_ judged: [Fidelity.Judged]) -> String {
    let sorted = judged.sorted { Fidelity.size($0.deviation.relative) < Fidelity.size($1.deviation.relative) }
    guard let worst = sorted.last else { return "" }
    let agreement = judged.compactMap(\.agreement).min()
    let middle = sorted[(sorted.count - 1) / 2].deviation.relative
    return
      Fidelity(error: worst.deviation.relative, agreement: agreement).phrase(
        "the worst of \(judged.count) outputs, \(worst.name),",
        error: Fidelity.share(worst.deviation.relative))
      + "; half of them are met to \(Fidelity.share(middle)) or better"
      + (agreement.map {
        $0 < 1 ? ", and at least \(percent($0)) of decisions agree" : ", and all decisions agree"
      }
        ?? "")
  }

  private static func explanation(_ band: SamplingBand, output: Int, of trials: Int) -> String {
    let range = band.relative[output]
    let part = band.trials < trials ? ", on the first \(band.trials) of these trials," : ""
    return
      "Gaussian networks with these statistics and as many units\(part) miss by \(percent(range.lower)) to "
      + "\(percent(range.upper)): "
      + (band.explains(output: output)
        ? "the error is compatible with finite N alone (median \(percent(range.median)))."
        : "finite N does not explain the error; the loadings are not distributed like this mixture.")
  }

  /// Which simplification must not be made: one that costs more than the circuit's own error, in the circuit and in the
  /// network itself.
  private static func costliest(_ budget: ErrorBudget, _ parts: (means: Double?, crossTerms: Double?)?)
    -> String?
  {
    guard let parts, let circuit = budget.stage(.circuit) else { return nil }
    let own = max(circuit.costs.max() ?? 0, 0.01)
    let candidates: [(stage: ErrorBudget.Stage?, network: Double?, name: String)] = [
      (budget.stage(.withoutMeans), parts.means, "the means"),
      (budget.stage(.withoutCrossTerms), parts.crossTerms, "the cross terms of Δ²"),
    ]
    let needed = candidates.compactMap { candidate -> String? in
      guard let cost = candidate.stage?.costs.max(), let network = candidate.network, cost > own,
        network > own
      else { return nil }
      return
        "\(candidate.name) changes z by \(percent(cost)) in the circuit and by \(percent(network)) in the network"
    }
    if needed.isEmpty { return nil }
    return needed.enumerated().map { "\($0 == 0 ? "Leaving" : "leaving") out \($1)" }.joined(separator: ", ")
      + (needed.count == 1 ? ": they belong" : ": both belong") + " to the explanation."
  }
}
