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
      figures.append(
        .modulation(
          told.modulation, network: told.network, names: told.names, rank: network.rank, time: time))
      // One population is the only route there is.
      if told.circuit.statistics.populations.count > 1 {
        figures.append(
          .routes(told.modulation, names: told.names, rank: network.rank, window: told.window))
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

  /// How completeness was proven, for the first input.
  private func proof(_ portraits: [EpochPortrait]) -> String {
    guard let first = portraits.first, case .proven(let reason) = first.circuit.completeness else {
      return ""
    }
    return " (\(reason), for the first)"
  }

  /// How κ of rank 1 feeds itself around zero, in network and circuit, population by population: what makes it stay or go.
  private var loopSentence: String? {
    let circuit = run.document.circuit
    guard run.imported.network.rank == 1, run.truncation == nil, findings.predicts else { return nil }
    let input = [Double](repeating: 0, count: circuit.inputCount)
    func loop(_ jacobian: Matrix) -> Double { jacobian[0, 0] + 1 }
    let own = loop(run.manifoldDynamics.linearisation(kappa: [0], input: input).jacobian)
    let whole = loop(circuit.linearisation(kappa: [0], input: input).jacobian)
    // Where steps are large, a strong negative loop makes deviations grow as well.
    let least = 1 - 2 / run.imported.alpha
    guard (own > 1) == (whole > 1), own > least, whole > least else { return nil }
    let populations = circuit.statistics.populations
    let parts = populations.enumerated().map { p, population in
      let part = EffectiveCircuit(
        ConnectivityStatistics(
          layout: circuit.statistics.layout, unitCount: circuit.statistics.unitCount,
          populations: [population]),
        settings: circuit.settings)
      return
        "population \(p + 1) \(Studies.text(loop(part.linearisation(kappa: [0], input: input).jacobian), digits: 3))"
    }
    return "Around κ = 0 without input κ feeds itself by \(Studies.text(own, digits: 3)) in the network and "
      + "\(Studies.text(whole, digits: 3)) in the circuit"
      + (populations.count > 1 ? " (\(parts.joined(separator: ", ")))" : "")
      + (own > 1
        ? ": more than 1, so that deviations from it grow."
        : ": less than 1, so that deviations from it decay.")
  }

  /// Where inputs of one epoch leave different numbers of fixed points, as the network has them.
  private func changeSentences(_ portraits: [EpochPortrait]) -> [String] {
    var titles: [String] = []
    for portrait in portraits where !titles.contains(portrait.panel.title) {
      titles.append(portrait.panel.title)
    }
    return titles.compactMap { title in
      let own = portraits.filter { $0.panel.title == title && $0.manifold.continua.isEmpty }
      let counts = own.map { $0.manifold.points.count(where: \.isStable) }
      guard let low = counts.min(), let high = counts.max(), low < high else { return nil }
      let isAlike = own.allSatisfy {
        $0.circuit.points.count(where: \.isStable) == $0.manifold.points.count(where: \.isStable)
      }
      return
        "In the epoch \(title) the inputs decide how many stable points the \(flowName) has, \(low) to \(high)"
        + (isAlike ? ", and the circuit has as many under each of them." : ".")
    }
  }

  /// How far the circuit's flow is from the network's over the range of the picture, beside that where trials go.
  private func awayFromTrials(_ portraits: [EpochPortrait]) -> String? {
    guard run.imported.network.rank == 1, run.truncation == nil, findings.predicts else { return nil }
    let reach = 1.1 * run.network.kappa.reduce(0) { max($0, abs($1)) }
    guard reach > 0 else { return nil }
    var (worst, fastest, title) = (0.0, 0.0, "")
    for portrait in portraits {
      let input = portrait.panel.input
      for step in -20...20 {
        let kappa = [reach * Double(step) / 20]
        let own = run.manifoldDynamics.linearisation(kappa: kappa, input: input).flow[0]
        let other = run.document.circuit.linearisation(kappa: kappa, input: input).flow[0]
        fastest = max(fastest, abs(own))
        if abs(own - other) > worst {
          (worst, title) = (abs(own - other), portrait.panel.inputText(run.trialSet.inputNames ?? []))
        }
      }
    }
    guard fastest > 0, worst > 0.1 * fastest else { return nil }
    return
      "The circuit is good along the trials, not at every pair of κ and input: over the range of κ, its τ dκ/dt is up to "
      + "\(Studies.text(worst, digits: 2)) from the network's (under \(title.isEmpty ? "no input" : title)), whose largest is \(Studies.text(fastest, digits: 2))."
  }

  /// What the phase portraits show, in words.
  func fixedPointParagraphs(_ portraits: [EpochPortrait]) -> [String] {
    let agreeing = portraits.count { $0.agrees }
    let all = portraits.allSatisfy { $0.manifold.isComplete && $0.circuit.isComplete }
    // A flow on a line turns nowhere; steps of a size can.
    let canTurn =
      run.imported.network.rank > 1
      || portraits.contains { $0.ofManifold.motion != .continuous || $0.ofCircuit.motion != .continuous }
    var text = [
      "Fixed points under constant inputs that stand for the epochs of the trials\(time.timeConstant.map { "; τ is \($0)" } ?? ""). The circuit has the "
        + "\(flowName)'s number and stability of fixed points\(canTurn ? " and cycles" : "") under "
        + "\(agreeing) of \(portraits.count) inputs. "
        + (all
          ? "The lists are proven to be complete\(proof(portraits))."
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
    if let loop = loopSentence { text.append(loop) }
    text += changeSentences(portraits)
    if let away = awayFromTrials(portraits) { text.append(away) }
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
  let hasSlow = portraits.contains { !$0.manifold.slowPoints.isEmpty || !$0.circuit.slowPoints.isEmpty }
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
        .text(places(of: set.points.filter { !$0.isStable }, beside: largest).joined(separator: "; ")),
        .number(slowest, digits: 3),
      ]
      if hasSlow { row.append(set.slowPoints.isEmpty ? .missing : .count(set.slowPoints.count)) }
      if turns { row.append(cycleCell(found)) }
      rows.append(row)
    }
  }
  var header = [
    "epoch", "input", "of", "fixed points", "stable", "stable at κ", "unstable at κ",
    "longest time constant (τ)",
  ]
  // Where the flow nearly stops without a fixed point.
  if hasSlow { header.append("slow without stopping") }
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
