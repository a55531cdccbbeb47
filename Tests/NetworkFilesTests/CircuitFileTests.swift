// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import NetworkFiles

struct CircuitFileTests {
  private func circuit(bias: Bool = false, reaches: Bool = true) throws -> EffectiveCircuit {
    let network = try randomNetwork(
      units: 40, rank: 2, inputs: 1, outputs: 1, transfer: .erf, bias: bias, biasReachesReadout: reaches,
      seed: 11)
    return try EffectiveCircuit(of: network, labels: (0..<40).map { $0 % 3 })
  }

  @Test(arguments: [(false, true), (true, true), (true, false)])
  func whatIsWrittenIsRead(bias: Bool, reaches: Bool) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = "\(folder.path)/circuit.json"
    let provenance = ["file": "a \"name\"\n\\with\u{1}everything", "seed": "11"]
    let written = CircuitFile(
      circuit: try circuit(bias: bias, reaches: reaches), alpha: 0.1, closure: .refined,
      provenance: provenance)
    try written.write(to: path)
    #expect(try CircuitFile.read(path) == written)
    let vectors = "\"vectors\": [\"n1\", \"n2\", \"w1\", \"m1\", \"m2\", \"I1\"\(bias ? ", \"b\"" : "")]"
    #expect(written.json.contains(vectors))
    #expect(written.json.contains("biasReachesReadout") == bias)
  }

  @Test(.enabled(if: Python.hasNumPy, "no python3 with numpy"))
  func otherProgramsReadIt() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = "\(folder.path)/circuit.json"
    try CircuitFile(circuit: try circuit(), alpha: 0.2, closure: .moments, provenance: ["a": "κ"]).write(
      to: path)
    let script = """
      import json, numpy as np
      d = json.load(open('\(path)'))
      assert (d['format'], d['version'], d['rank'], d['inputs'], d['outputs']) == ('kappa-circuit', 1, 2, 1, 1)
      assert abs(sum(p['fraction'] for p in d['populations']) - 1) < 1e-15
      assert np.array(d['populations'][2]['covariance']).shape == (6, 6) and d['provenance'] == {'a': 'κ'}
      """
    #expect(Python.run(script) == 0)
  }

  /// Each change of a sound document that makes it unsound.
  @Test(arguments: [
    ("\"kappa-circuit\"", "\"other\""), ("\"version\": 1", "\"version\": 3"), ("\"erf\"", "\"sin\""),
    ("\"alpha\": 0.2", "\"alpha\": 0"), ("\"alpha\": 0.2", "\"alpha\": 1e999"),
    ("\"alpha\": 0.2", "\"alpha\": \"x\""),
    ("\"rank\": 2", "\"rank\": 3"), ("\"rank\": 2", "\"rank\": -1"),
    ("\"rank\": 2", "\"rank\": 1000000000000"),
    ("\"n1\", ", ""), ("\"n1\"", "\"m1\""), ("\"fraction\": 0.3", "\"fraction\": 0.9"),
    ("\"fraction\": 0.3", "\"fraction\": -0.3"), ("\"mean\": [", "\"mean\": [1, "),
    ("\"covariance\": [", "\"covariance\": [[1], "), ("\"moments\"", "\"guessed\""), ("{", ""), ("}", "]"),
    ("\"populations\": [", "\"populations\": [{}, "), ("\"units\": 40", "\"units\": 0"),
    ("\"units\": 40", "\"units\": 1000000000"), ("\"units\": 40", "\"units\": 9223372036854775807"),
  ])
  func unsoundDocuments(old: String, new: String) throws {
    let file = CircuitFile(circuit: try circuit(), alpha: 0.2, closure: .moments, provenance: [:])
    let text = file.json
    let range = try #require(text.range(of: old))
    let changed = text[..<range.lowerBound] + new + text[range.upperBound...]
    #expect(throws: FormatError.self) { try CircuitFile(json: Array(String(changed).utf8)) }
  }

  @Test func covariancesMustBePossible() throws {
    func text(_ m: Double, _ cross: Double, _ mirrored: Double) -> [UInt8] {
      let document = """
        {"format": "kappa-circuit", "version": 1, "transfer": "tanh", "alpha": 0.2, "rank": 1, "inputs": 1,
         "outputs": 0, "vectors": ["n1", "m1", "I1"], "populations": [{"fraction": 1, "mean": [0, 0, 0],
         "covariance": [[1, 1.4, 2.6], [1.4, \(m), \(cross)], [2.6, \(mirrored), 1]]}]}
        """
      return Array(document.utf8)
    }
    // σ_nI = 2.6 with unit σ_n and σ_I breaks Cauchy–Schwarz, but does no harm to the dynamics: accepted.
    _ = try CircuitFile(json: text(1, 0.5, 0.5))
    _ = try CircuitFile(json: text(1, 1, 1))
    #expect(throws: FormatError.self) { try CircuitFile(json: text(1, 1.5, 1.5)) }
    #expect(throws: FormatError.self) { try CircuitFile(json: text(-1, 0, 0)) }
    #expect(throws: FormatError.self) { try CircuitFile(json: text(1, 0.5, 0.4)) }
  }

  /// A circuit made by hand need not say of how many units it is: that is not one unit.
  @Test func unitsMayBeUnknown() throws {
    let text = CircuitFile(circuit: try circuit(), alpha: 0.2, closure: .moments, provenance: [:]).json
    #expect(text.contains("\"units\": 40"))
    let made = try CircuitFile(json: Array(text.replacing("  \"units\": 40,\n", with: "").utf8))
    #expect(made.units == nil && made.circuit.statistics.unitCount == 0)
    let again = CircuitFile(
      circuit: made.circuit, alpha: made.alpha, closure: made.closure, provenance: [:])
    #expect(again.units == nil && !again.json.contains("units"))
  }

  @Test func deepNestingIsRefused() {
    for open in ["[", "{\"a\":"] {
      let bytes = Array(String(repeating: open, count: 200_000).utf8)
      #expect(throws: FormatError.self) { try CircuitFile(json: bytes) }
      let inside = Array(("{\"format\": " + String(repeating: open, count: 200_000)).utf8)
      #expect(throws: FormatError.self) { try CircuitFile(json: inside) }
    }
  }
}

extension String {
  /// The first occurrence of a text.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
