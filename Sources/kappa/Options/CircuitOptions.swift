// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import NetworkFiles
import Studies

/// Which circuit stands for the network: one from a file, the moments of its units, or one fitted to its dynamics.
struct CircuitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A circuit from a file instead of one made here.", valueName: "file.json"))
  var circuit: String?

  @Option(
    help: ArgumentHelp(
      "How many Gaussian populations, 1 to 64, or auto: chosen by the error on held-out trials. (default: the file's own "
        + "populations, or 1)", valueName: "p|auto"))
  var populations: CircuitRequest.PopulationCount?

  @Option(
    name: .customLong("closure"),
    help: ArgumentHelp(
      "moments: means and covariances of clusters of units. regressed: couplings solved for the least error of κ and z on "
        + "training trials, to first order. "
        + "refined: all parameters fitted to the dynamics. (default: moments; with --populations auto, the simplest of the "
        + "three that is within 2 % of z on held-out trials)", valueName: "closure"))
  var wantedClosure: Closure?

  @Option(
    help: ArgumentHelp(
      "refined: how strongly the fit is tied to the clusters; 0 leaves it free. (default: as strongly as costs little)",
      valueName: "eta"))
  var anchor: Double?

  /// The same as studies want it.
  var request: CircuitRequest {
    var request = CircuitRequest(populations: populations, closure: wantedClosure, anchor: anchor)
    request.file = circuit
    return request
  }

  func validate() throws { try check(request.validate) }
}

extension Closure: ExpressibleByArgument {}

extension CircuitRequest.PopulationCount: ExpressibleByArgument {
  /// `auto` or a number.
  public init?(argument: String) { self.init(argument) }
}
