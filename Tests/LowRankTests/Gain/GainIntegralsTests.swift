// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import Testing

/// Every rule against references: the bound must hold, and the good rules must be good.
@Suite struct GainIntegralsTests {
  /// What the truth is known to: rounding of the 20-digit literal to a double.
  private func slack(_ truth: Double) -> Double { abs(truth) * .ulpOfOne + 1e-300 }

  @Test(arguments: ["auto", "qag", "qagi", "cquad", "hermite:50", "hermite:200", "trapezoid", "table"])
  func boundsHoldForEveryRule(name: String) throws {
    let rule = try #require(QuadratureRule(name))
    for transfer in [TransferFunction.tanh, .logistic, .softplus, .erf] {
      var integrals = try GainIntegrals(transfer, rule: rule)
      for reference in ReferenceAverages.all where reference.transfer == transfer {
        let found = try integrals.averages(mean: reference.mean, deviation: reference.deviation)
        let estimates = [found.rate, found.gain, found.gain2, found.gain3, found.square]
        for (estimate, truth) in zip(estimates, reference.values) {
          #expect(
            abs(estimate.value - truth) <= estimate.error + slack(truth),
            "\(transfer), \(name), mean \(reference.mean), deviation \(reference.deviation): \(estimate) for \(truth)"
          )
        }
      }
    }
  }

  /// The contract of the automatic rule: relative error of ⟨tanh'⟩ ≤ 1e-13, by its own bound too.
  @Test(arguments: ["auto", "qag", "trapezoid"]) func gainOfTanhToThirteenDigits(name: String) throws {
    var integrals = try GainIntegrals(.tanh, rule: try #require(QuadratureRule(name)))
    for reference in ReferenceAverages.all where reference.transfer == .tanh && reference.values[1] > 1e-8 {
      let gain = try integrals.estimate(of: .gain, mean: reference.mean, deviation: reference.deviation)
      #expect(
        gain.relativeError <= 1e-13, "mean \(reference.mean), deviation \(reference.deviation): \(gain)")
    }
  }

  @Test func boundsStaySmallOnAGrid() throws {
    var integrals = try GainIntegrals(.tanh)
    for deviation in [0, 1e-12, 0.01, 0.3, 0.5, 0.7, 1.5, 6, 40, 900, 3e4, 1e6] {
      for mean in [-50, -17, -2.5, 0, 0.4, 8, 31, 50] {
        let gain = try integrals.estimate(of: .gain, mean: mean, deviation: deviation)
        if gain.value > 1e-8 {
          #expect(gain.relativeError <= 1e-13, "mean \(mean), deviation \(deviation): \(gain)")
        }
      }
    }
  }

  /// Gauss–Hermite quadrature with 50 nodes, the field's habit, loses all digits as Δ grows, and its bound says so.
  @Test func gaussHermiteFailsAtLargeDeviations() throws {
    var hermite = try GainIntegrals(.tanh, rule: .hermite(50))
    for (deviation, truth, least) in [(2.0, 0.364738765743060075, 1e-4), (8, 0.099103193178, 0.01)] {
      let gain = try hermite.estimate(of: .gain, mean: 0, deviation: deviation)
      let miss = abs(gain.value - truth)
      #expect(miss > least * truth, "deviation \(deviation): \(gain.value)")
      #expect(miss <= gain.error + 1e-12 && gain.error < 2 * miss + 1e-12)
    }
    let fine = try hermite.estimate(of: .gain, mean: 0, deviation: 0.5)
    #expect(abs(fine.value - 0.826483856567628149) < 1e-14)
  }

  /// At a huge Δ QAGI sees nothing but zeros and reports success with a tiny error; our bound covers the truth.
  @Test func silentFailureOfQAGIIsCovered() throws {
    let deviation = 1e6
    var quadrature = try AdaptiveQuadrature()
    let integrand = GaussianIntegrand(.gain, of: .tanh, mean: 0, deviation: deviation)
    let raw = try quadrature.qagi(integrand)
    let truth =
      (2 / Double.pi).squareRoot() / deviation * (1 - 0.41123351671205660912 / deviation / deviation)
    #expect(raw.converged && abs(raw.value - truth) > 0.5 * truth && raw.reportedError < 0.01 * truth)
    var integrals = try GainIntegrals(.tanh, rule: .qagi)
    let gain = try integrals.estimate(of: .gain, mean: 0, deviation: deviation)
    #expect(abs(gain.value - truth) <= gain.error && gain.error > 0.5 * truth)
    #expect(abs(try quadrature.qag(integrand).value - truth) < 1e-11 * truth)
  }

  /// Rules on the functions with closed forms: QAG must find them, kinks included.
  @Test(arguments: [TransferFunction.erf, .relu, .linear])
  func qagFindsTheClosedForms(transfer: TransferFunction) throws {
    var closed = try GainIntegrals(transfer)
    var qag = try GainIntegrals(transfer, rule: .qag)
    for (mean, deviation) in [(0, 0.3), (1.3, 0.8), (-2, 3), (0.4, 150), (-30, 12.5)] {
      let exact = try closed.averages(mean: mean, deviation: deviation)
      let found = try qag.averages(mean: mean, deviation: deviation)
      #expect(exact.rule == .closedForm && found.rule == .qag && found.evaluations > 0)
      let size = [1 + abs(mean) + deviation, 1, 1 / deviation, 1 / deviation / deviation]
      for (index, pair) in [
        (exact.rate, found.rate), (exact.gain, found.gain), (exact.gain2, found.gain2),
        (exact.gain3, found.gain3),
      ].enumerated() {
        #expect(
          abs(pair.0.value - pair.1.value) <= 1e-13 * size[index] * (transfer == .erf ? 10 : 1),
          "\(transfer), average \(index), mean \(mean), deviation \(deviation): \(pair)")
      }
      #expect(abs(exact.square.value - found.square.value) <= 1e-13 * size[0] * size[0])
    }
  }

  /// Averages that vanish by symmetry give a rule nothing to be relative to; it must stop all the same.
  @Test(arguments: ["qag", "qagi", "cquad"]) func vanishingAveragesEndQuickly(name: String) throws {
    let rule = try #require(QuadratureRule(name))
    for transfer in [TransferFunction.relu, .tanh, .linear] {
      var integrals = try GainIntegrals(transfer, rule: rule)
      for deviation in [1e-3, 1.0, 100] {
        let found = try integrals.averages(mean: 0, deviation: deviation)
        #expect(
          found.evaluations < 100_000, "\(transfer), \(name), deviation \(deviation): \(found.evaluations)")
      }
    }
  }

  @Test func badArgumentsAreNamed() throws {
    var integrals = try GainIntegrals(.tanh)
    for deviation in [-1, Double.nan, .infinity, 1e200] {
      let error = #expect(throws: QuadratureError.self) {
        try integrals.averages(mean: 0, deviation: deviation)
      }
      #expect(error?.quantity == "deviation" && error?.description.contains("found \(deviation)") == true)
    }
    #expect(throws: QuadratureError.self) { try integrals.averages(mean: .nan, deviation: 1) }
    var closed = try GainIntegrals(.tanh, rule: .closedForm)
    #expect(throws: QuadratureError.self) { try closed.averages(mean: 0, deviation: 1) }
    var hermite = try GainIntegrals(.tanh, rule: .hermite(0))
    #expect(throws: QuadratureError.self) { try hermite.averages(mean: 0, deviation: 1) }
  }

  /// Far from where tanh bends its averages are ±1 and 1 to the last digits, by every adaptive rule.
  @Test(arguments: ["auto", "qag", "qagi", "cquad"]) func tanhSaturates(name: String) throws {
    var integrals = try GainIntegrals(.tanh, rule: try #require(QuadratureRule(name)))
    for (mean, deviation) in [(1e3, 1.0), (-1e5, 1), (1e10, 100), (1e17, 1), (-1e50, 100), (1e100, 1e3)] {
      let found = try integrals.averages(mean: mean, deviation: deviation)
      #expect(abs(found.rate.value - (mean < 0 ? -1 : 1)) < 1e-13, "⟨φ⟩ at \(mean), \(deviation)")
      #expect(abs(found.square.value - 1) < 1e-13, "⟨φ²⟩ at \(mean), \(deviation)")
    }
  }

  /// At Δ = 0 the average is the function, with all digits where that is small.
  @Test func nothingToIntegrate() throws {
    var softplus = try GainIntegrals(.softplus)
    var logistic = try GainIntegrals(.logistic)
    for mean in [-30.0, -37, -50, -700] {
      let soft = try softplus.averages(mean: mean, deviation: 0)
      let sigmoid = try logistic.averages(mean: mean, deviation: 0)
      for (value, expected) in [
        (soft.rate.value, exp(mean)), (soft.gain.value, exp(mean)), (sigmoid.rate.value, exp(mean)),
        (sigmoid.gain.value, exp(mean)),
      ] {
        // What eˣ leaves out is eˣ relative; a few roundings.
        #expect(abs(value / expected - 1) < 1e-12, "\(mean): \(value)")
      }
      #expect(sigmoid.square.value >= 0 && soft.square.value >= 0)
    }
    let far = try softplus.averages(mean: -1e50, deviation: 0)
    #expect(far.rate.value == 0 && far.gain.value == 0)
    var tanh = try GainIntegrals(.tanh)
    let centre = try tanh.averages(mean: 0, deviation: 0)
    #expect(centre.gain.value == 1 && centre.gain3.value == -2 && centre.rate.value == 0)
  }

  /// A ratio of μ to Δ that is no number any more.
  @Test func rectifierOfTinyDeviations() throws {
    var integrals = try GainIntegrals(.relu)
    let found = try integrals.averages(mean: 1e100, deviation: 1e-300)
    #expect(found.rate.value == 1e100 && found.gain.value == 1 && found.gain3.value == 0)
    #expect(found.gain3.error.isFinite && found.gain2.error.isFinite)
  }

  @Test func ruleNames() {
    for name in ["auto", "qag", "qagi", "cquad", "hermite:50", "trapezoid", "table"] {
      #expect(QuadratureRule(name)?.description == name)
    }
    for name in ["", "QAG", "hermite", "hermite:", "hermite:0", "hermite:-3", "hermite:1001", "hermite:5x"] {
      #expect(QuadratureRule(name) == nil, "\(name)")
    }
  }
}
