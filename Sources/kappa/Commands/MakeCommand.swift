// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import ArgumentParser
import LowRank
import NetworkFiles
import Report
import Studies

/// `kappa make`: circuits and networks whose dynamics is known in closed form.
struct MakeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "A circuit or network whose dynamics is known in closed form.",
    discussion: text)

  private static var text: String {
    var paragraphs = ["φ = tanh. A .json is the circuit, an .npz a network of N units drawn from it."]
    for preset in Make.Preset.allCases {
      let usual = preset.parameters.map { "\($0.name)=\(given($0.usual))" }.joined(separator: ",")
      let meanings = preset.parameters.map { "\($0.name): \($0.meaning)" }.joined(separator: "; ")
      paragraphs.append("\(preset.rawValue): \(preset.closedForm). --set \(usual) (\(meanings))")
    }
    paragraphs.append(
      """
      Examples: kappa make cycle --set turn=0.9 -o cycle.json
                kappa make decision --units 2000 -o decision.npz
      """)
    return paragraphs.joined(separator: "\n\n")
  }

  @Argument(help: ArgumentHelp("One of those above.", valueName: "preset"))
  var preset: Make.Preset

  @Option(
    name: .customLong("set"), parsing: .unconditional,
    help: ArgumentHelp("Parameters of the preset.", valueName: "name=value,…"))
  var settings: String?

  @Option(help: "N of a network; two-neuron has two.")
  var units = 512

  @Option(help: "α = dt/τ.")
  var alpha = 0.2

  @Option(help: "matched or sampled: whether the units' moments are exactly the circuit's.")
  var moments: ConnectivityStatistics.MomentRule = .matched

  @Option(help: "Seed of the draw.")
  var seed: UInt64 = 1

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("The circuit (.json) or network (.npz) to write.", valueName: "file"))
  var output: String

  private func study() throws -> Make {
    var values: [String: Double] = [:]
    for part in (settings ?? "").split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2, let value = Double(sides[1]), value.isFinite, values[sides[0]] == nil else {
        throw ValidationError("--set: expected name=value, each name once, found \(part)")
      }
      values[sides[0]] = value
    }
    return Make(preset, values: values, units: units, alpha: alpha, moments: moments, seed: seed)
  }

  func validate() throws {
    let study = try study()
    try check(study.validate)
    guard output.hasSuffix(".json") || output.hasSuffix(".npz") else {
      throw ValidationError("-o: expected a name that ends in .json or .npz, found \(output)")
    }
  }

  func run() throws {
    try checkOutput(output, against: [])
    let made = try study().run()
    if output.hasSuffix(".json") {
      try made.circuit.write(to: output)
      if preset == .bulk {
        Console.note("the circuit is the part without the bulk; kappa bulk \(output) --gain G adds it")
      }
    } else {
      try NPZFile.write(made.networkArrays(), to: output)
    }
    Console.print("\(preset.rawValue): \(preset.closedForm)")
    Console.print("wrote \(Console.plain(output))")
  }
}

extension Make.Preset: ExpressibleByArgument {}
