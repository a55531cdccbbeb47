import LowRank
import NetworkFiles
import Report
import Studies

/// Prints what network this is and what had to be assumed about it.
func printNetworkHeader(_ imported: ImportedNetwork, path: String) {
  let network = imported.network
  Console.print(Console.style(Console.plain(path), .bold))
  Console.print(
    "  \(network.unitCount) units, rank \(network.rank), \(counted(network.inputCount, "input")), "
      + "\(counted(network.outputCount, "output")), φ = \(network.transfer.rawValue), "
      + "α = \(text(imported.alpha)), dialect \(imported.dialect), gauge \(imported.summary.gauge.rawValue)")
  if !imported.assumptions.isEmpty {
    Console.print("  read as: " + imported.assumptions.joined(separator: "; "))
  }
  if let values = imported.summary.singularValues {
    Console.print(
      "  singular values of J kept: " + values.kept.prefix(8).map { text($0) }.joined(separator: ", ")
        + (values.kept.count > 8 ? ", …" : "")
        + "; lost: \(values.lost.count) of at most \(text(values.lost.first ?? 0)), "
        + "\(percent(values.lostShare)) of the squared norm")
  }
}

/// Means and the lower triangle of the covariances, each with its standard error.
func printMoments(_ population: Population, units: Double) {
  let vectors = population.layout.vectors
  var table = Table([""] + vectors.map(\.description) + ["mean"])
  for (row, vector) in vectors.enumerated() {
    let cells = vectors.enumerated().map { column, other in
      column > row ? "" : text(population.covariance(vector, other), digits: 3)
    }
    table.add([vector.description] + cells + [text(population.mean(vector), digits: 3)])
  }
  table.print()
  let largest =
    vectors.flatMap { a in vectors.map { population.standardError(a, $0, units: units) } }.max() ?? 0
  Console.print("  standard errors (finite N): at most \(text(largest, digits: 2))")
}
