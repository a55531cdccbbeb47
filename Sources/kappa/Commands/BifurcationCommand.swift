// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Report
import Studies

/// `kappa bifurcation`: how the fixed points of a circuit change with a parameter.
struct BifurcationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bifurcation",
    abstract: "Branches of a circuit's fixed points over a parameter, and their bifurcations.",
    discussion: """
      The parameter is an input (I1, I2, …), a covariance (sigma:n1,m1; with several populations sigma:n1,m1@2 for \
      that of the second one) or the strength of the recurrence (gain, 1 for the circuit as it stands). Folds, \
      pitchforks, crossings and Hopf points are located to rounding. Limit cycles are followed from Hopf points and \
      from simulations at both ends and in the middle of the range, folds of cycles included. A range in which a \
      covariance matrix is not positive semi-definite throughout is cut. --bootstrap shows how well the network's units determine the diagram.

      Example: kappa bifurcation report/circuit.json --parameter I1 --range=-0.1:0.1 --bootstrap 200 --network net.npz
      """)

  @Argument(help: ArgumentHelp("A circuit (.json) or a network (.npz, .pt, .pth).", valueName: "circuit"))
  var circuit: String

  @Option(help: "I1, I2, …; sigma:a,b[@population]; or gain.")
  var parameter: String

  @Option(parsing: .unconditional, help: ArgumentHelp("From where to where.", valueName: "a:b"))
  var range: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The constant input, one number per channel. (default: zero)", valueName: "v1,v2,…"))
  var input: String?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "Folder for the diagram as a figure, with its data and gnuplot script.", valueName: "dir"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Resample the network's units so many times: a ribbon of 5–95 %, and the share of replicates per topology.",
      valueName: "n"))
  var bootstrap: Int?

  @Option(
    name: .customLong("network"),
    help: ArgumentHelp(
      "For --bootstrap: the network that a circuit file was made from.", valueName: "network"))
  var source: String?

  @Option(help: "Seed of the bootstrap.")
  var seed: UInt64 = 1

  @OptionGroup(title: "Reading a network") var reading: NetworkOptions
  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    try check(
      Bifurcations(parameter: "", from: 0, to: 1, bootstrap: bootstrap, network: source).validate)
  }

  func run() throws {
    let folder = try output.map {
      try OutputFolder($0, writing: [], keeping: [circuit, source].compactMap { $0 })
    }
    let observer = ConsoleObserver()
    let (from, to) = try NumberList.range(range)
    let study = Bifurcations(
      parameter: parameter, from: from, to: to, input: try NumberList.input(input), bootstrap: bootstrap,
      network: source, reading: reading.request, seed: seed)
    // Beside a circuit file the options are about the network it was made from.
    let isAboutSource = source != nil && circuit.hasSuffix(".json")
    let result = try study.run(
      on: Subject(
        file: circuit, reading: isAboutSource ? ReadingRequest() : reading.request, observer: observer),
      observer: observer)
    if let figure = result.figure { try folder?.draw([figure]) }
    if json { return try printJSON(result) }
    if let document = result.document { Console.print(document) }
  }
}
