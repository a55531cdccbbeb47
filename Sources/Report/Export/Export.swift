// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import NetworkFiles
import Studies

/// A circuit as a program or document that stands by itself.
///
///     try Export(to: .python).run(on: Subject(file: "circuit.json")).text
public struct Export: Study, Hashable {
  /// What is written.
  public enum Language: String, Codable, Sendable, Hashable, CaseIterable {
    /// A program that needs NumPy only.
    case python
    /// A program that needs nothing but Julia.
    case julia
    /// An ES module that needs nothing, for browsers and Node.
    case javascript
    /// An .ode file for XPPAUT.
    case xpp
    /// The equations with their numbers.
    case latex
    /// circuit.json.
    case json
  }

  /// What is written.
  public var to: Language

  /// An export.
  public init(to: Language) { self.to = to }

  /// There is nothing to refuse.
  public func validate() throws(StudyError) {}

  /// Writes the circuit down.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> ExportedCircuit {
    let file = try subject.circuit()
    let (circuit, alpha, source) = (file.circuit, subject.alpha, subject.circuitName)
    let text =
      switch to {
      case .python: PythonExport(circuit, alpha: alpha, source: source).program
      case .julia: JuliaExport(circuit, alpha: alpha, source: source).program
      case .javascript: JavaScriptExport(file, alpha: alpha, source: source).program
      case .xpp: XPPExport(circuit, alpha: alpha, source: source).program
      case .latex:
        EquationLaTeX(
          CircuitTerms(of: circuit, unitCount: file.closure == .moments ? file.units : nil),
          title: "κ-equations of \(source)", alpha: alpha
        ).document
      case .json: file.json
      }
    return ExportedCircuit(text: text, file: file, isCircuitFile: to == .json)
  }
}

/// A circuit in another language.
public struct ExportedCircuit: Sendable {
  /// The program or document.
  public let text: String
  /// The circuit.
  public let file: CircuitFile
  /// Whether the text is circuit.json.
  public let isCircuitFile: Bool

  /// Writes it to a file, whole or not at all.
  ///
  /// - Throws: a `StudyError` when it cannot be written, or would overwrite what it was made from.
  public func write(to path: String, protecting inputs: [String] = []) throws(StudyError) {
    do {
      if isCircuitFile { return try file.write(to: path, protecting: inputs) }
      try FileWriter.write(text, to: path, protecting: inputs)
    } catch {
      throw StudyError(error)
    }
  }
}
