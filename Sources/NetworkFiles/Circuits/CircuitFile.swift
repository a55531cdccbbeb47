// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The document circuit.json: a Gaussian circuit with everything that anybody needs to simulate it.
public struct CircuitFile: Sendable, Hashable {
  /// The circuit.
  public let circuit: EffectiveCircuit
  /// α = dt/τ.
  public let alpha: Double
  /// How its parameters were found.
  public let closure: Closure
  /// N of the network it was made from; `nil` when unknown.
  public let units: Int?
  /// Where it comes from: file, program, options, seed, …, in words.
  public let provenance: [String: String]

  /// A document to be written.
  public init(
    circuit: EffectiveCircuit, alpha: Double, closure: Closure, provenance: [String: String]
  ) {
    self.circuit = circuit
    self.alpha = alpha
    self.closure = closure
    units = circuit.statistics.unitCount > 0 ? circuit.statistics.unitCount : nil
    self.provenance = provenance
  }

  init(
    circuit: EffectiveCircuit, alpha: Double, closure: Closure, units: Int?, provenance: [String: String]
  ) {
    self.circuit = circuit
    self.alpha = alpha
    self.closure = closure
    self.units = units
    self.provenance = provenance
  }

  /// Writes the document, whole or not at all.
  ///
  /// - Parameter inputs: files that must not be overwritten, because they are being read.
  /// - Throws: `FileError` (`cannotWrite`), also when a parameter is not finite.
  public func write(to path: String, protecting inputs: [String] = []) throws(FileError) {
    let finite = circuit.statistics.populations.allSatisfy {
      $0.fraction.isFinite && $0.mean.allSatisfy(\.isFinite) && $0.covariance.elements.allSatisfy(\.isFinite)
    }
    let start = circuit.settings.start.map { $0.kappa + $0.filtered + $0.readouts } ?? []
    guard finite, alpha.isFinite, (circuit.settings.readoutBias + start).allSatisfy(\.isFinite) else {
      throw FileError(
        kind: .cannotWrite, path: path, expected: "a circuit of finite numbers", found: "one that is not")
    }
    try FileWriter.write(json, to: path, protecting: inputs)
  }

  /// Reads and checks a document.
  ///
  /// - Throws: `FileError` unless it is a circuit of version 1 or 2 whose sizes agree, whose numbers are finite, whose
  ///   fractions are positive and add up to one, and whose covariances are symmetric and positive semi-definite
  ///   where the activation's variance needs it, on the vectors m, I, c, x0 and b.
  public static func read(_ path: String) throws(FileError) -> CircuitFile {
    let bytes = try readFile(path, limit: 64 << 20)
    return try reading(path) { try CircuitFile(json: bytes) }
  }

  /// Checks a document's text, as `read` does a file's.
  ///
  /// - Parameter name: what messages call it.
  public static func parse(_ text: String, name: String = "circuit") throws(FileError) -> CircuitFile {
    try reading(name) { try CircuitFile(json: Array(text.utf8)) }
  }
}
