// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
@testable import LowRank
import TestSupport
import Testing

/// Relative accuracy of the certified averages, in the tails and near zero, on references of mpmath
/// (Tests/Fixtures/make_gain_references.py).
@Suite struct RelativeAccuracyTests {
  private struct Reference {
    let transfer: TransferFunction
    let mean, deviation: Double
    let rate, gain, gain2, gain3, square, slopeSquare, size2, size3: Double
  }

  /// Those of the fixture, or of another file of the same form (`KAPPA_GAIN_REFERENCES`).
  private static func references() throws -> [Reference] {
    let file = ProcessInfo.processInfo.environment["KAPPA_GAIN_REFERENCES"]
    let text = try String(contentsOfFile: file ?? fixturesFolder + "/gain-references.csv", encoding: .utf8)
    return try text.split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: ",").map(String.init)
      let numbers = try fields.dropFirst().map { try #require(Double($0)) }
      return Reference(
        transfer: try #require(TransferFunction(rawValue: fields[0])), mean: numbers[0],
        deviation: numbers[1], rate: numbers[2], gain: numbers[3], gain2: numbers[4], gain3: numbers[5],
        square: numbers[6], slopeSquare: numbers[7], size2: numbers[8], size3: numbers[9])
    }
  }

  /// 1e-12 of the value above 1e-250, of ⟨|f|⟩ for ⟨φ''⟩ and ⟨φ'''⟩, which cross zero; and every bound holds.
  @Test func `Twelve digits wherever a double has them`() throws {
    let references = try Self.references()
    #expect(references.count > 250)
    for r in references {
      let found = CertifiedAverages(r.transfer, mean: r.mean, deviation: r.deviation).values
      let squares = SquareAverages(r.transfer, mean: r.mean, variance: r.deviation * r.deviation)
      for (name, estimate, truth, size) in [
        ("rate", found.rate, r.rate, abs(r.rate)), ("gain", found.gain, r.gain, r.gain),
        ("gain2", found.gain2, r.gain2, r.size2), ("gain3", found.gain3, r.gain3, r.size3),
        ("square", found.square, r.square, r.square),
        ("slopeSquare", squares.slopeSquare, r.slopeSquare, r.slopeSquare),
      ] where size > 1e-250 {
        let miss = abs(estimate.value - truth)
        #expect(
          miss <= 1e-12 * size,
          "\(r.transfer), μ = \(r.mean), Δ = \(r.deviation): \(name) \(estimate.value), truth \(truth), \(miss / size)"
        )
        #expect(
          miss <= estimate.error + 2 * .ulpOfOne * abs(truth),
          "\(r.transfer), μ = \(r.mean), Δ = \(r.deviation): bound of \(name) \(estimate), truth \(truth)")
      }
    }
  }

  /// Tables and automatic rule beside the certified one, at random points: Δ from 1e-5 to 100, μ near zero, in the tails and
  /// anywhere. `KAPPA_GAIN_POINTS` sets how many a φ.
  @Test(arguments: TransferFunction.allCases) func `Twelve digits of the tables, too`(
    transfer: TransferFunction
  )
    throws
  {
    let asked = ProcessInfo.processInfo.environment["KAPPA_GAIN_POINTS"].flatMap { Int($0) }
    var stream = RandomStream(seed: 17)
    let table = Gain(transfer)
    var automatic = try GainIntegrals(transfer)
    var (compared, worst, worstPlace) = (0, 0.0, "")
    for point in 0..<(asked ?? 1500) {
      let deviation = pow(10, -5 + 7 * stream.uniform())
      let sign = stream.uniform() < 0.5 ? -1.0 : 1
      let mean =
        switch point % 3 {
        case 0: sign * pow(10, -9 + 11.4 * stream.uniform())
        case 1: sign * (deviation * 34 * stream.uniform() + 10 * stream.uniform())
        default: sign * 280 * stream.uniform()
        }
      let exact = CertifiedAverages(transfer, mean: mean, deviation: deviation).values
      let tabled = table.derivatives(mean: mean, variance: deviation * deviation)
      // QAG takes its time.
      let found = point % 10 == 0 ? try automatic.averages(mean: mean, deviation: deviation) : nil
      for (name, value, other, truth) in [
        ("rate", tabled.rate, found?.rate.value, exact.rate.value),
        ("gain", tabled.gain, found?.gain.value, exact.gain.value),
        ("gain2", tabled.gain2, found?.gain2.value, exact.gain2.value),
        ("gain3", tabled.gain3, found?.gain3.value, exact.gain3.value),
        ("square", tabled.square, found?.square.value, exact.square.value),
      ] where abs(truth) > 1e-250 {
        // The value is at most ⟨|f|⟩: nothing is asked for less strictly by it.
        let miss = max(abs(value - truth), abs((other ?? truth) - truth)) / abs(truth)
        compared += 1
        if !(miss <= worst) { (worst, worstPlace) = (miss, "\(name) at μ = \(mean), Δ = \(deviation)") }
      }
    }
    #expect(worst <= 1e-12, "\(transfer): \(worst), \(worstPlace), of \(compared)")
    #expect(transfer == .linear || compared > 2 * (asked ?? 1500))
    if asked != nil { print("\(transfer): \(compared) values, worst \(worst), \(worstPlace)") }
  }

  /// ReLU's averages have closed forms whose terms cancel on the left: R₁ and R₂ by Mills' continued fraction instead.
  @Test func `The rectifier keeps its digits on the left`() throws {
    var integrals = try GainIntegrals(.relu)
    for (t, first, second) in Self.ramps {
      let found = try integrals.averages(mean: 2 * t, deviation: 2)
      #expect(abs(found.rate.value / (2 * first) - 1) < 1e-12, "R₁(\(t))")
      #expect(abs(found.square.value / (4 * second) - 1) < 1e-12, "R₂(\(t))")
    }
  }

  /// t, R₁ and R₂ by mpmath at 400 digits.
  private static let ramps: [(t: Double, first: Double, second: Double)] = [
    (-0.5, 0.19779655740130602959, 0.20963926002533388157),
    (-1.9, 0.011054351124273174953, 0.0077132926798827737997),
    (-2.5, 0.0020041371791281994447, 0.0011993223779556365552),
    (-4.0, 7.145258432405666759e-6, 3.0902081034972542178e-6),
    (-9.0, 1.2247791808434896568e-20, 2.6287143194699956594e-21),
    (-20.0, 1.3700124947295799431e-90, 1.3599129147073808778e-91),
    (-33.0, 1.2284124472039033682e-240, 7.4245451429739734737e-242),
  ]
}
