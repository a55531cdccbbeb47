// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// The units that a bootstrap of a circuit draws from.
struct BootstrapSource {
  /// The network and the populations of its units.
  let units: (network: Network, labels: [Int]?)

  /// The network given, or the one that the circuit was just made of.
  ///
  /// - Throws: a failure when there is no network, or when the circuit is not one of its units' moments.
  init(
    circuit: CircuitFile, path: String, imported: ImportedNetwork?, network: String?, reading: NetworkOptions
  )
    throws
  {
    if let imported, network == nil {
      units = (imported.network, imported.populationLabels)
      return
    }
    guard circuit.closure == .moments else {
      throw Failure(
        .usage,
        "\(path): expected a circuit of the units' moments for --bootstrap, found a \(circuit.closure.rawValue) one: "
          + "resampled units say nothing of it without a new fit for each replicate. Bootstrap the network itself "
          + "(kappa bifurcation NETWORK --bootstrap N), or leave out --bootstrap")
    }
    guard let network else {
      throw Failure(
        .usage,
        "\(path): expected --network with the file it was made from, for --bootstrap, found a circuit file alone"
      )
    }
    let source = try reading.load(network)
    let own = try CircuitFile.moments(of: source, path: network).circuit.statistics
    let one = try ConnectivityStatistics(of: source.network)
    let given = circuit.circuit.statistics
    if Self.agree(given, own) {
      units = (source.network, source.populationLabels)
    } else if Self.agree(given, one) {
      units = (source.network, nil)
    } else {
      throw Failure(
        .badData, "\(network): expected the network that \(path) was made from, found one with other moments")
    }
  }

  private static func agree(_ a: ConnectivityStatistics, _ b: ConnectivityStatistics) -> Bool {
    guard a.layout == b.layout, a.populations.count == b.populations.count else { return false }
    return zip(a.populations, b.populations).allSatisfy { p, q in
      let size = q.covariance.elements.reduce(1e-300) { max($0, abs($1)) }
      return zip(p.covariance.elements, q.covariance.elements).allSatisfy { abs($0 - $1) < 1e-9 * size }
        && zip(p.mean, q.mean).allSatisfy { abs($0 - $1) < 1e-9 * size.squareRoot() }
    }
  }
}
