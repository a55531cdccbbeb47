// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import TestSupport
import Testing

/// Numbers with their errors, in the short form.
@Suite struct RoundedNumberTests {
  @Test(
    arguments: [
      (1.2345, 0.042, "1.234(42)"), (12.3456, 1.44, "12.3(1.4)"), (0.0123, 0.0045, "0.0123(45)"),
      (123.4, 17, "123(17)"), (1.5, 0, "1.5000"), (0.5, 0.96, "0.50(96)"),
    ])
  func theErrorStandsBehindItsDigits(value: Double, error: Double, text: String) {
    #expect(RoundedNumber(value: value, error: error).concise == text)
  }

  /// Every number of the page's equations that has an error shows it, and no number that has none.
  @Test func equationsShowThem() throws {
    let network = try randomNetwork(units: 50, rank: 1, inputs: 1, outputs: 1, seed: 131)
    let circuit = try EffectiveCircuit(of: network)
    let (plain, shown) = (
      EquationText(CircuitTerms(of: circuit, unitCount: 50)).lines,
      EquationText(CircuitTerms(of: circuit, unitCount: 50), withErrors: true).lines
    )
    for (a, b) in zip(plain, shown) {
      let numbers = a.matches(of: /\d\.\d+/).count
      #expect(b.matches(of: /\d\.\d+\(\d+(\.\d+)?\)/).count == numbers, "\(b), seed 131")
      #expect(b.replacing(/\(\d+(\.\d+)?\)/, with: "") == a, "\(b), seed 131")
    }
    let fitted = EquationText(CircuitTerms(of: circuit, unitCount: nil), withErrors: true).lines
    #expect(!fitted.contains { $0.contains("(") }, "seed 131")
  }
}
