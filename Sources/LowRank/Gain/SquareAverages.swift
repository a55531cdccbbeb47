// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// What a random bulk needs of φ: ⟨φ²⟩ and ⟨φ'²⟩, and how ⟨φ²⟩ changes with μ and Δ².
///
///     ∂⟨φ²⟩/∂μ = 2⟨φφ'⟩      ∂⟨φ²⟩/∂Δ² = ⟨φ'² + φφ''⟩      (one and two integrations by parts)
///
/// All follow from averages that have certified rules, because φ's own derivatives say what its squares are:
///
///     tanh      φ² = 1 - φ'      φ'² = (4φ' - φ''')/6
///     logistic  φ² = φ - φ'      φ'² = (φ' - φ''')/6
///     softplus  φ'² = φ' - φ''
///     erf       ⟨φ'²⟩ = (4/π)(1 + 4Δ²)^(-½) e^(-2μ²/(1 + 4Δ²)); e^(-x²) times the Gaussian is a narrower Gaussian
///     ReLU      ⟨φ'²⟩ = ⟨φ'⟩      2⟨φφ'⟩ = 2⟨φ⟩      ⟨φ'² + φφ''⟩ = ⟨φ'⟩
public struct SquareAverages: Sendable, Hashable {
  /// ⟨φ²⟩, with a bound on its error.
  public let square: Estimate
  /// ⟨φ'²⟩, with a bound on its error.
  public let slopeSquare: Estimate
  /// ∂⟨φ²⟩/∂μ.
  public let squareByMean: Double
  /// ∂⟨φ²⟩/∂Δ².
  public let squareByVariance: Double

  /// The averages of `transfer` at mean μ and variance Δ².
  ///
  /// - Precondition: both are finite; a negative variance counts as zero.
  public init(_ transfer: TransferFunction, mean: Double, variance: Double) {
    precondition(mean.isFinite && variance.isFinite, "a Gaussian has a finite mean and variance")
    let variance = max(variance, 0)
    let values = CertifiedAverages(transfer, mean: mean, deviation: variance.squareRoot()).values
    square = values.square
    let deviation = variance.squareRoot()
    switch transfer {
    case .tanh:
      slopeSquare = Estimate.combination(0, (4.0 / 6, values.gain), (-1.0 / 6, values.gain3))
        .orWherePoor(HyperbolicTails(mean: mean, deviation: deviation).slopeSquare)
      squareByMean = -values.gain2.value
      squareByVariance = -values.gain3.value / 2
    case .logistic:
      slopeSquare = Estimate.combination(0, (1.0 / 6, values.gain), (-1.0 / 6, values.gain3)).orWherePoor(
        .combination(0, (1.0 / 16, HyperbolicTails(mean: mean / 2, deviation: deviation / 2).slopeSquare)))
      squareByMean = values.gain.value - values.gain2.value
      squareByVariance = (values.gain2.value - values.gain3.value) / 2
    case .erf:
      let wide = 1 + 4 * variance
      let slope = 1.27323954473516268615 / wide.squareRoot() * gaussian(mean * (2 / wide).squareRoot())
      slopeSquare = Estimate(
        value: slope, error: (8 * mean * mean / wide + 8) * .ulpOfOne * slope)
      let s = 1 + 2 * variance
      let inner = ClosedForm.averages(.erf, mean: mean / s, deviation: (variance / s).squareRoot())
      let (rate, gain) = (inner?.rate.value ?? .nan, inner?.gain.value ?? .nan)
      squareByMean = 2 * values.gain.value * rate
      squareByVariance = values.gain2.value * rate + values.gain.value * gain / s
    case .relu:
      slopeSquare = values.gain
      squareByMean = 2 * values.rate.value
      squareByVariance = values.gain.value
    case .linear:
      slopeSquare = Estimate(value: 1, error: 0)
      squareByMean = 2 * mean
      squareByVariance = 1
    case .softplus:
      slopeSquare = Estimate.combination(0, (1, values.gain), (-1, values.gain2))
        .orWherePoor(HyperbolicTails(mean: mean / 2, deviation: deviation / 2).lowerSquare)
      // No formula: differences of the certified ⟨φ²⟩, whose error is of the sixth order in the step.
      func square(_ mean: Double, _ variance: Double) -> Double {
        CertifiedAverages(transfer, mean: mean, deviation: variance.squareRoot()).values.square.value
      }
      let step = 0.02
      func slope(_ value: (Double) -> Double) -> Double {
        (45 * (value(step) - value(-step)) - 9 * (value(2 * step) - value(-2 * step))
          + value(3 * step) - value(-3 * step)) / (60 * step)
      }
      squareByMean = slope { square(mean + $0, variance) }
      // ½ ∂²/∂μ² instead of ∂/∂Δ², which has no room below zero; the third pair of differences of second order.
      func even(_ h: Double) -> Double { square(mean + h, variance) + square(mean - h, variance) }
      let second =
        (270 * even(step) - 27 * even(2 * step) + 2 * even(3 * step) - 490 * values.square.value)
        / (180 * step * step)
      squareByVariance = second / 2
    }
  }
}
