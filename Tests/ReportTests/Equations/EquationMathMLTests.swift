// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import Studies
import TestSupport
import Testing

@testable import Report

/// Formulas of a page: the lines of the text form, as markup that a browser takes.
@Suite struct EquationMathMLTests {
  private func terms(_ seed: UInt64, populations: Int, bias: Bool = false, units: Int? = 40) throws
    -> CircuitTerms
  {
    let network = try randomNetwork(
      units: 40, rank: 2, inputs: 2, outputs: 1, bias: bias, biasReachesReadout: false, seed: seed)
    return CircuitTerms(
      of: try EffectiveCircuit(of: network, labels: (0..<40).map { $0 % populations }), unitCount: units)
  }

  @Test(arguments: [1, 2, 3], [false, true]) func linesAreThoseOfTheText(populations: Int, bias: Bool) throws
  {
    let terms = try terms(3, populations: populations, bias: bias)
    let text = EquationText(terms, withErrors: true).lines
    let formulas = EquationMathML(terms, withErrors: true).lines
    #expect(formulas.count == text.count)
    for (line, pieces) in zip(text, formulas) {
      // A sentence has no formula.
      #expect(pieces.isEmpty == line.hasPrefix("In z"))
      // All numbers of the text with their errors, in their order.
      let numbers = line.matches(of: /\d+\.\d+\(\d+(\.\d+)?\)/).map { String($0.0) }
      #expect(
        pieces.joined().matches(of: /<mn>(\d+\.\d+\(\d+(\.\d+)?\))<\/mn>/).map { String($0.1) } == numbers)
    }
  }

  @Test(.enabled(if: Program.isInstalled("python3"))) func markupIsWellFormed() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let (fit, measured) = (try terms(3, populations: 2, units: nil), try terms(4, populations: 2))
    let pieces = EquationMathML(fit, measured: measured).lines.joined().map { "<math>\($0)</math>\n" }
    try pieces.joined().write(toFile: folder.path + "/in.txt", atomically: true, encoding: .utf8)
    let reader =
      "import xml.etree.ElementTree as e\nn = [e.fromstring(line) for line in open('in.txt', encoding='utf-8')]\nassert len(n) > 20"
    #expect(Program.run(["python3", "-c", reader], in: folder.path) == 0)
  }

  /// A fitted number, and below or behind it what was measured, with its sign.
  @Test func measuredValuesStandBesideFittedOnes() throws {
    let (fit, measured) = (try terms(3, populations: 1, units: nil), try terms(4, populations: 1))
    let own = measured.latents[0][0].gain[0].coefficient
    let shown = RoundedNumber(value: abs(own.value), error: own.error).value
    let line = Document.Equations(fit, measured: measured).lines[0]
    #expect(line.text.contains(" {\(own.value < 0 ? "-" : "")\(shown)} κ1"), "\(line.text)")
    let below = "<mn class=\"measured\">\(own.value < 0 ? "−" : "+")\(shown)</mn></munder>"
    #expect(line.pieces.joined().contains(below))
    // Another form has nothing to put beside.
    let other = try terms(4, populations: 2)
    #expect(Document.Equations(fit, measured: other) == Document.Equations(fit))
  }
}
