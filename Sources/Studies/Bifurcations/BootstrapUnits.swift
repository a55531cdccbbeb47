// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// The units that a bootstrap of a circuit draws from: those of the network it is the moments of.
struct BootstrapUnits {
  /// The network.
  let network: Network
  /// The populations of its units, where the circuit has several.
  let labels: [Int]?

  /// The subject's own network, or the file that a circuit was made from.
  ///
  /// - Throws: a `StudyError` when there is no network, or when the circuit is not one of its units' moments.
  init(
    of subject: Subject, circuit: CircuitFile, network path: String?, reading: ReadingRequest,
    observer: some Observer
  ) throws(StudyError) {
    if case .network(let imported) = subject.matter, path == nil {
      (network, labels) = (imported.network, imported.populationLabels)
      return
    }
    guard circuit.closure == .moments else {
      throw StudyError(
        .usage, subject.name,
        "expected a circuit of the units' moments for `bootstrap`, found a \(circuit.closure.rawValue) one: resampled "
          + "units say nothing of it without a new fit for each replicate. Bootstrap the network itself (kappa "
          + "bifurcation NETWORK `bootstrap` N), or leave out `bootstrap`")
    }
    guard let path else {
      throw StudyError(
        .usage, subject.name,
        "expected `network` with the file it was made from, for `bootstrap`, found a circuit file alone")
    }
    let source = try Subject(networkFile: path, reading: reading, observer: observer)
    let imported = try source.imported()
    let given = circuit.circuit.statistics
    let (own, one) = try StudyError.converting(about: path) {
      (
        try source.circuit().circuit.statistics, try ConnectivityStatistics(of: imported.network)
      )
    }
    network = imported.network
    if Self.agree(given, own) {
      labels = imported.populationLabels
    } else if Self.agree(given, one) {
      labels = nil
    } else {
      throw StudyError(
        .badData, path,
        "expected the network that \(subject.name) was made from, found one with other moments")
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
