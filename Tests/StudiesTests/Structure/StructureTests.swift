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
    #expect(
      found.tests.map(\.name) == [
        "Mardia's skewness", "Mardia's kurtosis", "Largest excess kurtosis", "ePAIRS",
      ])
    #expect(found.tests[3].effect != nil && found.tests[3].vectors == ["I1", "n1", "m1"])
    #expect(found.mixtures.map(\.populations) == [1, 2, 3])
    #expect(try #require(found.mixtures[1].stability) > 0.95)
    // Twenty clouds cannot give p < .05 for one of four tests.
    #expect(found.sentence.contains("20 simulations are too few"))
    #expect(found.sentence.contains("BIC prefers 2 populations"))
    let text = try StudyJSON.text(found)
    #expect(try StudyJSON.read(StructureResult.self, from: text) == found)
  }

  /// One vector of heavy tails among seven Gaussian ones, of which Mardia's tests see little; and where ePAIRS looks at a
  /// vector that is a combination of the others, w among them, the remark does not say that it was left out of it.
  @Test func whatWasTestedIsSaid() throws {
    let units = 80
    var stream = RandomStream(seed: 12)
    func normals(_ columns: Int) -> Matrix {
      Matrix(rows: units, columns: columns) { _, _ in stream.normal() }
    }
    var n = normals(2)
    for i in 0..<units where i % 20 == 0 { n[i, 0] = i % 40 == 0 ? 7 : -6 }
    let (m, inputs) = (normals(2), normals(2))
    let heavy = Subject(
      try Network(m: m, n: n, inputs: inputs, readouts: normals(2), transfer: .tanh), alpha: 0.2)
    let found = try Structure(populations: 1, simulations: 400).run(on: heavy)
    let single = try #require(found.tests.first { $0.name == "Largest excess kurtosis" })
    let worst = try #require(found.vectors.max { abs($0.excessKurtosis) < abs($1.excessKurtosis) })
    #expect(worst.name == "n1" && worst.excessKurtosis > 4 * found.kurtosisError)
    #expect(single.value == worst.excessKurtosis && single.p < 0.01)
    #expect(found.sentence.hasPrefix("The loadings are not one Gaussian"), "\(found.sentence)")

    // m1 = w1 - I1.
    let sum = Matrix(rows: units, columns: 2) { i, k in
      k == 0 ? m[i, 0] + inputs[i, 0] : m[i, 1] - 2 * n[i, 1]
    }
    let combined = try Structure(populations: 1, simulations: 20).run(
      on: Subject(try Network(m: m, n: n, inputs: inputs, readouts: sum, transfer: .tanh), alpha: 0.2))
    let pairs = try #require(combined.tests.last)
    let mardia = combined.tests[0]
    let left = combined.vectors.map(\.name).filter { !mardia.vectors.contains($0) }
    #expect(!left.isEmpty)
    for name in left {
      let remark = try #require(combined.remarks.first { $0.contains(name) })
      #expect(remark.contains("ePAIRS and mixtures") != pairs.vectors.contains(name), "\(remark)")
    }
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
