// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension ConnectivityAnswer {
  /// Covariances, figures, circuits without some of them, and what they show.
  func blocks(_ number: String, _ task: CourseTask) -> [Document.Block] {
    let statistics = task.circuit.statistics
    let population = statistics.populations[0]
    let layout = statistics.layout.vectors
    let units = Double(task.network.unitCount)
    let covariances = Document.Table(
      caption:
        "Covariances over units (1/N) ± the standard error of \(task.network.unitCount) Gaussian units",
      header: [""] + vectors + ["mean"],
      rows: layout.enumerated().map { row, a in
        [.text(a.description)]
          + layout.enumerated().map { column, b in
            column > row
              ? .empty
              : .uncertain(
                population.covariance(a, b), error: population.standardError(a, b, units: units))
          } + [.number(population.mean(a), digits: 3)]
      })
    var circuits = Document.Table(
      caption: "The circuit's task with some covariances set to zero",
      header: ["circuit", "right decisions", "loss"])
    func add(_ name: String, _ accuracy: Double?, _ loss: Double?) {
      circuits.add([.text(name), .percent(accuracy), .number(loss, digits: 3)])
    }
    add("all means and covariances", circuitAccuracy, circuitLoss)
    add(
      "only " + removed.map(\.removed).joined(separator: ", "), accuracyOfEssentials, lossOfEssentials)
    for one in removed { add("all but \(one.removed)", one.accuracy, one.loss) }
    add("neither σ_nI nor means", accuracyUndriven, lossUndriven)
    let beside = Document.Table(
      caption: "Side by side with the paper's pattern",
      header: ["covariance", "trained", "in the paper's units", "the paper's"],
      rows: besidePaper.map {
        [
          .text($0.name), .number($0.trained, digits: 3), .number($0.scaled, digits: 3), .given($0.paper),
        ]
      })
    return ([pattern, likeness] + necessity(task)).map { .paragraph($0) } + [
      .table(beside), .table(covariances), .table(circuits),
      .figure(Figure.loadings(of: task.network, statistics: statistics).renamed("\(number)-loadings")),
      .figure(Figure.covariances(of: statistics).renamed("\(number)-covariances")),
    ]
  }

  /// What the covariances do.
  private var pattern: String {
    if rank == 1 {
      return
        "σ_nI lets the input reach κ; σ_mn feeds κ back on itself, which makes it remember; σ_mw reads κ out. "
        + "The other covariances and the means are what training did not need to take away."
    }
    guard inModes else {
      return
        "The overlap matrix (1/N) nᵀm has a complex pair of eigenvalues, so that κ1 and κ2 turn into each other; "
        + "they are shown as trained."
    }
    return
      "κ1 and κ2 are shown as modes: m and n are combined so that (1/N) n1ᵀm2 = (1/N) n2ᵀm1 = 0, which leaves "
      + "the network as it is. κ1 is the slow mode, and what it holds at the end is mostly the first stimulus; κ2 "
      + "holds the second. Seen through w the input enters them with σ_wm1 σ_n1I = "
      + "\(text(through(0), digits: 2)) and σ_wm2 σ_n2I = \(text(through(1), digits: 2))"
      + (through(0) * through(1) < 0 ? ": opposite signs, so that the output is a difference." : ".")
  }

  /// How the pattern compares with the paper's.
  private var likeness: String {
    let signs = besidePaper.filter { ($0.scaled < 0) == ($0.paper < 0) }
    let others = besidePaper.filter { ($0.scaled < 0) != ($0.paper < 0) }.map(\.name)
    return
      "In the paper's units (m and I of variance 1, κ such that the input raises it) \(signs.count) of "
      + "\(besidePaper.count) covariances have the sign of the paper's"
      + (others.isEmpty
        ? "" : "; \(others.joined(separator: ", ")) \(others.count == 1 ? "has" : "have") the other")
      + ". Sizes need not be the same: a larger σ_nI with a smaller σ_wm reaches the same z, and only σ_nm, which sets how "
      + "long κ lasts, cannot be traded for anything."
  }

  /// Paragraphs on what the circuits without one covariance show. A decision may stay right without one for more than one
  /// reason: the sentences give the theory and the run's own numbers, and conclude only where these are clear.
  func necessity(_ task: CourseTask) -> [String] {
    var result = [
      "What is right is a sign, the loss a size: a circuit can have all signs right and be far from the targets. Near "
        + "rest, where ⟨φ'⟩ = 1, the input drives κr by (σ_nrI + n̄r Ī) v: a product of means does there what a "
        + "covariance does."
    ]
    for r in 0..<rank {
      guard let one = without(.n(r), .input(0)), let loss = one.loss, let circuitLoss else { continue }
      let rest = atRest[r]
      let (means, drive, rate) = (rest.driveOfMeans, rest.drive, rest.rate)
      var words = "Without \(one.removed) this drive is \(short(means)) v instead of \(short(drive)) v"
      words +=
        means == 0
        ? "" : ", \(percent(abs(means / drive))) of it" + (means * drive < 0 ? " with the opposite sign" : "")
      words +=
        "; \(percent(one.accuracy)) of the decisions are right instead of \(percent(circuitAccuracy)), with a loss of "
        + "\(short(loss)) instead of \(short(circuitLoss))."
      if rank == 1 {
        words +=
          rate > 0
          ? " κ = 0 is unstable (τ d ln κ/dt = \(short(rate))): κ runs away from it in the direction of whatever drives "
            + "it, and where it ends once the input is gone does not depend on how strong the drive was: with time enough a "
            + "small one decides as well as a large one."
          : " κ = 0 is stable (τ d ln κ/dt = \(short(rate))): a small drive leaves κ small."
        words += conclusion(left: one.accuracy)
      }
      result.append(words)
    }
    if rank > 1 { result += memoryNecessity(task) }
    return result
  }

  /// Whether the means are what decides without σ_nI: the circuit without both tells.
  private func conclusion(left: Double?) -> String {
    guard let left, let none = accuracyUndriven else { return "" }
    return
      " With all means zero as well nothing drives κ: it stays at 0, z is what the readout sees of the input's rest "
      + "(σ_wI⟨φ'⟩v with σ_wI = \(short(sigma(.readout(0), .input(0))))), and \(percent(none)) are right"
      + (left > none + 0.05
        ? ": it is through the means that evidence still gets in."
        : (none > left + 0.05 ? ", more than with the means' drive." : ", which the means do not change."))
  }

  /// Which covariances a memory cannot do without, against the best answer from the second stimulus alone.
  private func memoryNecessity(_ task: CourseTask) -> [String] {
    guard let whole = circuitAccuracy else { return [] }
    let floor = task.memoryless.accuracy
    let lost = removed.filter { ($0.accuracy ?? 1) <= floor + 0.02 }
    let spare = removed.filter { ($0.accuracy ?? 0) >= whole - 0.01 }
    func list(_ some: [Removed]) -> String { some.map(\.removed).joined(separator: ", ") }
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
    for r in 0..<rank {
      let name = Self.name(.n(r), .m(r))
      guard spare.contains(where: { $0.removed == name }), atRest[r].rate < 0 else { continue }
      let time = -1 / atRest[r].rate
      let delay = Double(task.steps(of: "delay").count) * task.task.alpha
      result.append(
        "\(name) makes κ\(r + 1) forget with \(short(time)) τ at rest instead of τ"
          + (time < delay / 3 ? "; both are short beside the delay of \(given(delay)) τ." : "."))
    }
    return result
  }

  private func short(_ value: Double) -> String { text(value, digits: 2) }
}
