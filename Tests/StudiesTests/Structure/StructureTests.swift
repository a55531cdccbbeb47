// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import TestSupport
import Testing

/// Whether loadings form populations, asked in process.
@Suite struct StructureTests {
  /// Two populations far apart in m and I, of 40 and 20 units.
  private func twoPopulations() throws -> Subject {
    var stream = RandomStream(seed: 501)
    func vector(_ first: Double, _ second: Double) -> Matrix {
      Matrix(rows: 60, columns: 1) { i, _ in (i < 40 ? first : second) + 0.05 * stream.normal() }
    }
    let (m, inputs, n) = (vector(0.8, -0.8), vector(-0.5, 1), vector(0.5, -0.5))
    return Subject(
      try Network(m: m, n: n, inputs: inputs, readouts: vector(0, 2), transfer: .tanh), alpha: 0.2)
  }

  @Test func thePopulationsAreFound() throws {
    let found = try Structure(populations: 3, simulations: 20).run(on: twoPopulations())
    #expect(found.units == 60 && found.populationsByBIC == 2)
    #expect(found.tests.map(\.name) == ["Mardia's skewness", "Mardia's kurtosis", "ePAIRS"])
    #expect(found.tests[2].effect != nil && found.tests[2].vectors == ["I1", "n1", "m1"])
    #expect(found.mixtures.map(\.populations) == [1, 2, 3])
    #expect(try #require(found.mixtures[1].stability) > 0.95)
    // Twenty clouds cannot give p < .05 for one of three tests.
    #expect(found.sentence.contains("20 simulations are too few"))
    #expect(found.sentence.contains("BIC prefers 2 populations"))
    let text = try StudyJSON.text(found)
    #expect(try StudyJSON.read(StructureResult.self, from: text) == found)
  }

  @Test func nonsenseIsRefused() throws {
    let subject = try randomSubject()
    for (study, quantity) in [
      (Structure(populations: 0), "populations"), (Structure(populations: 33), "populations"),
      (Structure(simulations: 9), "simulations"),
    ] {
      let error = #expect(throws: StudyError.self) { try study.run(on: subject) }
      #expect(error?.kind == .usage && error?.quantity == quantity)
    }
    let error = #expect(throws: StudyError.self) { try Structure().run(on: turningCircuit()) }
    #expect(error?.kind == .badData)
  }
}
