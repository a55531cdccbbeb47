// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Report
import Studies

/// One covariance set to zero, and what the circuit does without it.
struct RemovedCovariance {
  let pair: (ConnectivityVector, ConnectivityVector)
  let performance: Performance?

  var name: String { "σ(\(pair.0), \(pair.1))" }
}

/// What the circuits without some covariance show. A decision may stay right without one for more than one reason: the
/// sentences give the theory and the run's own numbers, and conclude only where these are clear.
extension CourseTask {
  /// The flow of the circuit near rest, where ⟨φ'⟩ = 1 and ⟨φ⟩ = μ:
  ///
  ///     τ dκ_r/dt = Σ_s (σ_nrms + n̄_r m̄_s - δ_rs) κ_s + (σ_nrI + n̄_r Ī) v
  ///
  /// What means contribute to the drive (of v) and to the rate (of κ_r itself) of latent r, and the whole.
  func flowAtRest(_ r: Int) -> (driveOfMeans: Double, drive: Double, rate: Double) {
    let statistics = circuit.statistics
    let population = statistics.populations[0]
    let means = population.mean(.n(r)) * population.mean(.input(0))
    return (means, statistics.overlap(.n(r), .input(0)), statistics.overlap(.n(r), .m(r)) - 1)
  }

  /// The circuit without σ_nI and without any mean: nothing drives κ.
  func undriven() -> Performance? {
    performance(
      of: EffectiveCircuit(
        circuit.statistics.withoutMeans.replacing(
          (0..<network.rank).map { (.n($0), .input(0), 0) }), transfer: circuit.transfer))
  }

  /// Paragraphs on what the circuits without one covariance show.
  func necessity(
    of removed: [RemovedCovariance], whole: Performance?, undriven: Performance?
  ) -> [String] {
    var result = [
      "What is right is a sign, the loss a size: a circuit can have all signs right and be far from the targets. Near "
        + "rest, where ⟨φ'⟩ = 1, the input drives κr by (σ_nrI + n̄r Ī) v: a product of means does there what a "
        + "covariance does."
    ]
    for r in 0..<network.rank {
      guard
        let one = removed.first(where: { $0.pair == (.n(r), .input(0)) }), let without = one.performance,
        let whole
      else { continue }
      let (means, drive, rate) = flowAtRest(r)
      var text = "Without \(one.name) this drive is \(shortened(means)) v instead of \(shortened(drive)) v"
      text +=
        means == 0
        ? "" : ", \(percent(abs(means / drive))) of it" + (means * drive < 0 ? " with the opposite sign" : "")
      text +=
        "; \(percent(without.accuracy)) of the decisions are right instead of \(percent(whole.accuracy)), with a loss of "
        + "\(shortened(without.loss)) instead of \(shortened(whole.loss))."
      if network.rank == 1 {
        text +=
          rate > 0
          ? " κ = 0 is unstable (τ d ln κ/dt = \(shortened(rate))): κ runs away from it in the direction of whatever drives "
            + "it, and where it ends once the input is gone does not depend on how strong the drive was: with time enough a "
            + "small one decides as well as a large one."
          : " κ = 0 is stable (τ d ln κ/dt = \(shortened(rate))): a small drive leaves κ small."
        text += conclusion(without: without, undriven: undriven)
      }
      result.append(text)
    }
    if network.rank > 1 { result += memoryNecessity(of: removed, whole: whole) }
    return result
  }

  /// Whether the means are what decides without σ_nI: the circuit without both tells.
  private func conclusion(without: Performance, undriven: Performance?) -> String {
    guard let left = without.accuracy, let none = undriven?.accuracy else { return "" }
    let readout = circuit.statistics.populations[0].covariance(.readout(0), .input(0))
    return
      " With all means zero as well nothing drives κ: it stays at 0, z is what the readout sees of the input's rest "
      + "(σ_wI⟨φ'⟩v with σ_wI = \(shortened(readout))), and \(percent(none)) are right"
      + (left > none + 0.05
        ? ": it is through the means that evidence still gets in."
        : (none > left + 0.05 ? ", more than with the means' drive." : ", which the means do not change."))
  }

  /// Which covariances a memory cannot do without, against the best answer from the second stimulus alone.
  private func memoryNecessity(of removed: [RemovedCovariance], whole: Performance?) -> [String] {
    guard let whole = whole?.accuracy else { return [] }
    let floor = memoryless.accuracy
    let lost = removed.filter { ($0.performance?.accuracy ?? 1) <= floor + 0.02 }
    let spare = removed.filter { ($0.performance?.accuracy ?? 0) >= whole - 0.01 }
    func list(_ some: [RemovedCovariance]) -> String { some.map(\.name).joined(separator: ", ") }
    var result = [
      "The best answer from f₂ alone has \(percent(floor)) of the signs right. "
        + (lost.isEmpty
          ? "No circuit with one covariance less falls to that."
          : "Without \(list(lost))\(lost.count > 1 ? " (any one of them)" : "") the circuit is no better (two per cent "
            + "more at most): what it keeps of f₁ does not serve the answer.")
        + (spare.isEmpty
          ? ""
          : " Without \(list(spare))\(spare.count > 1 ? " (one at a time)" : "") as many signs are right as with all.")
    ]
    for r in 0..<network.rank {
      guard let one = spare.first(where: { $0.pair == (.n(r), .m(r)) }) else { continue }
      let rate = flowAtRest(r).rate
      guard rate < 0 else { continue }
      let delay = Double(steps(of: "delay").count) * task.alpha
      result.append(
        "\(one.name) makes κ\(r + 1) forget with \(shortened(-1 / rate)) τ at rest instead of τ"
          + (-1 / rate < delay / 3 ? "; both are short beside the delay of \(given(delay)) τ." : "."))
    }
    return result
  }

  private func shortened(_ value: Double) -> String { text(value, digits: 2) }
}
