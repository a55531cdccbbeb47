// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Studies

extension PortraitResult {
  /// The fixed points as a table, then slow points, cycles, basins and transitions as far as there are any; `nil` for a
  /// result that was read from JSON.
  public var document: Document? { details.map(\.document) }
}

extension PortraitResult.Details {
  fileprivate var document: Document {
    let at = input.isEmpty ? "" : " at v = (" + input.map { text($0) }.joined(separator: ", ") + ")"
    var sections: [Document.Section] = []
    if !set.slowPoints.isEmpty { sections.append(slowPoints) }
    if let stepCycles { sections.append(section(stepCycles)) }
    if let cycles { sections.append(section(cycles)) }
    if let basins { sections.append(section(basins)) }
    if let transitions { sections.append(section(transitions)) }
    return Document(
      title: subject,
      opening: [
        .paragraph(
          "fixed points of the \(dynamics.rawValue)\(cutRank.map { " of rank \($0) instead of J" } ?? "")\(at), α = "
            + text(alpha)
            + (cutRank == nil ? "" : ": those of the file's own J may be others, and their stability another")
        ),
        .table(points),
      ] + set.continua.map { .paragraph(sentence($0)) } + [.paragraph(completeness)], sections: sections)
  }

  private var points: Document.Table {
    var table = Document.Table(
      header: [""] + latents + ["z", "eigenvalues τλ", "time constants /τ"]
        + (found.motion == .continuous
          ? ["kind", "Euler map"] : ["in continuous time", "at steps of α = \(text(alpha))"]))
    for (index, point) in set.points.enumerated() {
      table.add(
        [.count(index + 1)]
          + point.kappa.map { .number(withoutRounding($0), digits: 6) }
          + [
            .text(point.outputs.map { text(withoutRounding($0)) }.joined(separator: " ")),
            .text(point.eigenvalues.map(complexText).joined(separator: "  ")),
            .text(
              point.timeConstants.map { $0.isFinite ? text($0, digits: 3) : "∞" }.joined(separator: "  ")),
            .text(point.nearby.map { "\(point.kind.rawValue), \($0.words)" } ?? point.kind.rawValue),
            .text(point.stability(alpha: alpha).rawValue),
          ])
    }
    return table
  }

  /// A line or ring of fixed points.
  private func sentence(_ continuum: ContinuousAttractor) -> String {
    // A line at rank 1 has nothing across it.
    let steps = continuum.across(alpha: alpha)
    let across =
      continuum.dimension == continuum.kappa.count
      ? ""
      : ", \(continuum.across.rawValue) across"
        + (steps == continuum.across
          ? "" : " in continuous time, \(steps.rawValue) at steps of α = \(text(alpha))")
    let place = continuum.kappa.map { text(withoutRounding($0), digits: 6) }.joined(separator: ", ")
    return
      "a \(continuum.kind.rawValue) of fixed points\(across): \(sizeText(continuum, digits: 6)), through κ = "
      + "(\(place)), eigenvalues there \(continuum.eigenvalues.map(complexText).joined(separator: "  ")), drift along "
      + "it at most \(text(continuum.drift, digits: 2))/τ"
  }

  private var slowPoints: Document.Section {
    var table = Document.Table(header: [""] + latents + ["speed τ|dκ/dt|", "z", "eigenvalues τλ"])
    for (index, point) in set.slowPoints.enumerated() {
      table.add(
        [.count(index + 1)] + point.kappa.map { .number($0) }
          + [
            .number(point.speed, digits: 3), .text(point.outputs.map { text($0) }.joined(separator: " ")),
            .text(point.eigenvalues.map(complexText).joined(separator: "  ")),
          ])
    }
    return Document.Section(
      "Slow points (no fixed points: trajectories linger here)", [.table(table)])
  }

  /// What the network's own steps turn in.
  private func section(_ cycles: [StepCycle]) -> Document.Section {
    let title = "Cycles of the network's own steps of α = \(text(alpha))"
    guard let first = cycles.first else { return Document.Section(title, [.paragraph("none was found")]) }
    var table = Document.Table(
      header: ["", "", "steps"] + first.orbit[0].indices.map { "κ\($0 + 1)" } + [
        "multipliers", "exponent", "",
      ])
    for (index, cycle) in cycles.enumerated() {
      let steps =
        cycle.kind == .periodic
        ? Document.Cell.count(cycle.orbit.count) : .number(cycle.period, digits: 6)
      let span = cycle.orbit[0].indices.map { r in
        Document.Cell.interval(cycle.range(r).lowerBound, cycle.range(r).upperBound, digits: 4)
      }
      table.add(
        ["s\(index + 1)", .text(cycle.kind.words), steps] + span
          + [
            .text(cycle.multipliers.map(complexText).joined(separator: "  ")),
            .number(cycle.exponent, digits: 2), .text(cycle.isStable ? "stable" : "unstable"),
          ])
    }
    return Document.Section(
      title,
      [
        .table(table),
        .paragraph(
          "found by following states: there may be more; exponent: the rate, per step, at which neighbours part"
        ),
      ])
  }

  private func section(_ cycles: [LimitCycle]) -> Document.Section {
    let title =
      "Limit cycles in continuous time"
      + (stepCycles == nil ? "" : ", which the network's own steps need not follow")
    let leftOut = found.leftOut.map { Document.Block.paragraph($0) }
    guard let first = cycles.first else {
      return Document.Section(
        title,
        [
          .paragraph(
            set.points.first?.kappa.count == 1
              ? "none: at rank 1 nothing turns in continuous time" : "none was found")
        ] + leftOut)
    }
    var table = Document.Table(
      header: ["", "period /τ"] + first.orbit[0].indices.map { "κ\($0 + 1)" } + ["multipliers", ""])
    for (index, cycle) in cycles.enumerated() {
      table.add(
        ["c\(index + 1)", .number(cycle.period, digits: 6)]
          + cycle.orbit[0].indices.map {
            .interval(cycle.range($0).lowerBound, cycle.range($0).upperBound, digits: 4)
          }
          + [
            .text(cycle.transverseMultipliers.map(complexText).joined(separator: "  ")),
            .text(cycle.isStable ? "stable" : "unstable"),
          ])
    }
    return Document.Section(
      title, [.table(table), .paragraph("found by simulation: there may be more")] + leftOut)
  }

  private func section(_ basins: Basins) -> Document.Section {
    var table = Document.Table(header: ["attractor", "share of the grid", "nearest other basin"])
    for (index, attractor) in basins.attractors.enumerated() {
      table.add([
        .text(name(attractor)), .percent(basins.shares[index]), .number(basins.margin(of: index), digits: 3),
      ])
    }
    if basins.undecided > 0 { table.add(["undecided", .percent(basins.undecided)]) }
    let box = basins.axes.enumerated().map { r, axis in "|κ\(r + 1)| ≤ \(text(axis.last ?? 0, digits: 3))" }
    return Document.Section(
      "Basins of attraction",
      [
        .table(table),
        .paragraph(
          "over \(box.joined(separator: ", ")), \(basins.axes.first?.count ?? 0) nodes an axis, v at rest, "
            + pace),
      ])
  }

  private func section(_ graph: TransitionGraph) -> Document.Section {
    let names = graph.attractors.map(name)
    var groups: [(destinations: [Int?], names: [String])] = []
    for (condition, destinations) in zip(graph.conditions, graph.destinations) {
      if let index = groups.firstIndex(where: { $0.destinations == destinations }) {
        groups[index].names.append(condition.name)
      } else {
        groups.append((destinations, [condition.name]))
      }
    }
    var table = Document.Table(header: ["stimuli"] + names.map { "from \($0)" })
    for group in groups {
      // Few are listed, of many an example is given: JSON has them all.
      let all = group.names.joined(separator: "; ")
      let shown =
        group.names.count <= 8 && all.count <= TerminalRenderer.widestCell
        ? all : "\(group.names.count) stimuli, e.g. \(group.names[0])"
      table.add(
        [.text(shown)]
          + group.destinations.enumerated().map { from, to in
            .text(to.map { $0 == from ? "stays" : "to \(names[$0])" } ?? "unsettled")
          })
    }
    // A file does not say what its inputs mean: a wrong task with as many of them cannot be told.
    let meaning = inputMeaning.map { [Document.Block.paragraph("the network's inputs are taken for \($0)")] }
    return Document.Section(
      "Transitions: where each stimulus, followed by rest, moves each attractor",
      (meaning ?? []) + [.table(table), .paragraph("states were followed " + pace)])
  }

  /// How states were followed.
  private var pace: String {
    found.motion == .continuous ? "in continuous time" : "by the network's own steps of α = \(text(alpha))"
  }

  private var latents: [String] {
    let rank =
      set.points.first?.kappa.count ?? set.continua.first?.kappa.count ?? set.slowPoints.first?.kappa.count
      ?? 0
    return (0..<rank).map { "κ\($0 + 1)" }
  }

  /// Zero to rounding is zero.
  private func withoutRounding(_ value: Double) -> Double { abs(value) < 1e-14 ? 0 : value }
}

extension StepCycle.Kind {
  fileprivate var words: String {
    switch self {
    case .periodic: "cycle"
    case .curve: "closed curve"
    case .irregular: "irregular set"
    }
  }
}

extension FixedPoint.Nearby {
  fileprivate var words: String {
    switch self {
    case .attracting: "attracts nearby"
    case .repelling: "repels nearby"
    case .mixed: "attracts on some sides"
    }
  }
}

/// A complex number for people.
private func complexText(_ value: Eigenvalue) -> String {
  if value.imaginary == 0 { return text(value.real) }
  return "\(text(value.real)) \(value.imaginary < 0 ? "-" : "+") \(text(abs(value.imaginary)))i"
}
