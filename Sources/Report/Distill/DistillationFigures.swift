// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Studies

extension DistillationReport {
  /// All figures of the report.
  func figures() -> [Figure] {
    let (portraits, told) = (page.portraits, findings.contexts)
    let network = run.imported.network
    let circuit = run.document.circuit
    // Colours show the file's own populations; fitted ones have no units of their own.
    let labels = run.imported.populationLabels.flatMap {
      run.document.closure == .moments && Set($0).count == circuit.statistics.populations.count ? $0 : nil
    }
    let inputs = run.trialSet.inputNames ?? []
    var figures = [
      Figure.trajectories(
        network: run.network, manifold: run.manifold, circuit: run.circuit, outputs: run.shownOutputs,
        time: time, manifoldName: manifoldName),
      Figure.loadings(
        of: network, statistics: circuit.statistics,
        labels: labels),
      Figure.covariances(of: circuit.statistics),
    ]
    // The budget is one of z.
    if network.outputCount > 0 {
      figures.append(
        Figure.errorLadder(findings.budget, band: findings.band, outputs: run.shownOutputs))
    }
    if !findings.trainingLosses.isEmpty { figures.append(Figure.loss(findings.trainingLosses)) }
    let manifold = run.manifoldDynamics
    switch network.rank {
    case 1:
      figures.append(
        Figure.phaseLine(
          manifold: manifold, circuit: circuit, portraits: portraits,
          visited: [run.network, run.circuit], inputs: inputs, time: time, manifoldName: flowName))
    case 2:
      // Four panels are taken in at once.
      figures.append(
        Figure.phasePlane(
          manifold: manifold, circuit: circuit, portraits: Array(portraits.prefix(4)),
          network: run.network, reduced: run.circuit, inputs: inputs, time: time, manifoldName: flowName))
    case 3...:
      if let projection = Figure.phaseProjection(
        portraits: Array(portraits.prefix(4)), network: run.network, reduced: run.circuit, inputs: inputs,
        time: time, manifoldName: flowName)
      {
        figures.append(projection)
      }
    default: break
    }
    if !told.modulation.isEmpty, !told.names.evidence.isEmpty {
      figures.append(.modulation(told.modulation, names: told.names, rank: network.rank, time: time))
      // One population is the only route there is.
      if told.circuit.statistics.populations.count > 1 {
        figures.append(.routes(told.modulation, names: told.names, rank: network.rank))
      }
    }
    if let scatter = Figure.tuning(findings.tuning.moments) { figures.append(scatter) }
    if let diagram = page.bifurcation.diagram {
      figures.append(
        .bifurcations(diagram, parameter: page.bifurcation.parameter, range: page.bifurcation.range))
    }
    if let intervals = findings.intervals, network.outputCount > 0 {
      figures.append(intervals.figure(run, time: time))
    }
    if let (curves, asShare) = page.psychometrics, !curves.isEmpty {
      figures.append(.psychometric(curves, asShare: asShare))
    }
    if let survey = page.survey { figures.append(.closures(survey.table)) }
    return figures
  }

  /// Whose fixed points the manifold's are: the network's, unless its J was cut.
  var flowName: String { run.standIn ?? "network" }

  /// How the figures count time.
  var time: TimeAxis {
    TimeAxis(millisecondsPerStep: findings.definition?.stepLength, alpha: run.imported.alpha)
  }

  /// What the phase portraits show, in words.
  func fixedPointParagraphs(_ portraits: [EpochPortrait]) -> [String] {
    let agreeing = portraits.count { $0.agrees }
    let all = portraits.allSatisfy { $0.manifold.isComplete && $0.circuit.isComplete }
    var text = [
      "Fixed points under constant inputs that stand for the epochs of the trials. The circuit has the \(flowName)'s "
        + "number and stability of fixed points and limit cycles under \(agreeing) of \(portraits.count) inputs. "
        + (all
          ? "The lists are proven to be complete."
          : "Where the lists are not proven to be complete, the table says so.")
    ]
    if portraits.contains(where: { $0.ofManifold.motion != .continuous || $0.ofCircuit.motion != .continuous }
    ) {
      text.append(
        "Stable, and what turns, is said of the network's own steps of α = \(Studies.text(run.imported.alpha)), which are not small: "
          + "continuous time may have it otherwise.")
    }
    if let leftOut = portraits.flatMap({ $0.ofManifold.leftOut + $0.ofCircuit.leftOut }).first {
      text.append("Cycles: \(leftOut).")
    }
    if run.imported.network.rank > 2 {
      text.append(
        "κ has \(run.imported.network.rank) dimensions: the picture above is a projection, in which points that lie on top of "
          + "each other need not be close.")
    }
    return text
  }
}

/// Counts and places of the fixed points.
package func fixedPointTable(
  _ portraits: [EpochPortrait], inputs: [String] = [], time: TimeAxis = .steps,
  manifoldName: String = "network"
) -> Document.Table {
  var rows: [[Document.Cell]] = []
  let all = portraits.flatMap { $0.manifold.points + $0.circuit.points }
  let largest = all.flatMap(\.kappa).map(abs).max() ?? 0
  let turns = portraits.contains { $0.ofManifold.turns || $0.ofCircuit.turns }
  for pair in portraits {
    let panel = pair.panel
    for (name, found) in [(manifoldName, pair.ofManifold), ("circuit", pair.ofCircuit)] {
      let set = found.fixedPoints
      let stable = set.points.filter(found.motion.isStable)
      let continua = set.continua.map {
        "a \($0.kind.rawValue) of \(sizeText($0, digits: 3))"
      }
      let slowest = stable.compactMap { found.motion.timeConstants(of: $0).max() }.max()
      var row: [Document.Cell] = [
        .text(time.title(panel)), .text(panel.inputText(inputs)), .text(name),
        set.isComplete ? .count(set.points.count) : .text("\(set.points.count) found"), .count(stable.count),
        .text((places(of: stable, beside: largest) + continua).joined(separator: "; ")),
        .number(slowest, digits: 3), set.slowPoints.isEmpty ? .missing : .count(set.slowPoints.count),
      ]
      if turns { row.append(cycleCell(found)) }
      rows.append(row)
    }
  }
  var header = [
    "epoch", "input", "", "fixed points", "stable", "stable at κ", "slowest decay /τ", "slow points",
  ]
  if turns { header.append("cycles") }
  return Document.Table(
    caption: "Fixed points by epoch and input",
    header: header, rows: rows)
}

/// Where points are, in few words: the first four of rank 1, the first two of more, and dots for the rest.
///
/// - Parameter largest: the largest |κ| of the table, which says what counts as zero.
func places(of points: [FixedPoint], beside largest: Double) -> [String] {
  let shown = (points.first?.kappa.count ?? 1) == 1 ? 4 : 2
  let places = points.prefix(shown).map { point in
    point.kappa.count == 1
      ? text(point.kappa[0], beside: max(largest, 1e-3), digits: 3)
      : "("
        + point.kappa.map { text($0, beside: point.kappa.map(abs).max() ?? 0, digits: 3) }
        .joined(separator: ", ") + ")"
  }
  return places + (points.count > shown ? ["…"] : [])
}

/// Cycles in a cell: how long they take, and whether they attract.
private func cycleCell(_ found: AttractorSearch.Found) -> Document.Cell {
  guard found.turns else { return .missing }
  if found.motion != .continuous { return .text(stepCycleWords(found.stepCycles).joined(separator: "; ")) }
  return .text(
    found.cycles.map { "\($0.isStable ? "stable" : "unstable"), period \(text($0.period, digits: 3)) τ" }
      .joined(
        separator: "; "))
}
