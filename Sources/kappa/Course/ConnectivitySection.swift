// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Report
import Studies

/// "Which pattern has the connectivity, and why does it work?"
extension CourseTask {
  func connectivitySection(_ number: String) throws -> CourseSection {
    var section = CourseSection(
      "\(number)-connectivity", "\(number). \(title): the connectivity, and why it works")
    let statistics = circuit.statistics
    let population = statistics.populations[0]
    let vectors = statistics.layout.vectors
    let units = Double(network.unitCount)
    section.tables = [
      ReportPage.Table(
        caption: "Covariances over units (1/N) ± the standard error of \(network.unitCount) Gaussian units",
        header: [""] + vectors.map(\.description) + ["mean"],
        rows: vectors.enumerated().map { row, a in
          [a.description]
            + vectors.enumerated().map { column, b in
              column > row
                ? ""
                : "\(text(population.covariance(a, b), digits: 3)) ± \(text(population.standardError(a, b, units: units), digits: 2))"
            } + [text(population.mean(a), digits: 3)]
        })
    ]
    section.figures = [
      Figure.loadings(of: network, statistics: statistics).renamed("\(number)-loadings"),
      Figure.covariances(of: statistics).renamed("\(number)-covariances"),
    ]
    // Which covariances do the work: circuits in which only some of them are left.
    let all = couplings
    let whole = performance(of: circuit)
    var rows = [["all means and covariances", shown(whole)?.accuracy ?? "–", shown(whole)?.loss ?? "–"]]
    var removed: [RemovedCovariance] = []
    let kept = performance(of: EffectiveCircuit(statistics.keepingOnly(all), transfer: circuit.transfer))
    rows.append([
      "only " + all.map(name).joined(separator: ", "), shown(kept)?.accuracy ?? "–", shown(kept)?.loss ?? "–",
    ])
    for coupling in all {
      let without = performance(
        of: EffectiveCircuit(
          statistics.replacing([(coupling.0, coupling.1, 0)]), transfer: circuit.transfer))
      removed.append(RemovedCovariance(pair: coupling, performance: without))
      rows.append([
        "all but \(name(coupling))", shown(without)?.accuracy ?? "–", shown(without)?.loss ?? "–",
      ])
    }
    let undriven = undriven()
    rows.append([
      "neither σ_nI nor means", shown(undriven)?.accuracy ?? "–", shown(undriven)?.loss ?? "–",
    ])
    section.tables.append(
      ReportPage.Table(
        caption: "The circuit's task with some covariances set to zero",
        header: ["circuit", "right decisions", "loss"], rows: rows))
    func sigma(_ a: ConnectivityVector, _ b: ConnectivityVector) -> String {
      text(population.covariance(a, b), digits: 3)
    }
    if network.rank == 1 {
      section.answer =
        "n overlaps with m (σ_mn = \(sigma(.n(0), .m(0)))) and with I (σ_nI = \(sigma(.n(0), .input(0)))), w with m "
        + "(σ_mw = \(sigma(.readout(0), .m(0))))"
      section.paragraphs = [
        "σ_nI lets the input reach κ; σ_mn feeds κ back on itself, which makes it remember; σ_mw reads κ out. "
          + "The other covariances and the means are what training did not need to take away."
      ]
    } else {
      section.answer =
        "n1 with m1 (\(sigma(.n(0), .m(0)))) keeps κ1, n2 with m2 (\(sigma(.n(1), .m(1)))) lets κ2 go; w reads them "
        + "with \(sigma(.readout(0), .m(0))) and \(sigma(.readout(0), .m(1)))"
      section.paragraphs = [
        isInModes
          ? "κ1 and κ2 are shown as modes: m and n are combined so that (1/N) n1ᵀm2 = (1/N) n2ᵀm1 = 0, which leaves "
            + "the network as it is. κ1 is the slow mode, and what it holds at the end is mostly the first stimulus; κ2 "
            + "holds the second. Seen through w the input enters them with σ_wm1 σ_n1I = "
            + "\(text(through(0), digits: 2)) and σ_wm2 σ_n2I = \(text(through(1), digits: 2))"
            + (through(0) * through(1) < 0 ? ": opposite signs, so that the output is a difference." : ".")
          : "The overlap matrix (1/N) nᵀm has a complex pair of eigenvalues, so that κ1 and κ2 turn into each other; "
            + "they are shown as trained."
      ]
    }
    section.paragraphs += necessity(of: removed, whole: whole, undriven: undriven)
    section.values = [
      "vectors": .list(vectors.map { .text($0.description) }), "mean": .numbers(population.mean),
      "covariance": .list(
        vectors.indices.map { i in .numbers(vectors.indices.map { population.covariance[i, $0] }) }),
      "inModes": .flag(isInModes), "circuitAccuracy": .optional(whole?.accuracy),
      "circuitLoss": .optional(whole?.loss), "accuracyOfEssentials": .optional(kept?.accuracy),
      "lossOfEssentials": .optional(kept?.loss),
      "removed": .list(
        removed.map {
          .object([
            "removed": .text($0.name), "covariance": .number(population.covariance($0.pair.0, $0.pair.1)),
            "accuracy": .optional($0.performance?.accuracy), "loss": .optional($0.performance?.loss),
          ])
        }),
      "atRest": .list(
        (0..<network.rank).map { r in
          let flow = flowAtRest(r)
          return .object([
            "driveOfMeans": .number(flow.driveOfMeans), "drive": .number(flow.drive),
            "rate": .number(flow.rate),
          ])
        }),
      "accuracyUndriven": .optional(undriven?.accuracy), "lossUndriven": .optional(undriven?.loss),
    ]
    return section
  }

  /// σ_{w m_r} σ_{n_r I}: how the input reaches the output through latent r.
  private func through(_ r: Int) -> Double {
    let population = circuit.statistics.populations[0]
    return population.covariance(.readout(0), .m(r)) * population.covariance(.n(r), .input(0))
  }

  /// The covariances that the circuits of the paper have.
  private var couplings: [(ConnectivityVector, ConnectivityVector)] {
    (0..<network.rank).flatMap { r in
      [(.n(r), .m(r)), (.n(r), .input(0)), (.readout(0), .m(r))] as [(ConnectivityVector, ConnectivityVector)]
    }
  }

  private func name(_ pair: (ConnectivityVector, ConnectivityVector)) -> String {
    "σ(\(pair.0), \(pair.1))"
  }

  /// A performance as cells of a table.
  func shown(_ performance: Performance?) -> (accuracy: String, loss: String)? {
    performance.map { (percent($0.accuracy), text($0.loss, digits: 3)) }
  }
}
