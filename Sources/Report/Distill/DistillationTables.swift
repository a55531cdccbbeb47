// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension DistillationReport {
  /// The manifold of a truncated J is no exact one of the network.
  private var manifoldName: String {
    run.truncation == nil ? "exact manifold" : "manifold of rank \(run.manifold.rank)"
  }

  /// Errors of every output.
  var outputTable: ReportPage.Table {
    var rows: [[String]] = []
    let own = run.networkPerformance
    for (name, comparison) in [
      (manifoldName, run.manifoldComparison), ("Gaussian circuit", run.circuitComparison),
    ] {
      for (o, figures) in comparison.outputs.enumerated() {
        rows.append([
          "\(name), z\(o + 1)", text(figures.deviation.rmse, digits: 3),
          text(figures.deviation.max, digits: 3),
          percent(figures.deviation.relative), percent(figures.agreement),
          figures.performance.map { percent($0.accuracy) } ?? "–",
          figures.performance.map { text($0.loss, digits: 3) } ?? "–",
        ])
      }
    }
    for (o, performance) in own.enumerated() {
      guard let performance else { continue }
      rows.append([
        "full network, z\(o + 1)", "–", "–", "–", "–", percent(performance.accuracy),
        text(performance.loss, digits: 3),
      ])
    }
    return ReportPage.Table(
      caption: "Outputs", header: ["", "RMSE", "maximum", "relative", "decisions agree", "accuracy", "loss"],
      rows: rows)
  }

  /// Errors of every latent.
  var latentTable: ReportPage.Table {
    var rows: [[String]] = []
    for (name, comparison) in [
      (manifoldName, run.manifoldComparison), ("Gaussian circuit", run.circuitComparison),
    ] {
      for (r, figures) in comparison.kappa.enumerated() {
        rows.append([
          "\(name), κ\(r + 1)", text(figures.rmse, digits: 3), text(figures.max, digits: 3),
          percent(figures.relative),
        ])
      }
    }
    return ReportPage.Table(caption: "Latents", header: ["", "RMSE", "maximum", "relative"], rows: rows)
  }

  /// The ladder of assumptions.
  var budgetTable: ReportPage.Table {
    var rows: [[String]] = []
    for output in 0..<run.network.outputCount {
      for stage in findings.budget.stages {
        let figures = stage.comparison.outputs[output]
        rows.append([
          run.network.outputCount == 1 ? stage.name : "z\(output + 1): \(stage.name)",
          percent(stage.costs[output]), percent(figures.deviation.relative), percent(figures.agreement),
        ])
      }
    }
    return ReportPage.Table(
      caption: "What each assumption costs", header: ["step", "this step", "in all", "decisions agree"],
      rows: rows)
  }

  /// Means and covariances of every population; with standard errors where they are moments of units.
  var momentTables: [ReportPage.Table] {
    let statistics = run.document.circuit.statistics
    // Without N, as in circuits made by hand, nobody knows how large a sample it was.
    let isSampled = findings.terms.unitCount != nil
    func withError(_ value: Double, _ error: Double) -> String {
      text(value, digits: 3) + (isSampled ? " ± \(text(error, digits: 2))" : "")
    }
    let vectors = statistics.layout.vectors
    return statistics.populations.enumerated().map { index, population in
      let units = population.fraction * Double(statistics.unitCount)
      let rows = vectors.enumerated().map { row, a in
        [a.description]
          + vectors.enumerated().map { column, b in
            column > row
              ? ""
              : withError(population.covariance(a, b), population.standardError(a, b, units: units))
          } + [withError(population.mean(a), population.standardError(a, units: units))]
      }
      let name = statistics.populations.count == 1 ? "All units" : "Population \(index + 1)"
      return ReportPage.Table(
        caption: "\(name): \(percent(population.fraction)) of the units",
        header: [""] + vectors.map(\.description) + ["mean"], rows: rows)
    }
  }
}
