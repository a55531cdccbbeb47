// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Report
import Studies

/// `kappa bulk`: a circuit with a random bulk beside it.
struct BulkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bulk", abstract: "States, stability and chaos with a random bulk beside the low-rank part.",
    discussion: """
      J = gχ + m nᵀ/N with χ_ij ~ N(0, 1/N): stationary states from Δ² = qᵀCq + g²⟨φ²⟩, stable while g²⟨φ'²⟩ and every \
      outlier are below 1; the variance Δ₀ of chaos from the dynamic theory (Mastrogiuseppe & Ostojic 2018). One \
      zero-mean tanh population: quiescent until g = 1 and σ_mn = 1; at g = 1.5 homogeneous chaos of Δ₀ = 0.74769, \
      structured from σ_mn = 1.51997, stationary from 1.70910. The way from one state to another is no closed equation \
      in κ and is not given; --networks simulates networks with a χ of their own beside the theory.

      Examples: kappa bulk circuit.json --gain 1.5
                kappa bulk net.npz --gain 0.8 --networks 5 -o bulk/
      """)

  @Argument(help: ArgumentHelp("A circuit (.json) or a network (.npz, .pt, .pth).", valueName: "circuit"))
  var circuit: String

  @Option(help: "g, the strength of the bulk. (default: that of the network's own full J)")
  var gain: Double?

  @Option(
    name: .customLong("input"), parsing: .unconditional,
    help: ArgumentHelp("The constant input, one number per channel. (default: zero)", valueName: "v1,v2,…"))
  var constant: String?

  @Option(help: "Networks with a χ of their own to simulate beside the theory; at least 2.")
  var networks = 0

  @Option(help: "N of those networks.")
  var units = 2000

  @Option(help: "Random starts, where the search needs them.")
  var starts = 60

  @Option(help: "Seed of starts and networks.")
  var seed: UInt64 = 1

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Folder for the phase diagram over (σ_mn, g) as a figure.", valueName: "dir"))
  var output: String?

  @OptionGroup(title: "Reading a network") var reading: NetworkOptions
  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    try check(Bulk(gain: gain, networks: networks, units: units, starts: starts).validate)
  }

  func run() throws {
    let folder = try output.map { try OutputFolder($0, writing: [], keeping: [circuit]) }
    let observer = ConsoleObserver()
    let result = try study().run(
      on: Subject(file: circuit, reading: reading.request, observer: observer), observer: observer)
    if let folder {
      if let figure = try result.diagram() {
        try folder.draw([figure])
      } else {
        Console.note(
          "no phase diagram: its borders are those of one population of zero means, without input or bias, and φ = tanh, "
            + "erf or logistic")
      }
    }
    if json { return try printJSON(result) }
    if let document = result.document { Console.print(document) }
  }

  /// The request that the options make.
  func study() throws -> Bulk {
    Bulk(
      gain: gain, input: try NumberList.input(constant), networks: networks, units: units, starts: starts,
      seed: seed)
  }
}
