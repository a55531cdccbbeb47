// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Studies

extension BulkResult {
  /// The result for people; `nil` for one that was read from JSON.
  public var document: Document? {
    guard let details else { return nil }
    var sections = [
      Document.Section("Stationary states", stateBlocks(details)),
      Document.Section("Chaos", [.paragraph(chaosSentence(details))]),
    ]
    if let own { sections.append(Document.Section("The file's own network", ownBlocks(own))) }
    if !simulated.isEmpty { sections.append(Document.Section("Networks", networkBlocks)) }
    sections.append(
      Document.Section(
        "What is not said here",
        [
          .paragraph(
            "How κ and V move between states is no closed system of equations: with a bulk, units remember their past "
              + "through one another. The states above are those of N → ∞; a network's path to them has to be simulated "
              + "with its J."
              + (own == nil
                ? ""
                : " kappa compare sets trajectories of this file's network, random part included, beside those of manifold and "
                  + "circuit, which are without it."))
        ]))
    return Document(
      title: "Random bulk of g = \(given(gain)) beside \(details.subject)", verdict: verdict,
      remarks: remarks.filter { $0.code != "bulk" }.map(\.text), sections: sections)
  }

  /// Where the states are not those of the file's J, that comes first.
  private var verdict: [String] {
    let doubts = remarks.filter { $0.code == "bulk" }.map(\.text)
    guard details?.isOfNewDraws == true else { return doubts + [phaseSentence] }
    return doubts
      + ["With new draws of χ at g = \(text(gain)), and N → ∞: \(phaseSentence)"]
      + (own.map { [ownSentence($0)] } ?? [])
  }

  /// What the file's own network does.
  private func ownSentence(_ own: OwnActivity) -> String {
    let ends = own.ends.map { end -> String in
      switch end.kind {
      case .silent: "\(end.states) fell silent"
      case .rest:
        "\(end.states) came to rest at κ = (\(end.kappa.map { text($0, digits: 3) }.joined(separator: ", ")))"
      case .oscillation: "\(end.states) went on oscillating"
      case .irregular:
        "\(end.states) went on irregularly, neighbours parting at \(text(end.exponent ?? 0, digits: 2))/τ"
      case .settling: "\(end.states) had not settled"
      }
    }
    return "The file's own J, simulated from \(own.starts) states for \(text(own.time, digits: 3)) τ: "
      + (ends.isEmpty ? "activity grew without bound" : ends.joined(separator: "; ")) + "."
  }

  private func ownBlocks(_ own: OwnActivity) -> [Document.Block] {
    var table = Document.Table(
      header: ["activity", "states"] + (own.ends.first?.kappa.indices.map { "κ\($0 + 1)" } ?? [])
        + ["RMS over units", "RMS of fluctuations", "neighbours part per τ"])
    for end in own.ends {
      table.add(
        [.text(end.kind.rawValue), .count(end.states)] + end.kappa.map { .number($0, digits: 4) }
          + [
            .number(end.level, digits: 3), .number(end.fluctuation, digits: 3),
            .number(end.exponent, digits: 2),
          ])
    }
    func list(_ values: [[Double]]) -> String {
      values.isEmpty
        ? "none"
        : values.map { value in
          value[1] == 0
            ? text(value[0])
            : "\(text(value[0])) \(value[1] < 0 ? "-" : "+") \(text(abs(value[1])))i"
        }.joined(separator: ", ")
    }
    let outliers =
      own.outliers.map { found in
        "Eigenvalues of J outside the random part's disc of radius \(text(details?.ownGain ?? 0, digits: 3)), by more than "
          + "chance: \(list(found)). "
      } ?? ""
    return [
      .table(table),
      .paragraph(
        outliers
          + "Eigenvalues of m nᵀ/N alone, near which those outside the disc would lie for a χ independent of m and n: "
          + "\(list(own.lowRankEigenvalues))."),
    ]
  }

  private var phaseSentence: String {
    switch phase {
    case "quiescent": "quiescent: activity dies out, all units fall to zero."
    case "structured-stationary": "structured-stationary: units rest at values of their own."
    case "homogeneous-chaos": "homogeneous-chaos: units fluctuate around zero for ever, κ stays at zero."
    case "structured-chaos": "structured-chaos: units fluctuate for ever around values of their own."
    default: "no stable stationary state and no chaos was found: look for limit cycles in simulations."
    }
  }

  private func stateBlocks(_ details: Details) -> [Document.Block] {
    let populations = details.circuit.statistics.populations.count
    var header = (0..<details.circuit.rank).map { "κ\($0 + 1)" }
    header += populations == 1 ? ["Δ"] : (0..<populations).map { "Δ of population \($0 + 1)" }
    header += ["g²⟨φ'²⟩", "leading outlier", ""]
    var table = Document.Table(header: header)
    for state in states {
      var cells: [Document.Cell] = (state.kappa + state.deltas).map { Document.Cell.number($0, digits: 6) }
      cells.append(Document.Cell.number(state.radius, digits: 6))
      cells.append(Document.Cell.number(state.outliers.first?.first, digits: 5))
      let kind = state.kind == "point" ? "" : ", one of a sphere"
      cells.append(.text((state.stable ? "stable" : "unstable") + kind))
      table.add(cells)
    }
    return [
      .table(table),
      .paragraph(
        (complete ? "These are all: " : "There may be more: ") + completeness
          + ". A state is stable while g²⟨φ'²⟩ and the real part of every outlier are below 1."),
    ]
  }

  private func chaosSentence(_ details: Details) -> String {
    guard let chaos else { return "None: where units fluctuate they come to rest." }
    let others = details.found.chaos.count - 1
    let kappa = chaos.kappa.map { text($0, digits: 6) }.joined(separator: ", ")
    var sentence = "Variance Δ₀ = \(text(chaos.delta0, digits: 6)), of which "
    sentence += "\(text(chaos.deltaInfinity, digits: 6)) stands still; κ = (\(kappa))."
    if others > 0 { sentence += " \(counted(others, "other chaotic solution"))." }
    if states.contains(where: { $0.stable }) { sentence += " A stable stationary state exists beside it." }
    return sentence
  }

  private var networkBlocks: [Document.Block] {
    simulated.flatMap { one -> [Document.Block] in
      [
        .table(
          Document.Table(
            caption: (one.state.map { "State \($0 + 1)" } ?? "Chaos")
              + ", \(one.networks) networks of \(one.units) units",
            header: ["", "theory", "networks", "SE apart"],
            rows: one.quantities.map {
              [
                .text($0.name), .number($0.theory, digits: 5),
                .uncertain($0.mean, error: $0.standardError, digits: 5),
                .number(($0.mean - $0.theory) / $0.standardError, digits: 2),
              ]
            })),
        .paragraph(
          (one.strayed == 0
            ? "None of them strayed to another state." : "\(one.strayed) of them strayed to another state.")
            + " RMS of τ dx/dt at the end: \(text(one.speed, digits: 2))."),
      ]
    }
  }

  /// The phases over (σ_mn, g), with the circuit's own place; `nil` unless it is one population of zero means without input
  /// and φ is tanh, erf or logistic, for which the borders are known.
  public func diagram() throws -> Figure? {
    guard let details, let coupling = details.leadingOverlap else { return nil }
    let transfer = details.circuit.transfer
    let top = max(2.5, 1.2 * gain)
    let right = max(4, 1.2 * coupling)
    var (structure, stationary): ([(x: Double, y: Double)], [(x: Double, y: Double)]) = ([], [])
    var onset: Double?
    for index in 0...120 {
      let g = top * Double(index) / 120
      let borders = try CentredBulk.borders(strength: g, transfer: transfer)
      if borders.delta0 != nil, onset == nil { onset = g }
      if borders.structure <= right { structure.append((borders.structure, g)) }
      if borders.delta0 != nil, borders.stationary <= right { stationary.append((borders.stationary, g)) }
    }
    var curves = [
      CurvePanel.Curve("structure begins", structure, colour: 0),
      CurvePanel.Curve("it stands still to the right", stationary, look: .dashed, colour: 1),
    ]
    if let onset, let first = structure.first(where: { $0.y >= onset }) {
      curves.append(CurvePanel.Curve("chaos above", [(0, onset), (first.x, onset)], colour: 2))
    }
    curves.append(CurvePanel.Curve("this circuit", [(coupling, gain)], look: .points))
    return Figure.curves(
      name: "bulk-phases",
      caption:
        "Phases of one zero-mean population with a random bulk over its leading overlap λ (σ_mn at rank 1) and g "
        + "(Mastrogiuseppe & Ostojic 2018): quiescent at the lower left, stationary structure to the right, homogeneous "
        + "chaos above, structured chaos between the two curves.",
      alternative: "Borders of four phases in the plane of overlap and g, and this circuit's place.",
      panels: [CurvePanel(title: "Phases", axes: ("λ", "g"), curves: curves)])
  }
}

extension BulkResult.Details {
  /// The largest real eigenvalue of σ where the phase diagram of zero means holds.
  fileprivate var leadingOverlap: Double? {
    let layout = circuit.layout
    guard circuit.statistics.populations.count == 1, let population = circuit.statistics.populations.first,
      [.tanh, .erf, .logistic].contains(circuit.transfer), input.allSatisfy({ $0 == 0 }), !layout.hasBias,
      !layout.hasCurrent
    else { return nil }
    let first = layout.weightCount
    for r in 0..<circuit.rank where population.mean[r] != 0 || population.mean[first + r] != 0 { return nil }
    let sigma = Matrix(rows: circuit.rank, columns: circuit.rank) { population.covariance[$0, first + $1] }
    return (try? sigma.eigenvalues())?.filter { $0.imaginary == 0 }.map(\.real).max()
  }
}
