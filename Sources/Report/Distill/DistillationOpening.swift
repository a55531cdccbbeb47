// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

/// The first screen beside the verdict: one picture of the mechanism, the equations, and how far the dynamics are apart.
extension DistillationReport {
  /// The phase portrait, or the trajectories where there is none; the equations; the table of dynamics.
  func opening(_ figures: [Figure]) -> [Document.Block] {
    let picture = openingFigure(figures)
    var blocks: [Document.Block] = picture.map { [.figure($0)] } ?? []
    if isOutlined {
      let outline = EquationOutline(
        findings.terms.shortened, measured: measuredTerms?.shortened, inputs: run.trialSet.inputNames ?? [])
      let numbers: [Document.Block] =
        [.equations(outline.equations), .paragraph(outline.note)]
        + (outline.table.map { [.table($0)] } ?? [])
      // Below the picture, unless that is tall.
      let isTall = picture.map { $0.size.height > Self.tall } ?? false
      blocks += isTall ? numbers + [.table(dynamicsTable)] : [.table(dynamicsTable)] + numbers
    } else {
      blocks += [
        .equations(typesetEquations), .paragraph(equationNotes.joined(separator: " ")), .table(dynamicsTable),
      ]
    }
    return blocks
  }

  /// Height of a picture, in pixels, that leaves a first screen no room for a table below it.
  private static let tall = 480

  /// The one picture of the first screen.
  func openingFigure(_ figures: [Figure]) -> Figure? {
    ["phase", "trajectories"].lazy.compactMap { name in figures.first { $0.name == name } }.first
  }

  /// The equations with all their numbers.
  var typesetEquations: Document.Equations {
    Document.Equations(findings.terms.shortened, withErrors: true, measured: measuredTerms?.shortened)
  }

  /// The coefficients of `findings.terms` as measured on the units of a fit's populations; `nil` where there was no fit.
  static func measuredTerms(_ run: SideBySide) -> CircuitTerms? {
    run.reduction.measured.map { CircuitTerms(of: $0, unitCount: nil) }
  }

  /// What stands behind the numbers of the equations, and which input is which.
  var equationNotes: [String] {
    let terms = findings.terms
    var notes = [
      terms.unitCount != nil
        ? "1.23(45) is 1.23 ± 0.45, the standard error of drawing these units from a Gaussian."
        : measuredTerms != nil
          ? "Numbers are a fit's; small: the same as measured on the units\(terms.arguments.count > 1 ? " that are likeliest under each population" : "")."
          : "The numbers were given and have no standard errors."
    ]
    if !terms.shorteningNote.isEmpty { notes.append(terms.shorteningNote) }
    if let names = run.trialSet.inputNames {
      let variable = terms.form == .rate ? "u" : "v"
      notes.append(
        "Inputs: " + names.enumerated().map { "\(variable)\($0 + 1) \($1)" }.joined(separator: ", ") + ".")
    }
    return notes
  }

  /// The manifold of a truncated J is no exact one of the network.
  var manifoldName: String {
    run.truncation == nil ? "exact manifold" : "manifold of rank \(run.manifold.rank)"
  }

  /// Full network, manifold and circuit: how far each is from the network, and how well it does the task.
  private var dynamicsTable: Document.Table {
    let outputs = run.network.outputCount
    let hasTask = run.networkPerformance.contains { $0 != nil }
    var columns = ["", "variables", outputs > 0 ? "error of z" : "error of κ"]
    if hasDecisions { columns.append("\(run.trials.scoring.answers) agree") }
    // How well a graded output does its task is its error.
    if hasTask { columns.append(hasDecisions ? "accuracy" : run.lossName) }
    var table = Document.Table(
      caption: "Dynamics on \(counted(run.trials.stimulus.trials, "trial"))"
        + (outputs > 1 ? ", the worst of \(outputs) outputs" : "")
        + "\(run.reduction.fit == nil ? "" : " that nothing was fitted to"); error: RMS difference over the network's RMS",
      header: columns)
    func performance(_ all: [Performance?]) -> [Document.Cell] {
      guard hasTask else { return [] }
      return [
        hasDecisions
          ? .percent(all.compactMap { $0?.accuracy }.min())
          : .number(all.compactMap { $0?.loss }.max() ?? .nan, digits: 3)
      ]
    }
    if let recorded = run.recordedComparison {
      // First of all: whether this is the user's network.
      table.add(
        [
          .text("full network against your z"), .missing, .percent(Fidelity.worstError(recorded)),
        ] + ifDecisions([.percent(recorded.outputs.compactMap(\.agreement).min())])
          + (hasTask ? [.missing] : []))
    }
    table.add(
      [.text("full network"), .count(run.imported.network.unitCount), .missing]
        + ifDecisions([.missing]) + performance(run.networkPerformance))
    for (name, comparison, dimensions) in [
      (manifoldName, run.manifoldComparison, run.manifoldDynamics.dimension),
      ("Gaussian circuit", run.circuitComparison, run.document.circuit.dimension),
    ] {
      table.add(
        [.text(name), .count(dimensions), .percent(Fidelity.worstError(comparison))]
          + ifDecisions([.percent(comparison.outputs.compactMap(\.agreement).min())])
          + performance(comparison.outputs.map(\.performance)))
    }
    return table
  }
}
