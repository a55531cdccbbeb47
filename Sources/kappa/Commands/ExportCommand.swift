// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import NetworkFiles
import Report
import Studies

/// `kappa export`: a circuit in another language.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a circuit as a program or document that stands by itself.",
    discussion: """
      python and julia: a program that needs NumPy only, or nothing, and reproduces κ and z to rounding. xpp: an .ode \
      file for XPPAUT, Euler's method set to the circuit's own step. latex: the equations with their numbers. json: \
      circuit.json again, for a network given instead of a circuit.

      Example: kappa export report/circuit.json --to python -o circuit.py
      """)

  /// What to write.
  enum Target: String, CaseIterable, ExpressibleByArgument {
    case python, julia, xpp, latex, json
  }

  @Argument(help: ArgumentHelp("A circuit (.json) or a network (.npz, .pt, .pth).", valueName: "circuit"))
  var circuit: String

  @Option(help: "python, julia, xpp, latex or json.")
  var to: Target

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("The file to write. (default: standard output, but not for json)", valueName: "file"))
  var output: String?

  @OptionGroup(title: "Reading a network") var reading: NetworkOptions

  func run() throws {
    try OutputPath.check(output, against: [circuit])
    let document =
      circuit.hasSuffix(".json")
      ? try CircuitFile.read(circuit) : try .moments(of: reading.load(circuit), path: circuit)
    let alpha = reading.stepSize ?? document.alpha
    let text: String
    switch to {
    case .python: text = PythonExport(document.circuit, alpha: alpha, source: circuit).program
    case .julia: text = JuliaExport(document.circuit, alpha: alpha, source: circuit).program
    case .xpp: text = XPPExport(document.circuit, alpha: alpha, source: circuit).program
    case .latex:
      text =
        EquationLaTeX(
          CircuitTerms(
            of: document.circuit, unitCount: document.closure == .moments ? document.units : nil),
          title: "κ-equations of \(circuit)", alpha: alpha
        )
        .document
    case .json:
      guard let output else {
        throw Failure(.usage, "--to json: expected a file to write with -o, found none")
      }
      try document.write(to: output, protecting: [circuit])
      return
    }
    if let output {
      try FileWriter.write(text, to: output, protecting: [circuit])
      Console.print("wrote \(output)")
    } else {
      Console.print(text)
    }
  }
}
