// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Gaussian averages of tanh, softplus and logistic by the trapezoid rule, with a bound that is proved beforehand.
///
/// Goals, in this order: a rigorous error bound; relative accuracy of the gain wherever it does not underflow; few
/// evaluations. For an integrand F analytic in the strip |Im x| < a, the trapezoid rule of step h errs by at most
/// (M₊ + M₋)/(e^(2πa/h) - 1), M± = ∫|F(x ± ia)| dx (Trefethen & Weideman 2014, theorem 5.1). The poles of sech² lie
/// at ±iπ/2; on the line x + ia
///
///     |sech²(x + ia)| ≤ sech²(x)/cos²a,    |tanh(x + ia)| ≤ max(1, tan a),    |g(x + ia)| = g(x) e^(a²/2Δ²)
///
/// so that the error *relative to* ⟨sech²⟩ is at most 2 e^(a²/2Δ²)/(cos²a (e^(2πa/h) - 1)) at every μ. Steps:
///
/// - Δ ≤ ½: in z, h = 5/16, |z| ≤ 45/4. With a = 1.3 (2.6 or more in z) this is below 1e-18.
/// - Δ > ½: in x, h = 5/32, summed outwards from the mode; a = 1.3 again. sech²·g is log-concave, so that terms
///   fall at least geometrically once they fall, and the rest is bounded when they are small.
///
/// For Δ > ½ averages of unbounded reach are split: φ = (its Gaussian-smoothed step or ramp, closed form) + (a
/// remainder that decays like sech² and is analytic in the same strip). The remainders on the line x + 1.3i are at
/// most `remainderGrowth` times sech²(x), found numerically (notes/numerics.md).
struct HyperbolicAverages {
  /// tanh's averages, and those of the two kinds of ramp when asked for; all in tanh's own units.
  var rate, gain, gain2, gain3, square: Estimate
  /// ⟨log(2 cosh x)⟩ and ⟨(x + log(2 cosh x))²⟩: softplus(2x) = x + log(2 cosh x).
  var logCosh, softplusSquare: Estimate
  /// Nodes used.
  var evaluations: Int

  private static let ulp = Double.ulpOfOne
  /// Bound on the trapezoid rule's own error relative to ⟨sech²⟩, for the worst of the averages at any Δ.
  private static let discretisation = 4e-17

  /// The averages at (μ, Δ); Δ ≥ 0 and both finite.
  init(mean: Double, deviation: Double) {
    let positive = HyperbolicAverages(positiveMean: abs(mean), deviation: deviation)
    self = positive
    guard mean < 0 else { return }
    rate = Estimate(value: -positive.rate.value, error: positive.rate.error)
    gain2 = Estimate(value: -positive.gain2.value, error: positive.gain2.error)
    // softplus(2x)² at -μ: (log 2cosh x - x)² = (x + log 2cosh x)² - 4x log 2cosh x has digits to lose; direct.
    softplusSquare = HyperbolicAverages(signedMean: mean, deviation: deviation).softplusSquare
  }

  private init(positiveMean mean: Double, deviation: Double) {
    self.init(signedMean: mean, deviation: deviation)
  }

  private init(signedMean mean: Double, deviation: Double) {
    var sums = Sums()
    if deviation <= 0.5 {
      sums.addNarrow(mean: mean, deviation: deviation)
    } else {
      sums.addWide(mean: mean, deviation: deviation)
    }
    let scale = sums.scale
    let floor = Self.discretisation * sums.gain * scale
    func estimate(_ sum: Double, _ rounding: Double, plus closed: Double = 0) -> Estimate {
      Estimate(
        value: sum * scale + closed,
        error: (rounding * Self.ulp) * scale + floor + 8 * Self.ulp * abs(closed) + Self.ulp
          * abs(sum * scale))
    }
    evaluations = sums.count
    gain = estimate(sums.gain, sums.gainRounding)
    gain2 = estimate(-2 * sums.second, 2 * sums.gainRounding)
    gain3 = estimate(-2 * sums.third, 4 * sums.gainRounding)
    if deviation <= 0.5 {
      rate = estimate(sums.rate, sums.rateRounding)
      square = estimate(sums.square, sums.squareRounding)
      logCosh = estimate(sums.logCosh, sums.logCoshRounding)
      softplusSquare = estimate(sums.softplusSquare, sums.softplusSquareRounding)
    } else {
      let smooth = SmoothedStep(mean: mean, deviation: deviation)
      rate = estimate(sums.rate, sums.rateRounding, plus: smooth.sign)
      square = Estimate(value: 1 - gain.value, error: gain.error + Self.ulp)
      logCosh = estimate(sums.logCosh, sums.logCoshRounding, plus: smooth.absolute)
      let ramp = estimate(sums.softplusSquare, sums.softplusSquareRounding, plus: smooth.rampSquare)
      softplusSquare = Estimate(value: ramp.value, error: ramp.error + smooth.rampSquareError)
    }
  }

  /// Where sech²(x)·exp(-(x - μ)²/2Δ²) is largest: the root of 2 tanh x = (μ - x)/Δ², between 0 and μ.
  static func mode(mean: Double, deviation: Double) -> Double {
    let mean = (sign: mean < 0 ? -1.0 : 1.0, size: abs(mean))
    var (low, high) = (0.0, mean.size)
    let variance = deviation * deviation
    var x = max(0, mean.size - 2 * variance)
    for _ in 0..<60 {
      let t = tanh(x)
      let slope = (mean.size - x) / variance - 2 * t
      if slope > 0 { low = x } else { high = x }
      var next = x + slope / (1 / variance + 2 * (1 - t * t))
      if !(next > low && next < high) { next = (low + high) / 2 }
      if abs(next - x) < 0.05 || high - low < 0.05 { return mean.sign * next }
      x = next
    }
    return mean.sign * x
  }
}

/// Gaussian averages of entire functions that follow sgn x, |x| and (x + |x|)² away from the origin.
///
/// With noise of deviation c = 1/(√2 b), b = √π/2, added to x: sgn → erf(bx), |x| → its mean modulus, and
/// (x + |x|)² = 4 max(x, 0)² → 4(mean square of the rectified sum) - 4c²Ψ, the step taking the ramp's extra variance
/// away.
struct SmoothedStep {
  static let b = 0.886226925452758013649084
  static let c = 0.797884560802865355879892
  let sign, absolute, rampSquare: Double
  /// Rounding: for μ < 0 the terms of the ramp's square cancel.
  let rampSquareError: Double

  /// The averages over N(μ, Δ²); Δ = 0 gives the functions themselves.
  init(mean: Double, deviation: Double) {
    let width = hypot(deviation, Self.c)
    let t = mean / width
    let density = normalDensity(t)
    sign = erf(t * 0.707106781186547524400844)
    absolute = mean * sign + 2 * width * density
    let distribution = normalDistribution(t)
    let moment = mean * mean + width * width
    rampSquare = 4 * ((moment - Self.c * Self.c) * distribution + mean * width * density)
    rampSquareError =
      Double.ulpOfOne * 4
      * (moment * (8 * distribution + 4 * abs(t) * density) + abs(mean) * width * (8 + 4 * t * t) * density)
  }
}

/// The trapezoid sums, with the sum of what each term may have lost in rounding (in units in the last place).
private struct Sums {
  var count = 0
  /// The step times the Gaussian's normalisation.
  var scale = 1.0
  var rate = 0.0
  var gain = 0.0
  var second = 0.0
  var third = 0.0
  var square = 0.0
  var logCosh = 0.0
  var softplusSquare = 0.0
  var rateRounding = 0.0
  var gainRounding = 0.0
  var squareRounding = 0.0
  var logCoshRounding = 0.0
  var softplusSquareRounding = 0.0

  /// Δ ≤ ½, in z: every function directly.
  mutating func addNarrow(mean: Double, deviation: Double) {
    let step = 0.3125
    scale = step * 0.398942280401432677939946
    for k in -36...36 {
      let z = step * Double(k)
      let x = mean + deviation * z
      let weight = exp(-z * z / 2)
      let (t, s) = hyperbolic(x)
      add(weight, loss: 6 + z * z / 2, x: x, t: t, s: s)
      rate += weight * t
      rateRounding += weight * (abs(t) * (6 + z * z / 2) + 2 * abs(x) * s)
      square += weight * t * t
      squareRounding += weight * abs(t) * (abs(t) * (8 + z * z / 2) + 4 * abs(x) * s)
      let logarithm = log1p(exp(-2 * abs(x)))
      let ramp = 2 * max(x, 0) + logarithm
      logCosh += weight * (abs(x) + logarithm)
      logCoshRounding += weight * ((abs(x) + logarithm) * (6 + z * z / 2) + abs(x))
      softplusSquare += weight * ramp * ramp
      softplusSquareRounding += weight * ramp * (ramp * (8 + z * z / 2) + 4 * abs(x))
    }
  }

  /// Δ > ½, in x, outwards from the mode until the rest is below a unit in the last place.
  mutating func addWide(mean: Double, deviation: Double) {
    let step = 0.15625
    scale = step / deviation * 0.398942280401432677939946
    let start = (HyperbolicAverages.mode(mean: mean, deviation: deviation) / step).rounded()
    addRun(from: start, by: 1, step: step, mean: mean, deviation: deviation)
    addRun(from: start - 1, by: -1, step: step, mean: mean, deviation: deviation)
  }

  private mutating func addRun(
    from start: Double, by direction: Double, step: Double, mean: Double, deviation: Double
  ) {
    var k = start
    var previous = 0.0
    // Under 1e4 terms always: sech² itself underflows 360 away from its mode.
    for _ in 0..<10_000 {
      let x = step * k
      let z = (x - mean) / deviation
      let weight = exp(-z * z / 2)
      let (t, s) = hyperbolic(x)
      let term = weight * s
      add(weight, loss: 6 + z * z, x: x, t: t, s: s)
      // What is left of tanh, |x| and the ramp when their smoothed versions are taken away.
      let remainder = Remainders(x: x)
      let loss = 8 + z * z + 4 * abs(x)
      rate += weight * remainder.sign
      rateRounding += weight * abs(remainder.sign) * loss
      logCosh += weight * remainder.absolute
      logCoshRounding += weight * (abs(remainder.absolute) * loss)
      softplusSquare += weight * remainder.rampSquare
      softplusSquareRounding += weight * remainder.rampSquareSize * loss
      // Ratios of successive terms only fall (log-concavity): a falling term of 1e-20 with ratio < 0.9 ends it.
      if term <= previous * 0.95 && term * (1 + x * x) <= 1e-20 * gain { break }
      if term == 0 && previous == 0 && gain > 0 { break }
      if term == 0 && gain == 0 { break }
      previous = term
      k += direction
    }
  }

  private mutating func add(_ weight: Double, loss: Double, x: Double, t: Double, s: Double) {
    count += 1
    let term = weight * s
    gain += term
    second += term * t
    third += term * (1 - 3 * t * t)
    gainRounding += term * (loss + 4 * abs(x))
  }
}

/// (tanh x, sech²x), neither losing digits.
@inline(__always) func hyperbolic(_ x: Double) -> (t: Double, s: Double) {
  let a = exp(-2 * abs(x))
  let t = abs(x) < 0.3 ? tanh(x) : (x < 0 ? -1 : 1) * (1 - a) / (1 + a)
  return (t, 4 * a / ((1 + a) * (1 + a)))
}

/// Functions minus their smoothed versions of `SmoothedStep`, without cancellation in the tails.
struct Remainders {
  let sign, absolute, rampSquare, rampSquareSize: Double

  init(x: Double) {
    let size = abs(x)
    let a = exp(-2 * size)
    let outer = erfc(SmoothedStep.b * size)
    let positive = outer - 2 * a / (1 + a)
    sign = x < 0 ? -positive : positive
    // |x| + log(1 + a) - (|x| erf + 2cψ) = log(1 + a) + |x| erfc - 2cψ.
    let bump = 2 * SmoothedStep.c * normalDensity(x / SmoothedStep.c)
    let logarithm = log1p(a)
    absolute = logarithm + size * outer - bump
    // (2 max(x,0) + log(1 + a))² - [4x²Ψ + 2x·bump]: with Ψ = 1 - outer/2 on the right, outer/2 on the left.
    let cross = x > 0 ? 4 * x * logarithm : 0
    let tail = (x > 0 ? 2 : -2) * x * x * outer
    rampSquare = cross + logarithm * logarithm + tail - 2 * x * bump
    rampSquareSize = abs(cross) + logarithm * logarithm + abs(tail) + abs(2 * x * bump)
  }
}
