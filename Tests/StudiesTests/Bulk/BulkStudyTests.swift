// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import NetworkFiles
import Report
import Studies
import Testing

/// A random bulk beside a circuit, asked in process.
@Suite struct BulkStudyTests {
  private func decision() -> Subject {
    Subject(
      circuit: CircuitFile(
        circuit: EffectiveCircuit(PaperCircuit.decision(recurrence: 2), transfer: .tanh), alpha: 0.2,
        closure: .moments, provenance: [:]))
  }

  @Test func resultAndJSON() throws {
    let result = try Bulk(gain: 1.2).run(on: decision())
    #expect(result.phase == "structured-stationary")
    #expect(result.states.count { $0.stable } == 2)
    let text = try StudyJSON.text(result)
    #expect(text.contains("\"chaos\"") && text.contains("\"radius\""))
    let again = try StudyJSON.read(BulkResult.self, from: text)
    #expect(again.states == result.states && again.phase == result.phase)
    #expect(result.document?.verdict.first?.contains("structured-stationary") == true)
    #expect(try result.diagram()?.caption.contains("structured chaos") == true)
  }

  @Test func networksBesideTheory() throws {
    let result = try Bulk(gain: 0.5, networks: 3, units: 200).run(on: decision())
    #expect(result.simulated.count == 2)
    for one in result.simulated {
      #expect(
        one.networks == 3 && one.units == 200
          && one.quantities.map(\.name) == ["kappa1", "variance", "radius"])
      #expect(one.quantities.allSatisfy { $0.standardError > 0 })
    }
    let again = try Bulk(gain: 0.5, networks: 3, units: 200).run(on: decision())
    #expect(again.simulated == result.simulated)
  }

  /// With an input the formulas of zero means do not hold: the general search, and no phase diagram.
  @Test func underInput() throws {
    let result = try Bulk(gain: 0.8, input: [0.5]).run(on: decision())
    #expect(!result.complete && result.states.contains { $0.stable && $0.kappa[0] > 0 })
    #expect(try result.diagram() == nil)
  }

  @Test func nonsenseIsRefused() throws {
    for (study, field) in [
      (Bulk(gain: -1), "gain"), (Bulk(), "gain"), (Bulk(gain: 1, networks: 1), "networks"),
      (Bulk(gain: 1, input: [1, 2]), "input"),
    ] {
      let error = #expect(throws: StudyError.self) { try study.run(on: decision()) }
      #expect(error?.kind == .usage && error?.quantity == field)
    }
  }
}
