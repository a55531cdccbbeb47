// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// The fluctuations that a random bulk feeds on itself, at a constant κ: the dynamic mean-field theory of chaos.
///
/// The bulk's input to a unit is Gaussian, with an autocovariance D(t) between D(0) = D₀ and D(∞) = D∞, the part that
/// stands still (Sompolinsky, Crisanti & Sommers 1988; Mastrogiuseppe & Ostojic 2018):
///
///     d²D/dt² = D - g² C(D)        C(D) = Σ_p α_p ∫Dz ⟨φ⟩²(μ_p + z √(s_p + D), D₀ - D)
///
/// s_p + D is the covariance of a unit's argument at two times. This is a particle in a potential; a decaying D needs
///
///     g² C(D∞) = D∞          ∫ from D∞ to D₀ of (g² C(D) - D) dD = 0          D∞ < D₀
///
/// (with Φ' = φ the integral is g²(⟨Φ²⟩ - ⟨Φ Φ∞⟩) - ½(D₀² - D∞²)). C is a power series in D + s_p without negative
/// coefficients, so that g²C(D) - D is convex: D∞ is its first zero. D₀ is bracketed between 0, where the integral is not
/// negative, and the stationary V, where it is negative exactly when that state is unstable, g²⟨φ'²⟩ > 1. In rate form D
/// obeys the same equation.
struct TwoTimeTheory {
  let bulk: BulkCircuit
  let arguments: [BulkCircuit.Drive]
  private let gain: Gain
  private let g2: Double

  /// Fluctuations at κ.
  init(_ bulk: BulkCircuit, arguments: [BulkCircuit.Drive]) {
    self.bulk = bulk
    self.arguments = arguments
    gain = Gain(bulk.transfer)
    g2 = bulk.strength * bulk.strength
  }

  /// D₀ and D∞.
  struct Fluctuations {
    let variance, still: Double
  }

  /// The chaotic solution below a stationary variance V, `nil` where that state is stable and there is none.
  func fluctuations(below stationary: Double) throws(LinearAlgebraError) -> Fluctuations? {
    guard stationary > 0, g2 * bulk.squares(arguments, variance: stationary).slopeSquare > 1 else {
      return nil
    }
    func area(_ variance: Double) -> Double { balance(variance).area }
    // From below, down to where the integral is positive; it is at D₀ → 0 whenever g²⟨φ'²⟩ > 1 there or C(0) > 0.
    var low = stationary / 2
    var high = stationary
    // Right at the onset of chaos D₀ and V agree to rounding.
    guard area(high) < 0 else { return nil }
    var steps = 0
    while area(low) <= 0 {
      high = low
      low /= 2
      steps += 1
      if steps > 200 { return nil }
    }
    let variance = try bracketedRoot(between: low, and: high, tolerance: 0, of: area)
    return Fluctuations(variance: variance, still: balance(variance).still)
  }

  /// The integral of g²C - D from D∞ to D₀, in units of D₀², and D∞.
  private func balance(_ total: Double) -> (area: Double, still: Double) {
    func force(_ d: Double) -> Double { g2 * correlation(d, total, slope: false) - d }
    func stiffness(_ d: Double) -> Double { g2 * correlation(d, total, slope: true) - 1 }
    // Where the convex force is least.
    var lowest = 0.0
    if stiffness(0) < 0 {
      if stiffness(total) <= 0 {
        lowest = total
      } else {
        var (a, b) = (0.0, total)
        for _ in 0..<60 {
          let middle = (a + b) / 2
          if stiffness(middle) < 0 { a = middle } else { b = middle }
        }
        lowest = (a + b) / 2
      }
    }
    var still = lowest
    if force(lowest) < 0, lowest > 0 {
      if force(0) <= 0 {
        still = 0
      } else if let root = try? bracketedRoot(
        between: 0, and: lowest, tolerance: 0, of: force)
      {
        still = root
      }
    }
    var sum = 0.0
    // D = D₀ - (D₀ - D∞)u²: at large Δ, C ends at D₀ almost like a square root.
    for (u, weight) in Self.nodes { sum += 2 * u * weight * force(total - (total - still) * u * u) }
    return (sum * (total - still) / (total * total), still)
  }

  /// Σα⟨φ(x)φ(y)⟩, or of φ' with `slope`, for x and y of variance s + `total` and covariance s + `d`.
  ///
  /// The outer average by the trapezoid rule, which converges geometrically; the inner by the tables of φ. The step is
  /// finer than the narrowest feature, which at d = total is φ's own.
  func correlation(_ d: Double, _ total: Double, slope: Bool) -> Double {
    var result = 0.0
    for argument in arguments {
      let common = (argument.variance + max(d, 0)).squareRoot()
      let rest = max(total - d, 0)
      // In z, a feature of width ~√(1 + rest) in x is √(1 + rest)/common wide.
      let step = min(0.3, 0.2 * (1 + rest).squareRoot() / max(common, 1e-300))
      let count = min(Int((9 / step).rounded(.up)), 4000)
      let h = 9.0 / Double(count)
      var sum = 0.0
      for i in -count...count {
        let z = h * Double(i)
        let average = gain.rateAndGain(mean: argument.mean + common * z, variance: rest)
        let value = slope ? average.gain : average.rate
        sum += value * value * exp(-z * z / 2)
      }
      result += argument.share * sum * h * 0.398942280401432677939946
    }
    return result
  }

  /// Gauss–Legendre nodes and weights on [0, 1].
  private static let nodes = GaussLegendre.rule(32)
}
