// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank
import Report
import Studies

/// Prints folds, pitchforks, crossings and Hopf points.
func printBifurcations(_ diagram: BifurcationDiagram, parameter: String) {
  if diagram.bifurcations.isEmpty {
    Console.print("  no bifurcations in this range")
    return
  }
  var table = Table(["bifurcation", parameter, "κ", "frequency τω"])
  for item in diagram.bifurcations {
    table.add([
      item.kind.rawValue, text(item.parameter, digits: 9),
      item.kappa.map { text(plain($0)) }.joined(separator: " "),
      item.frequency.map { text($0, digits: 6) } ?? "–",
    ])
  }
  table.print()
}

/// Prints the branches of limit cycles and what happens on them.
func printCycles(_ branches: [CycleBranch], parameter: String) {
  if branches.isEmpty { return }
  Console.heading("Limit cycles")
  var table = Table(["from", "to", parameter, "period /τ", "largest |μ|", "width of κ", ""])
  for branch in branches {
    let periods = branch.points.map(\.cycle.period)
    let sizes = branch.points.map(\.cycle.size)
    let multipliers = branch.points.map { $0.cycle.largestTransverse.modulus }
    let stable = Set(branch.points.map(\.cycle.isStable))
    table.add([
      branch.start.place, branch.end.place, span(branch.points.map(\.parameter), digits: 5),
      span(periods, digits: 5), span(multipliers, digits: 3), span(sizes, digits: 3),
      stable.count > 1 ? "stability changes" : (stable.contains(true) ? "stable" : "unstable"),
    ])
  }
  table.print()
  let bifurcations = branches.flatMap(\.bifurcations).sorted { $0.parameter < $1.parameter }
  if !bifurcations.isEmpty {
    Console.print()
    var table = Table(["bifurcation of cycles", parameter, "period /τ"])
    for item in bifurcations {
      table.add([
        item.kind.rawValue, text(item.parameter, digits: 9), text(item.cycle.period, digits: 6),
      ])
    }
    table.print()
  }
  Console.print("  from Hopf points, and from simulations at both ends and in the middle: there may be more")
}

/// The lowest and the highest of some values.
private func span(_ values: [Double], digits: Int) -> String {
  guard let low = values.min(), let high = values.max() else { return "" }
  return "\(text(low, digits: digits)) … \(text(high, digits: digits))"
}

extension CycleBranch.End {
  /// What it is, and where.
  fileprivate var place: String {
    if case .hopf(let parameter, _) = self { "Hopf point \(text(parameter, digits: 6))" } else { description }
  }
}

/// Prints which topologies the replicates have.
func printBootstrap(_ bootstrap: BootstrapDiagram) {
  Console.heading("Bootstrap over units: \(bootstrap.replicates) replicates")
  var table = Table(["fixed points over the range (stable)", "share of replicates", ""])
  for course in bootstrap.courses.prefix(8) {
    table.add([
      course.topologies.map { "\($0.points) (\($0.stable))" }.joined(separator: " → "),
      percent(course.fraction),
      course.isOwn ? "like the circuit" : "",
    ])
  }
  table.print()
  if bootstrap.courses.count > 8 { Console.print("  and \(bootstrap.courses.count - 8) other courses") }
  if !bootstrap.courses.contains(where: \.isOwn) {
    Console.print("  no replicate has the circuit's own course")
  }
  guard let middle = bootstrap.slices.min(by: { abs($0.parameter) < abs($1.parameter) }) else { return }
  Console.print(
    "\n  at \(text(middle.parameter)), 5–95 % over the replicates with the circuit's fixed points there:")
  var points = Table(["κ", "interval", ""])
  for ribbon in middle.ribbons {
    points.add([
      ribbon.kappa.map { text(plain($0)) }.joined(separator: " "),
      ribbon.intervals?.map { "\(text(plain($0.lower), digits: 3)) … \(text(plain($0.upper), digits: 3))" }
        .joined(
          separator: "  ")
        ?? "too few",
      ribbon.isStable ? "stable" : "unstable",
    ])
  }
  points.print()
}

/// Zero to the precision of what is located along a branch is zero.
private func plain(_ value: Double) -> Double { abs(value) < 1e-8 ? 0 : value }
