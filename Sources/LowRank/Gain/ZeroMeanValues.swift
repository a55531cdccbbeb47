// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// ⟨tanh'⟩ at μ = 0, by two rules that have nothing in common but the integrand.
///
/// GSL's adaptive rule reports success for values it has missed, so that its word alone will not do: QAG's value is
/// taken where the certified trapezoid sum agrees with it, and that sum itself where it does not.
struct ZeroMeanValues: ~Copyable {
  private var quadrature: AdaptiveQuadrature?
  private let nodes = GainNodes()
  /// How many values were QAG's, and how many the sum had to replace.
  private(set) var confirmed = 0, replaced = 0

  /// Both rules differ by rounding, 1e-15 at most; a missed feature is off by its own size.
  static let agreement = 1e-14

  /// Without memory for GSL's workspaces, the sums alone.
  init() { quadrature = try? AdaptiveQuadrature() }

  mutating func gain(deviation: Double) -> Double {
    let sum = nodes.averages(mean: 0, deviation: deviation)[1]
    // The first node of the first cell may round to Δ = 0, where there is nothing to integrate.
    if deviation > 1e-100 {
      let integrand = GaussianIntegrand(.gain, of: .tanh, mean: 0, deviation: deviation)
      if let value = try? quadrature?.qag(integrand).value, abs(value - sum) <= Self.agreement * sum {
        confirmed += 1
        return value
      }
    }
    replaced += 1
    return sum
  }
}
