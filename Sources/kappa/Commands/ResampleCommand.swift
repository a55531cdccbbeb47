// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Analysis
import LowRank
import NetworkFiles
import Report
import Studies

/// `kappa resample`: a network of N units with a circuit's means and covariances.
struct ResampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resample", abstract: "Draw a network of N units from a circuit.",
    discussion: """
      matched: the means and covariances of every population are met exactly, which small networks need. sampled: \
      units are drawn independently. How well the drawn network does the task is for `kappa compare` to say.
      """)

  @Argument(help: ArgumentHelp("The circuit.", valueName: "circuit.json"))
  var circuit: String

  @Option(help: "N of the new network. (default: that of the network the circuit came from)")
  var units: Int?

  @Option(help: "matched or sampled.")
  var moments: ConnectivityStatistics.MomentRule = .matched

  @Option(help: "Seed of the draw.")
  var seed: UInt64 = 1

  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("The network to write.", valueName: "net.npz"))
  var output: String

  private var study: Resample { Resample(units: units, moments: moments, seed: seed) }

  func validate() throws { try check(study.validate) }

  func run() throws {
    try checkOutput(output, against: [circuit])
    let observer = ConsoleObserver()
    let subject = try Subject(file: circuit, observer: observer)
    let result = try study.run(on: subject, observer: observer)
    try NPZFile.write(result.arrays, to: output, protecting: [circuit])
    if subject.circuitName != subject.name { Console.print(Console.plain(subject.circuitName)) }
    Console.print(
      "\(result.network.unitCount) units in \(counted(result.populations, "population")), moments "
        + "\(moments.rawValue): wrote \(Console.plain(output))")
  }
}

extension ConnectivityStatistics.MomentRule: ExpressibleByArgument {}
