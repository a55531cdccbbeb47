// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import NetworkFiles
import Report
import Studies

/// `kappa structure`: whether loadings are Gaussian, and how many populations they form.
struct Structure: ParsableCommand {
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

  @Argument(help: "The network: .npz, .pt or .pth.")
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

  func validate() throws {
    guard (1...32).contains(populations) else {
      throw ValidationError("--populations: expected 1 to 32, found \(populations).")
    }
    guard (10...100_000).contains(simulations) else {
      throw ValidationError("--simulations: expected 10 to 100000, found \(simulations).")
    }
  }

  func run() throws {
    let imported = try reading.load(network)
    let document = try StructureDocument(
      imported.network, largest: populations, simulations: simulations, readouts: readouts,
      seed: seed)
    if json { return try printJSON(document) }
    printNetworkHeader(imported, path: network)
    print(document)
  }

  private func print(_ document: StructureDocument) {
    Console.heading("Vectors")
    var vectors = Table(["", "SD", "excess kurtosis"])
    for vector in document.vectors {
      vectors.add([vector.name, text(vector.deviation, digits: 3), text(vector.excessKurtosis, digits: 2)])
    }
    vectors.print()
    Console.print(
      "  standard error of a Gaussian's excess kurtosis: \(text(document.kurtosisError, digits: 2))")
    Console.heading("One Gaussian?")
    var tests = Table(["", "value", "a Gaussian's", "p"])
    for test in document.tests {
      let isEffect = test.effect != nil
      tests.add([
        isEffect ? "\(test.name), effect size" : test.name,
        text(test.effect ?? test.value ?? .nan, digits: 3), test.gaussian ?? "about 0",
        text(test.p, digits: 2),
      ])
    }
    tests.print()
    for test in document.tests {
      guard let p = test.simulatedP else { continue }
      Console.printWrapped(
        "\(test.name): loadings \(test.vectors.joined(separator: ", ")); p by the rank-sum test, as published; by the "
          + "simulated clouds' own effects \(text(p, digits: 2)).")
    }
    for remark in document.remarks { Console.printWrapped(remark) }
    Console.heading("Populations")
    var mixtures = Table(["P", "BIC - best", "stability", "stability, held means"])
    let best = document.mixtures.map(\.bic).min() ?? 0
    for mixture in document.mixtures {
      mixtures.add([
        "\(mixture.populations)", text(mixture.bic - best, digits: 3),
        mixture.stability.map { text($0, digits: 2) } ?? "–",
        mixture.stabilityHeldMeans.map { text($0, digits: 2) } ?? "–",
      ])
    }
    mixtures.print()
    Console.printWrapped(document.sentence)
  }
}
