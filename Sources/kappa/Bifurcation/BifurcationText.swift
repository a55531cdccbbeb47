import Analysis
import LowRank
import Report

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

/// Prints the branches of limit cycles.
func printCycles(_ branches: [CycleBranch], parameter: String) {
  if branches.isEmpty { return }
  Console.heading("Limit cycles born at Hopf points")
  var table = Table(["born at \(parameter)", "followed to", "period /τ", "largest |μ|", "width of κ", ""])
  for branch in branches {
    guard let first = branch.points.first, let last = branch.points.last else { continue }
    func largest(_ point: CycleBranch.Point) -> String {
      text(point.cycle.transverseMultipliers.map(\.modulus).max() ?? 0, digits: 3)
    }
    let stable = Set(branch.points.map(\.cycle.isStable))
    table.add([
      text(branch.birth, digits: 6),
      text(last.parameter) + (branch.reachesEnd ? "" : " (lost there)"),
      "\(text(first.cycle.period, digits: 5)) … \(text(last.cycle.period, digits: 5))",
      "\(largest(first)) … \(largest(last))",
      "\(text(first.cycle.size, digits: 3)) … \(text(last.cycle.size, digits: 3))",
      stable.count > 1 ? "stability changes" : (stable.contains(true) ? "stable" : "unstable"),
    ])
  }
  table.print()
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

/// Zero to rounding is zero.
private func plain(_ value: Double) -> Double { abs(value) < 1e-12 ? 0 : value }
