// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Gaussian averages that need no quadrature: those of erf, ReLU and the identity.
///
/// With s = 1 + 2Δ² for φ = erf, and Ψ, ψ the normal distribution function and density at t = μ/Δ for ReLU:
///
///     erf:   ⟨φ⟩ = erf(μ/√s)   ⟨φ'⟩ = 2/√(πs) e^(-μ²/s)   ⟨φ''⟩ = -(2μ/s)⟨φ'⟩   ⟨φ'''⟩ = (4μ²/s² - 2/s)⟨φ'⟩
///     ReLU:  ⟨φ⟩ = μΨ + Δψ    ⟨φ'⟩ = Ψ    ⟨φ''⟩ = ψ/Δ    ⟨φ'''⟩ = -μψ/Δ³    ⟨φ²⟩ = (μ² + Δ²)Ψ + μΔψ
///
/// The derivatives of ReLU include the mass at its kink, as ∂⟨φ⟩/∂μ = ⟨φ'⟩ and so on demand. ⟨erf²⟩ is one integral
/// over an angle, `errorFunctionSquare`; (2/π) asin(2Δ²/s) at μ = 0.
enum ClosedForm {
  /// The averages of `transfer` at (μ, Δ), Δ ≥ 0; `nil` where there is no closed form.
  ///
  /// The errors cover rounding: a few units in the last place of every term, and of the exponent where one is formed.
  static func averages(_ transfer: TransferFunction, mean: Double, deviation: Double) -> Averages<Estimate>? {
    switch transfer {
    case .erf: errorFunction(mean: mean, deviation: deviation)
    case .relu: rectifier(mean: mean, deviation: deviation)
    case .linear: identity(mean: mean, deviation: deviation)
    case .tanh, .softplus, .logistic: nil
    }
  }

  private static let ulp = Double.ulpOfOne

  private static func identity(mean: Double, deviation: Double) -> Averages<Estimate> {
    let square = mean * mean + deviation * deviation
    return Averages(
      rate: Estimate(value: mean, error: 0), gain: Estimate(value: 1, error: 0),
      gain2: Estimate(value: 0, error: 0), gain3: Estimate(value: 0, error: 0),
      square: Estimate(value: square, error: 2 * ulp * square))
  }

  private static func rectifier(mean: Double, deviation: Double) -> Averages<Estimate> {
    guard deviation > 0, (mean / deviation).isFinite else {
      // The limit Δ → 0: the second derivative is the delta function at the kink.
      let kink = mean == 0
      return Averages(
        rate: Estimate(value: max(mean, 0), error: 0),
        gain: Estimate(value: kink ? 0.5 : (mean > 0 ? 1 : 0), error: 0),
        gain2: Estimate(value: kink ? .infinity : 0, error: 0), gain3: Estimate(value: 0, error: 0),
        square: Estimate(value: mean > 0 ? mean * mean : 0, error: ulp * mean * mean))
    }
    let t = mean / deviation
    let density = normalDensity(t)
    let distribution = normalDistribution(t)
    // ψ(t) and, for t < 0, Ψ(t) carry t²·ulp of relative error because t itself is rounded.
    let densityError = (2 * t * t + 4) * ulp * density
    let distributionError = 4 * ulp * distribution + 2 * abs(t) * ulp * density
    let second = density / deviation
    let third = -t * density / deviation / deviation
    if t < -2 {
      // The terms below cancel.
      let ramp = NormalRamp(t)
      func estimate(_ value: Double) -> Estimate {
        Estimate(value: value, error: (4 * t * t + 64) * ulp * value)
      }
      return Averages(
        rate: estimate(deviation * ramp.first), gain: Estimate(value: distribution, error: distributionError),
        gain2: Estimate(value: second, error: densityError / deviation + 4 * ulp * second),
        gain3: Estimate(
          value: third, error: abs(t) * densityError / deviation / deviation + 8 * ulp * abs(third)),
        square: estimate(deviation * deviation * ramp.second))
    }
    let rate = mean * distribution + deviation * density
    let square = (mean * mean + deviation * deviation) * distribution + mean * deviation * density
    return Averages(
      rate: Estimate(
        value: max(rate, 0),
        error: abs(mean) * distributionError + deviation * densityError
          + 4 * ulp * (abs(mean) * distribution + deviation * density)),
      gain: Estimate(value: distribution, error: distributionError),
      gain2: Estimate(value: second, error: densityError / deviation + 4 * ulp * second),
      gain3: Estimate(
        value: third, error: abs(t) * densityError / deviation / deviation + 8 * ulp * abs(third)),
      square: Estimate(
        value: max(square, 0),
        error: (mean * mean + deviation * deviation) * (distributionError + 4 * ulp * distribution)
          + abs(mean) * deviation * (densityError + 4 * ulp * density)))
  }

  private static func errorFunction(mean: Double, deviation: Double) -> Averages<Estimate> {
    // √s by hypot, so that a huge Δ does not overflow; u = μ/√s.
    let root = hypot(1, deviation * 1.41421356237309504880169)
    let u = mean / root
    let gain = 1.12837916709551257389616 / root * exp(-u * u)
    let gainError = (4 * u * u + 8) * ulp * gain
    let second = -2 * u / root * gain
    let factor = (4 * u * u - 2) / root / root
    let rate = LowRank.errorFunction(u)
    return Averages(
      rate: Estimate(value: rate, error: 4 * ulp * abs(rate) + 4 * ulp * abs(u) * exp(-u * u)),
      gain: Estimate(value: gain, error: gainError),
      gain2: Estimate(value: second, error: 2 * abs(u) / root * gainError + 8 * ulp * abs(second)),
      gain3: Estimate(
        value: factor * gain,
        error: abs(factor) * gainError + 8 * ulp * (4 * u * u + 2) / root / root * gain),
      square: errorFunctionSquare(u: u, variance: deviation * deviation))
  }

  /// ⟨erf²⟩ at u = μ/√s.
  ///
  /// erf is the mean sign of a normal variable about its argument, so ⟨erf²⟩ is the mean product of the signs of two
  /// normal variables of correlation ρ = 2Δ²/s. Plackett's identity for its derivative in ρ gives
  ///
  ///     ⟨erf²⟩ = erf²(u) + (2/π) ∫₀^θ exp(-2u²/(1 + sin t)) dt,     sin θ = ρ,
  ///
  /// where nothing cancels at small Δ. At u = 0 the integral is θ.
  private static func errorFunctionSquare(u: Double, variance: Double) -> Estimate {
    // sin θ = 2v/(1 + 2v), cos θ = √(1 + 4v)/(1 + 2v): θ keeps its digits at both ends.
    let angle = variance < 1e300 ? atan2(2 * variance, (1 + 4 * variance).squareRoot()) : Double.pi / 2
    let central = LowRank.errorFunction(u)
    // The nearest singularity is t = -π/2: 24 nodes on each half of the range leave less than rounding.
    var sum = 0.0
    for half in 0..<2 {
      for (node, weight) in GaussLegendre.rule24 {
        sum += weight * exp(-2 * u * u / (1 + sin(angle * (Double(half) + node) / 2)))
      }
    }
    let value = central * central + sum * angle / Double.pi
    let error = 16 * ulp * value + 8 * ulp * (1 + min(u * u, 1000)) * sum * angle
    return Estimate(value: min(value, 1), error: error)
  }
}

/// Gauss–Legendre nodes and weights on [0, 1], by Newton's method on the Legendre polynomial.
package enum GaussLegendre {
  static let rule24 = rule(24)

  /// The rule of some number of nodes.
  package static func rule(_ count: Int) -> [(node: Double, weight: Double)] {
    (1...count).map { index in
      var x = cos(Double.pi * (Double(index) - 0.25) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<8 {
        var (before, current) = (1.0, x)
        for degree in 2...count {
          let next = (Double(2 * degree - 1) * x * current - Double(degree - 1) * before) / Double(degree)
          (before, current) = (current, next)
        }
        slope = Double(count) * (x * current - before) / (x * x - 1)
        x -= current / slope
      }
      return ((1 + x) / 2, 1 / ((1 - x * x) * slope * slope))
    }
  }
}
