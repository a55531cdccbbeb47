// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank
import Testing

/// Identities that hold for every φ, limits, and closed forms.
@Suite struct GainIdentitiesTests {
  private static let points: [(mean: Double, deviation: Double)] = [
    (0.3, 0.4), (-1.1, 0.9), (2, 3), (-4, 12),
  ]

  /// ∂⟨f⟩/∂μ = ⟨f'⟩ by a five-point difference: error h⁴, and rounding 1e-16/h; 1e-10 covers both at h = 2e-3 Δ.
  @Test(arguments: TransferFunction.allCases) func derivativeInTheMean(transfer: TransferFunction) throws {
    var integrals = try GainIntegrals(transfer)
    for (mean, deviation) in Self.points {
      let h = 2e-3 * deviation
      var at: [GainAverages] = []
      for k in [-2.0, -1, 1, 2] {
        at.append(try integrals.averages(mean: mean + k * h, deviation: deviation))
      }
      let centre = try integrals.averages(mean: mean, deviation: deviation)
      func slope(_ f: (GainAverages) -> Estimate) -> Double {
        (8 * (f(at[2]).value - f(at[1]).value) - (f(at[3]).value - f(at[0]).value)) / (12 * h)
      }
      #expect(abs(slope(\.rate) - centre.gain.value) < 1e-10, "\(transfer) at \(mean), \(deviation)")
      #expect(abs(slope(\.gain) - centre.gain2.value) < 1e-10, "\(transfer) at \(mean), \(deviation)")
      #expect(abs(slope(\.gain2) - centre.gain3.value) < 1e-10, "\(transfer) at \(mean), \(deviation)")
    }
  }

  /// Stein's lemma: E[z f(μ + Δz)] = Δ ⟨f'⟩, the left side by a trapezoid of its own in z, split at a kink.
  ///
  /// On |z| ≤ 10 with h = 1/128 the rule is exact to rounding for Δ up to 1; a kink at a node costs h²/12, hence the split
  /// at it by Gauss–Legendre would be better, but 2e-5 already tells a wrong factor.
  @Test(arguments: TransferFunction.allCases) func steinsLemma(transfer: TransferFunction) throws {
    var integrals = try GainIntegrals(transfer)
    for (mean, deviation) in [(0.3, 0.4), (-1.1, 0.9), (0.0, 1.0)] {
      let found = try integrals.averages(mean: mean, deviation: deviation)
      var (value, slope) = (0.0, 0.0)
      for k in -1280...1280 {
        let z = Double(k) / 128
        let weight = z * exp(-z * z / 2) / (2 * Double.pi).squareRoot() / 128
        value += weight * transfer.value(mean + deviation * z)
        slope += weight * transfer.derivative(mean + deviation * z)
      }
      let tolerance = transfer == .relu ? 2e-5 : 1e-13
      #expect(abs(value - deviation * found.gain.value) < tolerance, "\(transfer) at \(mean), \(deviation)")
      if transfer != .relu {
        #expect(
          abs(slope - deviation * found.gain2.value) < tolerance, "\(transfer) at \(mean), \(deviation)")
      }
    }
  }

  /// ∂⟨f⟩/∂Δ = Δ⟨f''⟩, likewise.
  @Test(arguments: TransferFunction.allCases) func derivativeInTheDeviation(transfer: TransferFunction) throws
  {
    var integrals = try GainIntegrals(transfer)
    for (mean, deviation) in Self.points {
      let h = 2e-3 * deviation
      var at: [GainAverages] = []
      for k in [-2.0, -1, 1, 2] {
        at.append(try integrals.averages(mean: mean, deviation: deviation + k * h))
      }
      let centre = try integrals.averages(mean: mean, deviation: deviation)
      func slope(_ f: (GainAverages) -> Estimate) -> Double {
        (8 * (f(at[2]).value - f(at[1]).value) - (f(at[3]).value - f(at[0]).value)) / (12 * h)
      }
      #expect(
        abs(slope(\.rate) - deviation * centre.gain2.value) < 1e-10, "\(transfer) at \(mean), \(deviation)")
      #expect(
        abs(slope(\.gain) - deviation * centre.gain3.value) < 1e-10, "\(transfer) at \(mean), \(deviation)")
    }
  }

  @Test func logisticAndSoftplusReduceToTanh() throws {
    var tanh = try GainIntegrals(.tanh, rule: .qag)
    var logistic = try GainIntegrals(.logistic, rule: .qag)
    var softplus = try GainIntegrals(.softplus, rule: .qag)
    for (mean, deviation) in Self.points {
      let half = try tanh.averages(mean: mean / 2, deviation: deviation / 2)
      let l = try logistic.averages(mean: mean, deviation: deviation)
      let s = try softplus.averages(mean: mean, deviation: deviation)
      #expect(abs(l.gain.value - half.gain.value / 4) < 1e-14)
      #expect(abs(s.gain.value - (1 + half.rate.value) / 2) < 1e-14)
      #expect(abs(l.gain3.value - half.gain3.value / 16) < 1e-14)
      #expect(abs(s.gain3.value - l.gain2.value) < 1e-14)
      // softplus(x) - softplus(-x) = x.
      let mirrored = try softplus.averages(mean: -mean, deviation: deviation)
      #expect(abs(s.rate.value - mirrored.rate.value - mean) < 1e-13)
    }
  }

  /// 1 - ⟨tanh²⟩ = ⟨tanh'⟩, and ⟨erf²⟩ = (2/π) asin(2Δ²/(1 + 2Δ²)) at μ = 0.
  @Test func squares() throws {
    var tanh = try GainIntegrals(.tanh)
    var erf = try GainIntegrals(.erf)
    for deviation in [0.1, 0.5, 1, 5, 300.0] {
      let t = try tanh.averages(mean: 0.7, deviation: deviation)
      #expect(abs(t.square.value + t.gain.value - 1) < 1e-15 * 4)
      let e = try erf.averages(mean: 0, deviation: deviation)
      let v = 2 * deviation * deviation
      #expect(abs(e.square.value - 2 / Double.pi * asin(v / (1 + v))) < 1e-13)
    }
  }

  /// Δ → 0: 1 - Δ² + 2Δ⁴ - (17/3)Δ⁶; the next term is 22.9 Δ⁸ at most. Δ → ∞: √(2/π)/Δ (1 - π²/24Δ² + 7π⁴/1920Δ⁴).
  @Test func limitsOfTheGain() throws {
    var integrals = try GainIntegrals(.tanh)
    for deviation in [1e-8, 1e-4, 1e-3, 1e-2] {
      let v = deviation * deviation
      let gain = try integrals.estimate(of: .gain, mean: 0, deviation: deviation).value
      #expect(abs(gain - (1 - v + 2 * v * v - 17.0 / 3 * v * v * v)) < 1e-15 + 30 * v * v * v * v)
    }
    for deviation in [40.0, 1e3, 1e6] {
      let v = deviation * deviation
      let expected =
        (2 / Double.pi / v).squareRoot()
        * (1 - Double.pi * Double.pi / (24 * v) + 7 * Double.pi * Double.pi * Double.pi * Double.pi
          / (1920 * v * v))
      let gain = try integrals.estimate(of: .gain, mean: 0, deviation: deviation).value
      #expect(abs(gain - expected) < expected * (1e-15 + 1 / (v * v * v)))
    }
  }

  @Test func closedFormsOfTheRectifier() throws {
    var integrals = try GainIntegrals(.relu)
    let exact = try integrals.averages(mean: 0, deviation: 2)
    let density = 1 / (2 * Double.pi).squareRoot()
    #expect(abs(exact.rate.value - 2 * density) < 1e-15 && exact.gain.value == 0.5)
    #expect(abs(exact.gain2.value - density / 2) < 1e-16 && exact.gain3.value == 0)
    #expect(abs(exact.square.value - 2) < 1e-15)
    let still = try integrals.averages(mean: -1, deviation: 0)
    #expect(still.rate.value == 0 && still.gain.value == 0 && still.square.value == 0)
  }
}
