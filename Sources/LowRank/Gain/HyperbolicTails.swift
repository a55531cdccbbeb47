// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Gaussian averages with relative digits where `HyperbolicAverages` has absolute ones: tanh near μ = 0, and functions
/// that vanish on the left where the Gaussian lies far on the left.
///
/// In tanh's units, with a = e^(-2|x|) and σ(2x) = (1 + tanh x)/2:
///
///     lower        σ(2x)            logistic(2x)
///     ramp         log(1 + e^(2x))  softplus(2x)
///     lowerSquare, rampSquare       their squares
///     slopeSquare  sech⁴x           tanh'²
///
/// Sums are those of `HyperbolicAverages`, with the same steps and the same strip, but all terms have one sign or nearly
/// so, and they start where σ^(p/2)(1 - σ) times the Gaussian is largest, p being how steeply the function falls on the
/// left: e^(px). Wide Gaussians need a smooth part with a closed form, as there, but a narrower one: a step that is
/// smeared by a noise of deviation c has on the left an average at most e^(p²c²/2) times that of e^(px), so that with
/// c = 0.4 what cancels is at most a digit.
struct HyperbolicTails {
  private static let ulp = Double.ulpOfOne
  private static let c = 0.4
  let mean, deviation: Double

  /// ⟨tanh⟩ by pairs of nodes, in which only μ's sign is left: for |μ| below Δ.
  var rate: Estimate {
    let (size, isNegative) = (abs(mean), mean < 0)
    var (sum, lost) = (0.0, 0.0)
    let scale: Double
    var smooth = 0.0
    if deviation <= 0.5 {
      let step = 0.3125
      scale = step * 0.398942280401432677939946
      sum = hyperbolicTangent(size)
      for k in 1...36 {
        let z = step * Double(k)
        let (right, left) = (size + deviation * z, size - deviation * z)
        // tanh(μ + Δz) + tanh(μ - Δz).
        let term = exp(-z * z / 2) * sinh(2 * size) / (cosh(right) * cosh(left))
        sum += term
        lost += term * (z * z + 2 * abs(left))
      }
    } else {
      let step = 0.15625
      let variance = deviation * deviation
      scale = step / deviation * 0.398942280401432677939946
      for k in 1...10_000 {
        let x = step * Double(k)
        let weight = 2 * exp(-(x * x + size * size) / (2 * variance)) * sinh(x * size / variance)
        let rest = 2 * Self.stepRemainder(x)
        sum += weight * rest
        lost += weight * abs(rest) * (x * x / variance + 8)
        if weight == 0 || exp(-2 * x) <= 1e-20 { break }
      }
      smooth = errorFunction(size / hypot(deviation, Self.c) * 0.707106781186547524400844)
    }
    let value = sum * scale + smooth
    return Estimate(
      value: isNegative ? -value : value, error: Self.ulp * ((lost + 16 * abs(sum)) * scale + 8 * smooth))
  }

  /// ⟨σ(2x)⟩.
  var lower: Estimate {
    average(
      steepness: 2, of: { x, a in (x < 0 ? a : 1) / (1 + a) },
      remainder: { x, _ in
        x < 0 ? -Self.stepRemainder(-x) : Self.stepRemainder(x)
      }, smooth: { t, _ in normalDistribution(t) })
  }

  /// ⟨log(1 + e^(2x))⟩.
  var ramp: Estimate {
    average(
      steepness: 2, of: { x, a in 2 * max(x, 0) + log1p(a) },
      remainder: { x, a in
        log1p(a) - 2 * Self.c * NormalRamp(-abs(x) / Self.c).first
      }, smooth: { t, width in 2 * width * NormalRamp(t).first })
  }

  /// ⟨σ(2x)²⟩.
  var lowerSquare: Estimate {
    average(
      steepness: 4, of: { x, a in (x < 0 ? a * a : 1) / ((1 + a) * (1 + a)) },
      remainder: { x, a in
        let outer = normalDistribution(-abs(x) / Self.c)
        let s = 1 / (1 + a)
        return x < 0 ? a * a * s * s - outer : outer - a * s * (1 + s)
      }, smooth: { t, _ in normalDistribution(t) })
  }

  /// ⟨log(1 + e^(2x))²⟩.
  var rampSquare: Estimate {
    average(
      steepness: 4,
      of: { x, a in
        let value = 2 * max(x, 0) + log1p(a)
        return value * value
      },
      remainder: { x, a in
        let (logarithm, y) = (log1p(a), -abs(x) / Self.c)
        let outer = 4 * Self.c * Self.c * (NormalRamp(y).second - normalDistribution(y))
        return x < 0 ? logarithm * logarithm - outer : 4 * x * logarithm + logarithm * logarithm + outer
      },
      smooth: { t, width in
        4 * (width * width * NormalRamp(t).second - Self.c * Self.c * normalDistribution(t))
      })
  }

  /// ⟨sech⁴x⟩, the same at μ and -μ.
  var slopeSquare: Estimate {
    let left = HyperbolicTails(mean: -abs(mean), deviation: deviation)
    func value(_ x: Double, _ a: Double) -> Double {
      let s = 4 * a / ((1 + a) * (1 + a))
      return s * s
    }
    return left.average(steepness: 4, of: value, remainder: value, smooth: { _, _ in 0 })
  }

  /// Ψ(-x/c) - (1 - σ(2x)) for x ≥ 0: what σ(2x) has beyond the smeared step.
  private static func stepRemainder(_ x: Double) -> Double {
    let a = exp(-2 * x)
    return normalDistribution(-x / c) - a / (1 + a)
  }

  /// An average of a function of (x, e^(-2|x|)) that falls like e^(px) on the left.
  ///
  /// - Parameters:
  ///   - remainder: the function less its smooth part.
  ///   - smooth: the smooth part's average, of (μ/width, width), width² = Δ² + c².
  private func average(
    steepness: Double, of function: (Double, Double) -> Double, remainder: (Double, Double) -> Double,
    smooth: (Double, Double) -> Double
  ) -> Estimate {
    var (sum, size, lost) = (0.0, 0.0, 0.0)
    if deviation <= 0.5 {
      let step = 0.3125
      for k in -36...36 {
        let z = step * Double(k)
        let x = mean + deviation * z
        let term = exp(-z * z / 2) * function(x, exp(-2 * abs(x)))
        sum += term
        lost += abs(term) * (16 + z * z + 2 * steepness * abs(x))
      }
      let scale = step * 0.398942280401432677939946
      return Estimate(value: sum * scale, error: (Self.ulp * lost + 1e-17 * sum) * scale)
    }
    let step = 0.15625
    let start = (mode(steepness: steepness) / step).rounded()
    for (first, direction) in [(start, 1.0), (start - 1, -1.0)] {
      var (k, previous) = (first, 0.0)
      for _ in 0..<10_000 {
        let x = step * k
        let (z, a) = ((x - mean) / deviation, exp(-2 * abs(x)))
        let weight = exp(-z * z / 2)
        let s = 1 / (1 + a)
        // σ^(p/2) (1 - σ): log-concave, like the Gaussian.
        let left = x < 0 ? a * s : s
        let envelope = weight * (steepness == 4 ? left * left : left) * (x < 0 ? s : a * s)
        let term = weight * remainder(x, a)
        sum += term
        lost += abs(term) * (16 + z * z)
        size += envelope
        if envelope <= 0.95 * previous && envelope * (1 + x * x) <= 1e-20 * size { break }
        if envelope == 0 { break }
        previous = envelope
        k += direction
      }
    }
    let scale = step / deviation * 0.398942280401432677939946
    let width = hypot(deviation, Self.c)
    let t = mean / width
    let closed = smooth(t, width)
    return Estimate(
      value: sum * scale + closed,
      error: (Self.ulp * lost + 1e-17 * size) * scale + Self.ulp * (64 + 4 * t * t) * abs(closed))
  }

  /// Where σ^(p/2)(1 - σ) times the Gaussian is largest: the root of p - (p + 2)σ(2x) = (x - μ)/Δ².
  private func mode(steepness p: Double) -> Double {
    let variance = deviation * deviation
    var (low, high) = (mean - 2 * variance, mean + p * variance)
    for _ in 0..<200 where high - low > 0.05 {
      let x = (low + high) / 2
      let slope = p - (p + 2) / (1 + exp(-2 * x)) - (x - mean) / variance
      if slope > 0 { low = x } else { high = x }
    }
    return (low + high) / 2
  }
}

/// R₁(t) = ∫ max(t - s, 0) ψ(s) ds = tΨ + ψ and R₂(t) = ∫ max(t - s, 0)² ψ(s) ds = (t² + 1)Ψ + tψ, with all digits.
///
/// For t < -2 the terms cancel. With x = -t/√2, R₁ = ierfc(x)/√2 and R₂ = 2 i²erfc(x), the repeated integrals of erfc,
/// which are the minimal solution of their recurrence: the ratios rₙ = iⁿ/iⁿ⁻¹ from above, rₙ₋₁ = 1/(2x + 2n rₙ)
/// (Gautschi 1961).
struct NormalRamp {
  let first, second: Double

  init(_ t: Double) {
    let distribution = normalDistribution(t)
    guard t < -2 else {
      let density = normalDensity(t)
      first = t * distribution + density
      second = (t * t + 1) * distribution + t * density
      return
    }
    let x = -t * 0.707106781186547524400844
    // 2x√(2n) ≥ 40 leaves e^-40 of what was not known of the first ratio where n is well beyond x², as 30 more make it.
    let count = 30 + Int((200 / (x * x)).rounded(.up))
    var ratio = 1 / (x + (x * x + 2 * Double(count)).squareRoot())
    var second = 0.0
    for n in stride(from: count, through: 2, by: -1) {
      second = ratio
      ratio = 1 / (2 * (x + Double(n) * ratio))
    }
    // ratio is r₁, second r₂; Ψ = erfc(x)/2.
    first = 1.41421356237309504880169 * ratio * distribution
    self.second = 4 * second * ratio * distribution
  }
}

extension Estimate {
  /// This value, or where it has lost relative digits another one of the same that has lost fewer.
  func orWherePoor(_ other: @autoclosure () -> Estimate) -> Estimate {
    if relativeError <= 1e-13 { return self }
    let second = other()
    return second.error < error ? second : self
  }
}
