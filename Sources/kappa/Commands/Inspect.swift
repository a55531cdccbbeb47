import ArgumentParser
import LowRank
import NetworkFiles
import Report

/// `kappa inspect`: what is in a file, and how it is read.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a network file holds and how it is read.",
    discussion: """
      Prints size, rank, inputs, outputs, the tensors with their roles, what had to be assumed, and the overlaps of \
      all vectors. Nothing is simulated.
      """)

  @Argument(help: "The network: .npz, .pt or .pth.")
  var network: String

  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func run() throws {
    let imported = try reading.load(network)
    if json { try printJSON(imported.summary) } else { try printText(imported) }
  }

  private func printText(_ imported: ImportedNetwork) throws {
    printNetworkHeader(imported, path: network)
    Console.heading("Tensors")
    var table = Table(["name", "shape", "type", "role"])
    for tensor in imported.summary.tensors {
      table.add([
        tensor.name, "(\(tensor.shape.map(String.init).joined(separator: ", ")))", tensor.type, tensor.role,
      ])
    }
    table.print()
    let statistics = try ConnectivityStatistics(of: imported.network, labels: imported.populationLabels)
    Console.heading("Covariances" + (statistics.populations.count == 1 ? "" : " by population"))
    for (index, population) in statistics.populations.enumerated() {
      if statistics.populations.count > 1 {
        Console.print("  population \(index + 1), \(percent(population.fraction)) of the units")
      }
      printMoments(population, units: population.fraction * Double(statistics.unitCount))
    }
  }
}
