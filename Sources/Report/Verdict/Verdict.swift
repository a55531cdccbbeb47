import LowRank

/// What a reduction achieved and what it leaves unexplained, in sentences that claim no more than was measured.
public struct Verdict: Sendable {
  /// The sentences.
  public let sentences: [String]

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
  public init(
    network: Network, populations: Int, manifold: Comparison, circuit: Comparison, budget: ErrorBudget,
    band: SamplingBand?, trials: Int
  ) {
    let exact = manifold.outputs.map(\.deviation.relative).max() ?? 0
    let dimensions = network.rank + network.inputCount
    var sentences = [
      "\(network.unitCount) units move in \(network.rank) latent dimension\(network.rank == 1 ? "" : "s") κ, driven by "
        + "\(network.inputCount) input\(network.inputCount == 1 ? "" : "s"): the exact \(dimensions)-dimensional "
        + "manifold reproduces the network to \(percent(exact))."
    ]
    let name =
      populations == 1 ? "One Gaussian population" : "A mixture of \(populations) Gaussian populations"
    for (index, output) in circuit.outputs.enumerated() {
      let label = circuit.outputs.count == 1 ? "z" : "z\(index + 1)"
      let size =
        "\(percent(output.deviation.relative)) (RMSE \(text(output.deviation.rmse, digits: 2)))"
      let decisions = output.agreement.map { "\(percent($0)) of its decisions" }
      // An error half as large as the signal is no description of it.
      var sentence =
        output.deviation.relative < 0.5
        ? "\(name) reproduces \(label) to \(size)\(decisions.map { " and \($0)" } ?? "")"
        : "\(name) does not reproduce \(label): its error is \(size)\(decisions.map { ", it makes \($0)" } ?? "")"
      sentence += ", over \(trials) trials."
      if let band, band.redraws >= 20, index < band.observed.count, output.deviation.relative > 1e-9 {
        sentence += " " + Self.explanation(band, output: index)
      }
      sentences.append(sentence)
    }
    if let worst = Self.costliest(budget) { sentences.append(worst) }
    self.sentences = sentences
  }

  private static func explanation(_ band: SamplingBand, output: Int) -> String {
    let range = band.relative[output]
    if band.explains(output: output) {
      return "Gaussian networks with these statistics and as many units miss by \(percent(range.lower)) to "
        + "\(percent(range.upper)): the error is compatible with finite N alone (median \(percent(range.median)))."
    }
    return
      "Gaussian networks with these statistics and as many units miss by \(percent(range.lower)) to "
      + "\(percent(range.upper)): finite N does not explain the error; the loadings are not distributed like this "
      + "mixture."
  }

  /// Which simplification must not be made, if one costs more than the circuit's own error.
  private static func costliest(_ budget: ErrorBudget) -> String? {
    guard budget.stages.count == 4 else { return nil }
    func cost(_ stage: Int) -> Double { budget.stages[stage].costs.max() ?? 0 }
    let own = cost(1)
    let names = [(2, "the means"), (3, "the cross terms of Δ²")]
    let needed = names.filter { cost($0.0) > max(own, 0.01) }
    if needed.isEmpty { return nil }
    return "Leaving out "
      + needed.map { "\($0.1) changes z by \(percent(cost($0.0)))" }.joined(separator: ", and ")
      + ": they belong to the explanation."
  }
}
