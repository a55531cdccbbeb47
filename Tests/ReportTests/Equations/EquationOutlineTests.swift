// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import TestSupport
import Testing

@testable import Report

/// Equations of many coefficients: their form, and every number in its place in a table.
@Suite struct EquationOutlineTests {
  private func terms(_ seed: UInt64, populations: Int, inputs: Int = 2) throws -> CircuitTerms {
    let network = try randomNetwork(units: 40, rank: 2, inputs: inputs, outputs: 1, seed: seed)
    return CircuitTerms(
      of: try EffectiveCircuit(of: network, labels: (0..<40).map { $0 % populations }), unitCount: nil)
  }

  @Test func onlyManyNumbersNeedIt() throws {
    let few = try randomNetwork(units: 40, rank: 1, inputs: 1, outputs: 1, seed: 1)
    #expect(!EquationOutline.isNeeded(CircuitTerms(of: try EffectiveCircuit(of: few), unitCount: nil)))
    #expect(EquationOutline.isNeeded(try terms(1, populations: 3)))
  }

  /// Row by row what the circuit is made of: κ1 of population 2 is the second row.
  @Test func everyNumberHasItsPlace() throws {
    let (fit, measured) = (try terms(3, populations: 2), try terms(4, populations: 2))
    let outline = EquationOutline(fit, measured: measured, inputs: ["colour", "motion"])
    let table = try #require(outline.table)
    #expect(table.columns.map(\.title) == ["", "p", "κ1", "κ2", "colour", "motion", "of ⟨φ⟩"])
    #expect(table.rows.map { $0[0].text } == ["κ1", "κ1", "κ2", "κ2", "z", "z", "μ", "μ"])
    for (row, share, own) in [
      (1, fit.latents[0][1], measured.latents[0][1]), (4, fit.outputs[0][0], measured.outputs[0][0]),
    ] {
      for (column, (term, other)) in zip(share.gain, own.gain).enumerated() {
        #expect(
          table.rows[row][2 + column]
            == .fitted(term.coefficient.value, measured: other.coefficient.value))
      }
      #expect(table.rows[row][6] == .fitted(share.rate.value, measured: own.rate.value))
    }
    #expect(
      table.rows[7][3]
        == .fitted(
          fit.arguments[1].mean[1].coefficient.value,
          measured: measured.arguments[1].mean[1].coefficient.value))
    #expect(outline.note.contains("q = (κ1, κ2, v1, v2)"))
  }

  /// One population has no index, other forms put no measured values beside, and a table that nobody takes in is left out.
  @Test func whatDoesNotFitIsLeftOut() throws {
    let one = EquationOutline(
      try terms(3, populations: 1), measured: try terms(4, populations: 2), inputs: [])
    #expect(one.equations.lines.allSatisfy { !$0.pieces.joined().contains("<mi>p</mi>") })
    #expect(one.table?.columns.map(\.title) == ["", "κ1", "κ2", "v1", "v2", "of ⟨φ⟩"])
    #expect(one.table?.rows.first?[1].text.contains("{") == false)
    #expect(EquationOutline(try terms(3, populations: 2, inputs: 9), measured: nil, inputs: []).table == nil)
  }

  @Test(.enabled(if: Program.isInstalled("python3")), arguments: [1, 2])
  func markupIsWellFormed(populations: Int) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let lines = EquationOutline(try terms(3, populations: populations), measured: nil, inputs: []).equations
      .lines
    let pieces = lines.flatMap(\.pieces).map { "<math>\($0)</math>\n" }
    try pieces.joined().write(toFile: folder.path + "/in.txt", atomically: true, encoding: .utf8)
    let reader =
      "import xml.etree.ElementTree as e\nassert len([e.fromstring(l) for l in open('in.txt', encoding='utf-8')]) >= 6"
    #expect(Program.run(["python3", "-c", reader], in: folder.path) == 0)
  }
}
