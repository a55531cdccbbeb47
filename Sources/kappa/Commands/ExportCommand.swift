// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Report
import Studies

/// `kappa export`: a circuit in another language.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a circuit as a program or document that stands by itself.",
    discussion: """
      python and julia: a program that needs NumPy only, or nothing, and gives κ and z to 1e-11 of their size. \
      javascript: an ES module for browsers and Node that also finds fixed points. xpp: an .ode file for XPPAUT, \
      with Euler's method set to the circuit's own step. latex: the equations with their numbers. json: \
      circuit.json again, for a network given instead of a circuit.

      Example: kappa export report/circuit.json --to python -o circuit.py
      """)

  @Argument(help: ArgumentHelp("A circuit (.json) or a network (.npz, .pt, .pth).", valueName: "circuit"))
  var circuit: String

  @Option(help: "python, julia, javascript, xpp, latex or json.")
  var to: Export.Language

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("The file to write. (default: standard output, but not for json)", valueName: "file"))
  var output: String?

  @OptionGroup(title: "Reading a network") var reading: NetworkOptions

  func run() throws {
    try checkOutput(output, against: [circuit])
    let observer = ConsoleObserver()
    let subject = try Subject(file: circuit, reading: reading.request, observer: observer)
    if to == .json && output == nil {
      throw StudyError(.usage, "--to json", "expected a file to write with -o, found none")
    }
    let result = try Export(to: to).run(on: subject, observer: observer)
    guard let output else { return Console.print(result.text) }
    try result.write(to: output, protecting: [circuit])
    if subject.circuitName != subject.name { Console.print(Console.plain(subject.circuitName)) }
    if to != .json { Console.print("wrote \(Console.plain(output))") }
  }
}

extension Export.Language: ExpressibleByArgument {}
