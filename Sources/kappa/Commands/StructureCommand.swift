// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import NetworkFiles
import Report
import Studies

/// `kappa structure`: whether loadings are Gaussian, and how many populations they form.
struct StructureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "structure",
    abstract: "Whether loadings are Gaussian, clustered in direction, or several populations.",
    discussion: """
      Kurtosis of each vector; Mardia's tests of multivariate normality; ePAIRS as published, on I, n and m, against \
      simulated Gaussian clouds; mixtures of 1 to P Gaussians with their BIC and how alike they come out on random 80 % \
      of the units (mean adjusted Rand index), once for the likeliest mixtures and once for mixtures whose means are \
      held at zero difference, as Dubreuil, Valente et al. compute it. Nothing is simulated: how many populations the \
      dynamics need, --populations auto says.
      """)

  @Argument(help: "The network: .npz, .pt or .pth; or activity, rates (B, T, N) with u and conditions.")
  var network: String

  @Option(help: "The largest number of populations to try.")
  var populations = 6

  @Option(help: "Simulated Gaussian clouds behind each p value.")
  var simulations = 200

  @Flag(help: "ePAIRS of I, n, m and w, instead of I, n and m.")
  var readouts = false

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1

  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  private var study: Structure {
    Structure(populations: populations, simulations: simulations, readouts: readouts, seed: seed)
  }

  func validate() throws { try check(study.validate) }

  func run() throws {
    let observer = ConsoleObserver()
    if let result = try activityResult(observer) {
      if json { return try printJSON(result) }
      Console.print(Console.style(Console.plain(network), .bold))
      for section in result.sections { Console.print(section) }
      return
    }
    let subject = try Subject(networkFile: network, reading: reading.request, observer: observer)
    let result = try study.run(on: subject, observer: observer)
    if json { return try printJSON(result) }
    printNetworkHeader(try subject.imported(), path: network)
    for section in result.sections { Console.print(section) }
  }

  /// The answer where the file holds activity; `nil` where it is a network's.
  private func activityResult(_ observer: some Observer) throws -> StructureResult? {
    guard let file = try? TensorFile.read(network), ActivityFile.isActivity(file) else { return nil }
    return try study.run(
      onActivity: try ActivityFile.read(file, name: network), name: network, observer: observer)
  }
}
