// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank
import Studies

extension BifurcationResult {
  /// Bifurcations of fixed points and of cycles, and what replicates say; `nil` for a result that was read from JSON.
  public var document: Document? { details.map(\.document) }

  /// The diagram as a figure; `nil` for a result that was read from JSON.
  public var figure: Figure? {
    details.map {
      .bifurcations(
        $0.diagram, cycles: $0.cycles, bootstrap: $0.bootstrap, parameter: $0.parameter, range: $0.range)
    }
  }
}

extension BifurcationResult.Details {
  fileprivate var document: Document {
    let count = diagram.branches.count
    var sections: [Document.Section] = []
    if let network, network.contains(where: { $0.network != $0.circuit }) {
      sections.append(section(network))
    }
    if !diagram.continua.isEmpty { sections.append(continuumSection) }
    if !cycles.isEmpty { sections.append(cycleSection) }
    if let bootstrap { sections.append(section(bootstrap)) }
    return Document(
      title: subject,
      opening: [
        .paragraph(
          "\(count) branch\(count == 1 ? "" : "es") of fixed points over \(parameter) from "
            + "\(text(range.lowerBound)) to \(text(range.upperBound))"),
        diagram.bifurcations.isEmpty ? .paragraph("no bifurcations in this range") : .table(bifurcations),
      ], sections: sections)
  }

  private var bifurcations: Document.Table {
    var table = Document.Table(header: ["bifurcation", parameter, "κ", "frequency τω"])
    for item in diagram.bifurcations {
      table.add([
        .text(item.kind.rawValue), .number(item.parameter, digits: 9), kappaCell(item.kappa),
        .number(item.frequency, digits: 6),
      ])
    }
    return table
  }

  /// The network's own fixed points beside the circuit's.
  private func section(_ beside: [NetworkBeside]) -> Document.Section {
    var table = Document.Table(header: [parameter, "network", "circuit"])
    for item in beside {
      table.add([
        .number(item.parameter, digits: 5), .text(item.network.words), .text(item.circuit.words),
      ])
    }
    return Document.Section("The network itself", [.table(table)])
  }

  /// Rings and lines where they were met.
  private var continuumSection: Document.Section {
    var table = Document.Table(header: ["", parameter, "size", "across it"])
    for found in diagram.continua {
      table.add([
        .text(found.attractor.kind.rawValue), .number(found.parameter, digits: 6),
        .text(sizeText(found.attractor, digits: 6)), .text(found.attractor.across.rawValue),
      ])
    }
    return Document.Section("Rings and lines of fixed points, at some values", [.table(table)])
  }

  private var cycleSection: Document.Section {
    var table = Document.Table(
      header: ["from", "to", parameter, "period /τ", "largest |μ|", "width of κ", ""])
    for branch in cycles {
      let stable = Set(branch.points.map(\.cycle.isStable))
      table.add([
        .text(branch.start.place), .text(branch.end.place), span(branch.points.map(\.parameter), digits: 5),
        span(branch.points.map(\.cycle.period), digits: 5),
        span(branch.points.map { $0.cycle.largestTransverse.modulus }, digits: 3),
        span(branch.points.map(\.cycle.size), digits: 3),
        .text(stable.count > 1 ? "stability changes" : (stable.contains(true) ? "stable" : "unstable")),
      ])
    }
    var blocks: [Document.Block] = [.table(table)]
    let turns = cycles.flatMap(\.bifurcations).sorted { $0.parameter < $1.parameter }
    if !turns.isEmpty {
      blocks.append(
        .table(
          Document.Table(
            header: ["bifurcation of cycles", parameter, "period /τ"],
            rows: turns.map {
              [
                .text($0.kind.rawValue), .number($0.parameter, digits: 9),
                .number($0.cycle.period, digits: 6),
              ]
            })))
    }
    blocks.append(
      .paragraph(
        "from Hopf points, and from simulations at both ends and in the middle: there may be more"))
    return Document.Section("Limit cycles", blocks)
  }

  /// Which topologies the replicates have.
  private func section(_ bootstrap: BootstrapDiagram) -> Document.Section {
    var table = Document.Table(
      header: ["fixed points over the range (stable)", "share of replicates", ""])
    for course in bootstrap.courses.prefix(8) {
      table.add([
        .text(course.topologies.map { "\($0.points) (\($0.stable))" }.joined(separator: " → ")),
        .percent(course.fraction), .text(course.isOwn ? "like the circuit" : ""),
      ])
    }
    var blocks: [Document.Block] = [.table(table)]
    if bootstrap.courses.count > 8 {
      blocks.append(.paragraph("and \(bootstrap.courses.count - 8) other courses"))
    }
    if !bootstrap.courses.contains(where: \.isOwn) {
      blocks.append(.paragraph("no replicate has the circuit's own course"))
    }
    if let middle = bootstrap.slices.min(by: { abs($0.parameter) < abs($1.parameter) }) {
      blocks.append(
        .paragraph(
          "at \(text(middle.parameter)), 5–95 % over the replicates with the circuit's fixed points there:"))
      blocks.append(.table(ribbons(middle)))
    }
    return Document.Section("Bootstrap over units: \(bootstrap.replicates) replicates", blocks)
  }

  private func ribbons(_ slice: BootstrapDiagram.Slice) -> Document.Table {
    var table = Document.Table(header: ["κ", "interval", ""])
    for ribbon in slice.ribbons {
      let intervals = ribbon.intervals?.map {
        "\(text(plain($0.lower), digits: 3)) … \(text(plain($0.upper), digits: 3))"
      }
      table.add([
        kappaCell(ribbon.kappa), .text(intervals?.joined(separator: "  ") ?? "too few"),
        .text(ribbon.isStable ? "stable" : "unstable"),
      ])
    }
    return table
  }

  private func kappaCell(_ kappa: [Double]) -> Document.Cell {
    .text(kappa.map { text(plain($0)) }.joined(separator: " "))
  }

  /// The lowest and the highest of some values.
  private func span(_ values: [Double], digits: Int) -> Document.Cell {
    guard let low = values.min(), let high = values.max() else { return .empty }
    return .interval(low, high, digits: digits)
  }
}

extension CycleBranch.End {
  /// What it is, and where.
  fileprivate var place: String {
    if case .hopf(let parameter, _) = self { "Hopf point \(text(parameter, digits: 6))" } else { description }
  }
}

/// Zero to the precision of what is located along a branch is zero.
private func plain(_ value: Double) -> Double { abs(value) < 1e-8 ? 0 : value }
