// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import NetworkFiles
import Report
import Studies

/// `kappa resample`: a network of N units with a circuit's means and covariances.
struct Resample: ParsableCommand {
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

  func validate() throws {
    if let units, !(1...10_000_000).contains(units) {
      throw ValidationError("--units: expected 1 to 10000000, found \(units).")
    }
  }

  func run() throws {
    try OutputPath.check(output, against: [circuit])
    let document = try CircuitFile.read(circuit)
    guard let count = units ?? document.units else {
      throw Failure(.usage, "\(circuit): expected to know N, found none in the file: give --units")
    }
    let statistics = document.circuit.statistics
    if statistics.layout.hasBias && !document.circuit.biasReachesReadout {
      throw Failure(
        .badData,
        "\(circuit): expected a bias that the readout sees, or none, found one that it does not: a plain network file "
          + "cannot say that")
    }
    var stream = RandomStream(seed: seed)
    let network: Network
    do throws(LinearAlgebraError) {
      network = try statistics.redraw(
        units: count, moments: moments, transfer: document.circuit.transfer, stream: &stream)
    } catch {
      throw Failure(.badData, "\(circuit): \(error.description)")
    }
    try NPZFile.write(tensors(network, alpha: document.alpha), to: output, protecting: [circuit])
    Console.print(
      "\(count) units in \(counted(statistics.populations.count, "population")), moments \(moments.rawValue): "
        + "wrote \(output)")
  }

  private func tensors(_ network: Network, alpha: Double) -> [Tensor] {
    var result = [("m", network.m), ("n", network.n), ("I", network.inputs), ("w", network.readouts)].map {
      name, matrix in
      Tensor(name: name, shape: [matrix.rows, matrix.columns], values: matrix.transposed.elements)
    }
    if let bias = network.bias {
      result.append(Tensor(name: "b", shape: [network.unitCount], values: bias.values))
    }
    return result + [
      Tensor(name: "alpha", scalar: alpha), Tensor(name: "transfer", text: network.transfer.rawValue),
    ]
  }
}

extension ConnectivityStatistics.MomentRule: ExpressibleByArgument {}
