// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The averages of every transfer function with bounds that are proved: closed forms, and the trapezoid rule elsewhere.
///
/// tanh is computed as itself; logistic and softplus follow from it:
///
///     logistic(x) = ½(1 + tanh(x/2))        softplus(x) = x/2 + log(2 cosh(x/2))
struct CertifiedAverages {
  let values: Averages<Estimate>
  let evaluations: Int
  let isClosedForm: Bool

  /// The averages at (μ, Δ); Δ ≥ 0, both finite.
  init(_ transfer: TransferFunction, mean: Double, deviation: Double) {
    if let closed = ClosedForm.averages(transfer, mean: mean, deviation: deviation) {
      values = closed
      evaluations = 0
      isClosedForm = true
      return
    }
    isClosedForm = false
    let halved = transfer != .tanh
    let (mu, delta) = halved ? (mean / 2, deviation / 2) : (mean, deviation)
    let h = HyperbolicAverages(mean: mu, deviation: delta)
    let tails = HyperbolicTails(mean: mu, deviation: delta)
    evaluations = h.evaluations
    switch transfer {
    case .tanh:
      values = Averages(
        rate: mu == 0 ? Estimate(value: 0, error: 0) : h.rate.orWherePoor(tails.rate), gain: h.gain,
        gain2: h.gain2, gain3: h.gain3,
        square: h.square)
    case .logistic:
      // logistic² = logistic - logistic'.
      let rate = Estimate.combination(0.5, (0.5, h.rate)).orWherePoor(tails.lower)
      values = Averages(
        rate: rate, gain: .combination(0, (0.25, h.gain)), gain2: .combination(0, (0.125, h.gain2)),
        gain3: .combination(0, (0.0625, h.gain3)),
        square: .combination(0, (1, rate), (-0.25, h.gain)).orWherePoor(tails.lowerSquare))
    default:
      values = Averages(
        rate: .combination(mean / 2, (1, h.logCosh)).orWherePoor(tails.ramp),
        gain: .combination(0.5, (0.5, h.rate)).orWherePoor(tails.lower),
        gain2: .combination(0, (0.25, h.gain)), gain3: .combination(0, (0.125, h.gain2)),
        square: h.softplusSquare.orWherePoor(tails.rampSquare))
    }
  }
}

extension Estimate {
  /// constant + Σ factorᵢ estimateᵢ, the errors added and rounding included.
  static func combination(_ constant: Double, _ terms: (factor: Double, estimate: Estimate)...) -> Estimate {
    var (value, error, size) = (constant, 0.0, abs(constant))
    for term in terms {
      value += term.factor * term.estimate.value
      error += abs(term.factor) * term.estimate.error
      size += abs(term.factor * term.estimate.value)
    }
    return Estimate(
      value: value, error: error + (constant == 0 && terms.count == 1 ? 0 : 2 * .ulpOfOne * size))
  }
}
