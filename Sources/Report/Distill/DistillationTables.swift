// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension DistillationReport {
  /// Whether the manifold is the network to rounding, which the table of dynamics says once.
  private var isExact: Bool { run.truncation == nil && Fidelity.worstError(run.manifoldComparison) < 1e-9 }

  /// Whether any output stands for decisions; the sign of a graded one says nothing.
  var hasDecisions: Bool { run.circuitComparison.outputs.contains { $0.agreement != nil } }

  /// Cells on decisions, where there are any.
  func ifDecisions(_ cells: [Document.Cell]) -> [Document.Cell] { hasDecisions ? cells : [] }

  /// Errors of every output, of the circuit and of a manifold that is not exact.
  var outputTable: Document.Table {
    var table = Document.Table(
      caption: run.shownNote.isEmpty ? "Outputs" : run.shownNote,
      header: ["", "RMSE", "maximum", "relative"]
        + (hasDecisions ? ["\(run.trials.scoring.answers) agree", "accuracy"] : [])
        + [run.lossName])
    let label = { (o: Int) in self.run.network.outputCount == 1 ? "z" : "z\(o + 1)" }
    let performances = run.networkPerformance
    if let recorded = run.recordedComparison {
      for o in run.shownOutputs {
        let figures = recorded.outputs[o]
        table.add(
          [
            .text("full network against your z\(run.network.outputCount == 1 ? "" : "\(o + 1)")"),
            .number(figures.deviation.rmse, digits: 3), .number(figures.deviation.max, digits: 3),
            .percent(figures.deviation.relative),
          ] + ifDecisions([.percent(figures.agreement), .missing]) + [.missing])
      }
    }
    for o in run.shownOutputs {
      guard let performance = performances[o] else { continue }
      table.add(
        [.text("full network, \(label(o))"), .missing, .missing, .missing]
          + ifDecisions([.missing, .percent(performance.accuracy)])
          + [.number(performance.loss, digits: 3)])
    }
    for (name, comparison) in compared {
      for o in run.shownOutputs {
        let figures = comparison.outputs[o]
        table.add(
          [
            .text("\(name), \(label(o))"),
            .number(figures.deviation.rmse, digits: 3), .number(figures.deviation.max, digits: 3),
            .percent(figures.deviation.relative),
          ] + ifDecisions([.percent(figures.agreement), .percent(figures.performance?.accuracy)])
            + [.number(figures.performance?.loss, digits: 3)])
      }
    }
    return table
  }

  /// Errors of every latent, of the circuit and of a manifold that is not exact.
  var latentTable: Document.Table {
    var table = Document.Table(caption: "Latents", header: ["", "RMSE", "maximum", "relative"])
    for (name, comparison) in compared {
      for (r, figures) in comparison.kappa.enumerated() {
        table.add([
          .text("\(name), κ\(r + 1)"), .number(figures.rmse, digits: 3), .number(figures.max, digits: 3),
          .percent(figures.relative),
        ])
      }
    }
    return table
  }

  private var compared: [(String, Comparison)] {
    (isExact ? [] : [(manifoldName, run.manifoldComparison)]) + [("Gaussian circuit", run.circuitComparison)]
  }

  /// The ladder of assumptions.
  var budgetTable: Document.Table {
    var table = Document.Table(
      caption: "What each assumption costs",
      header: ["step", "this step", "in all"] + (hasDecisions ? ["\(run.trials.scoring.answers) agree"] : []))
    for output in run.shownOutputs {
      for stage in findings.budget.shownStages {
        let figures = stage.comparison.outputs[output]
        table.add(
          [
            .text(run.network.outputCount == 1 ? stage.name : "z\(output + 1): \(stage.name)"),
            .percent(stage.costs[output]), .percent(figures.deviation.relative),
          ] + ifDecisions([.percent(figures.agreement)]))
      }
    }
    return table
  }

  /// The circuit beside the single Gaussian and those that were tried, on the same trials.
  var circuitTable: Document.Table {
    Document.Table(
      caption:
        "Circuits on these trials: relative error of \(run.network.outputCount > 0 ? "z" : "κ")"
        + (hasDecisions ? ", and \(run.trials.scoring.answers)" : ""),
      header: ["", "populations", "error"] + (hasDecisions ? ["\(run.trials.scoring.answers) agree"] : []),
      rows: findings.circuits.map {
        [
          .text($0.closure.rawValue + ($0.chosen ? " (this page's)" : "")), .count($0.populations),
          .percent($0.relative),
        ] + ifDecisions([.percent($0.agreement)])
      })
  }

  /// Means and covariances of every population; with standard errors where they are moments of units.
  var momentTables: [Document.Table] {
    let statistics = run.document.circuit.statistics
    // Without N, as in circuits made by hand, nobody knows how large a sample it was.
    let isSampled = findings.terms.unitCount != nil
    func withError(_ value: Double, _ error: Double) -> Document.Cell {
      isSampled ? .uncertain(value, error: error) : .number(value, digits: 3)
    }
    // Of many readouts nobody reads the covariances; circuit.json has them.
    let vectors = statistics.layout.shownVectors
    return statistics.populations.enumerated().map { index, population in
      let units = population.fraction * Double(statistics.unitCount)
      let rows = vectors.enumerated().map { row, a -> [Document.Cell] in
        [.text(a.description)]
          + vectors.enumerated().map { column, b in
            column > row
              ? .empty
              : withError(population.covariance(a, b), population.standardError(a, b, units: units))
          } + [withError(population.mean(a), population.standardError(a, units: units))]
      }
      let name = statistics.populations.count == 1 ? "All units" : "Population \(index + 1)"
      return Document.Table(
        caption: "\(name): \(percent(population.fraction)) of the units",
        header: [""] + vectors.map(\.description) + ["mean"], rows: rows)
    }
  }
}
