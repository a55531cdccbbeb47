import ArgumentParser
import LowRank
import NetworkFiles

/// Which circuit stands for the network: one from a file, or one made of its moments.
struct CircuitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("A circuit from a file instead of the network's own moments.", valueName: "file.json"))
  var circuit: String?

  /// The circuit, checked against the network's R, K and O.
  func load(for imported: ImportedNetwork, path: String) throws -> CircuitFile {
    guard let circuit else { return try .moments(of: imported) }
    let document = try CircuitFile.read(circuit)
    let expected = imported.network.layout
    let found = document.circuit.statistics.layout
    guard
      (found.rank, found.inputCount, found.outputCount)
        == (expected.rank, expected.inputCount, expected.outputCount)
    else {
      throw Failure(
        .badData,
        "\(circuit): expected rank \(expected.rank), \(counted(expected.inputCount, "input")), "
          + "\(counted(expected.outputCount, "output")) like \(path), found rank \(found.rank), "
          + "\(counted(found.inputCount, "input")), \(counted(found.outputCount, "output"))")
    }
    return document
  }
}

extension CircuitFile {
  /// The moments closure of a network: its own populations where the file has them, otherwise one.
  static func moments(of imported: ImportedNetwork) throws -> CircuitFile {
    CircuitFile(
      circuit: try EffectiveCircuit(of: imported.network, labels: imported.populationLabels),
      alpha: imported.alpha, closure: .moments, provenance: [:])
  }
}
