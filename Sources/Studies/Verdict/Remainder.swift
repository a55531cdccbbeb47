// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What a circuit leaves unexplained, in one phrase: how much of z, its cause as far as that was tested, and where it is
/// worst.
public struct Remainder: Sendable {
  /// The phrase, from "Not explained:" on.
  public let sentence: String

  /// Where else the circuit was tested.
  public struct Condition: Sendable {
    /// E.g. `inputs × 2`.
    public let name: String
    /// Relative error of z, the worst output's.
    public let error: Double

    /// A condition with the error under it.
    public init(name: String, error: Double) {
      self.name = name
      self.error = error
    }
  }

  /// The phrase on a circuit.
  ///
  /// - Parameters:
  ///   - circuit: circuit against network, on the report's trials.
  ///   - isFitted: whether the circuit was fitted to the dynamics, so that what is left is the fit's.
  ///   - band: what finite N alone would cost; `nil` where it was not computed.
  ///   - trials: how many trials were run.
  ///   - cut: the manifold against the network, where J was cut to a rank: what no circuit can reach; `nil` elsewhere.
  ///   - elsewhere: errors under conditions that the circuit was not made for.
  public init(
    circuit: Comparison, isFitted: Bool, band: SamplingBand?, trials: Int,
    cut: (name: String, comparison: Comparison)? = nil,
    elsewhere: [Condition] = []
  ) {
    let judged = Fidelity.judged(circuit)
    let errors = judged.map(\.deviation.relative)
    guard let worst = errors.indices.max(by: { Fidelity.size(errors[$0]) < Fidelity.size(errors[$1]) }) else {
      sentence = "Not explained: nothing was compared."
      return
    }
    let error = errors[worst]
    let label = judged[worst].name
    let wrong = judged[worst].agreement.map { 1 - $0 } ?? 0
    var text = "Not explained: "
    if judged.allSatisfy({ $0.deviation.size == 0 && $0.deviation.rmse == 0 }) {
      let names = judged.map(\.name).joined(separator: ", ")
      text += "nothing of \(names), which stay\(judged.count == 1 ? "s" : "") zero in these trials"
    } else if error < 1e-9 {
      text += "nothing that these trials show (\(label) to \(percent(error)))"
    } else {
      text +=
        error < 1
        ? "\(percent(error)) of \(label)" : "\(label) itself, which it misses by \(Fidelity.share(error))"
      if wrong > 0 {
        text += "\(error < 1 ? " and" : ", and") \(percent(wrong)) of its \(circuit.scoring.answers)"
      }
      text += " (\(counted(trials, "trial")))"
      if let cut, case let judged = Fidelity.judged(cut.comparison), worst < judged.count {
        text += "; the \(cut.name) alone misses \(Fidelity.share(judged[worst].deviation.relative))"
      } else {
        text += Self.cause(error, judged[worst].output, isFitted, band)
      }
    }
    if let hardest = elsewhere.max(by: { Fidelity.size($0.error) < Fidelity.size($1.error) }),
      Fidelity.size(hardest.error) > Fidelity.size(error)
    {
      text +=
        "; under conditions it was not made for, most with \(hardest.name), \(Fidelity.share(hardest.error))"
    }
    sentence = text + "."
  }

  /// The main cause, if something was computed that tells it.
  private static func cause(
    _ error: Double, _ output: Int?, _ isFitted: Bool, _ band: SamplingBand?
  ) -> String {
    if isFitted { return ", the part that the fit did not reach" }
    guard let band, band.redraws >= 20, let output, output < band.observed.count else {
      return "; its cause was not tested"
    }
    let median = percent(band.relative[output].median)
    if band.explains(output: output) {
      let range = band.relative[output]
      return ", within what finite N leaves (\(percent(range.lower)) to \(percent(range.upper)))"
    }
    // Independent causes add as squares: below 1/√2 of the error, finite N is less than half of its square.
    return band.relative[output].median < error / 2.0.squareRoot()
      ? ", mostly loadings that are not Gaussian: finite N alone would leave \(median)"
      : ", by finite N (\(median)) and by loadings that are not Gaussian"
  }
}
