// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// ⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩, ⟨φ'''⟩ and ⟨φ²⟩ at one (μ, Δ), with bounds on their errors.
public struct GainAverages: Sendable, Hashable {
  /// μ.
  public let mean: Double
  /// Δ.
  public let deviation: Double
  /// ⟨φ⟩.
  public let rate: Estimate
  /// ⟨φ'⟩.
  public let gain: Estimate
  /// ⟨φ''⟩.
  public let gain2: Estimate
  /// ⟨φ'''⟩.
  public let gain3: Estimate
  /// ⟨φ²⟩.
  public let square: Estimate
  /// How often the rule evaluated its integrands, all five averages together; zero for closed forms and the table.
  public let evaluations: Int
  /// The rule that was used; never `automatic`.
  public let rule: QuadratureRule
}

/// Gaussian averages of one transfer function by a chosen rule.
///
/// The error of every estimate holds whatever the rule: it is |value - certified value| plus the certified value's own
/// bound, where the certified value is a closed form or the trapezoid rule with a bound that is proved beforehand
/// (`HyperbolicAverages`). The error that GSL reports is not used, because it has been seen to be zero for a value
/// that was wrong in every digit.
public struct GainIntegrals: ~Copyable {
  /// φ.
  public let transfer: TransferFunction
  /// The rule asked for.
  public let rule: QuadratureRule
  private var quadrature: AdaptiveQuadrature
  private let fast: Gain

  /// The largest |μ| and Δ that are accepted: beyond, squares overflow.
  public static let largestArgument = 1e100

  /// Prepares a rule for a transfer function.
  ///
  /// - Throws: `QuadratureError` when GSL has no memory for its workspaces.
  public init(_ transfer: TransferFunction, rule: QuadratureRule = .automatic) throws(QuadratureError) {
    self.transfer = transfer
    self.rule = rule
    quadrature = try AdaptiveQuadrature()
    fast = Gain(transfer)
  }

  /// All five averages at (μ, Δ).
  ///
  /// - Throws: `QuadratureError` for arguments that are not finite, negative deviations, a closed form that does not
  ///   exist, and integrals that GSL refuses.
  public mutating func averages(mean: Double, deviation: Double) throws(QuadratureError) -> GainAverages {
    let certified = try certified(mean: mean, deviation: deviation)
    var evaluations = 0
    let rule = self.rule(for: certified, deviation: deviation)
    func value(_ average: GaussianAverage) throws(QuadratureError) -> Estimate {
      try estimate(average, certified, rule, mean, deviation, &evaluations)
    }
    let rate = try value(.rate)
    let gain = try value(.gain)
    let gain2 = try value(.gain2)
    let gain3 = try value(.gain3)
    let square = try value(.square)
    return GainAverages(
      mean: mean, deviation: deviation, rate: rate, gain: gain, gain2: gain2, gain3: gain3, square: square,
      evaluations: evaluations, rule: rule)
  }

  /// One average alone at (μ, Δ).
  ///
  /// - Throws: `QuadratureError` as `averages(mean:deviation:)` does.
  public mutating func estimate(
    of average: GaussianAverage, mean: Double, deviation: Double
  ) throws(QuadratureError) -> Estimate {
    let certified = try certified(mean: mean, deviation: deviation)
    var evaluations = 0
    return try estimate(
      average, certified, rule(for: certified, deviation: deviation), mean, deviation, &evaluations)
  }

  private func certified(mean: Double, deviation: Double) throws(QuadratureError) -> CertifiedAverages {
    guard abs(mean) <= Self.largestArgument else {
      throw QuadratureError(
        quantity: "mean", expected: "a number of size at most \(Self.largestArgument)", found: "\(mean)")
    }
    guard deviation >= 0, deviation <= Self.largestArgument else {
      throw QuadratureError(
        quantity: "deviation", expected: "a number from 0 to \(Self.largestArgument)", found: "\(deviation)")
    }
    let certified = CertifiedAverages(transfer, mean: mean, deviation: deviation)
    if rule == .closedForm && !certified.isClosedForm {
      throw QuadratureError(quantity: "closed form", expected: "erf, relu or linear", found: "\(transfer)")
    }
    return certified
  }

  /// The rule that is really used. At Δ = 0 there is nothing to integrate: the average is the function itself.
  private func rule(for certified: CertifiedAverages, deviation: Double) -> QuadratureRule {
    switch rule {
    case .automatic: certified.isClosedForm || deviation < Self.smallestDeviation ? .closedForm : .qag
    default: rule
    }
  }

  /// An average at Δ = 0, the function itself, with all its digits where φ or φ' is small.
  private func atPoint(_ average: GaussianAverage, _ mean: Double) -> Double {
    switch average {
    case .rate: transfer.value(mean)
    case .gain: transfer.derivative(mean)
    case .gain2: transfer.secondDerivative(mean)
    case .gain3: transfer.thirdDerivative(mean)
    case .square: transfer.value(mean) * transfer.value(mean)
    }
  }

  /// Below this deviation Gaussian averages equal the function to the last bit, and 1/Δ² overflows.
  private static let smallestDeviation = 1e-100

  private mutating func estimate(
    _ average: GaussianAverage, _ certified: CertifiedAverages, _ rule: QuadratureRule, _ mean: Double,
    _ deviation: Double, _ evaluations: inout Int
  ) throws(QuadratureError) -> Estimate {
    let reference = certified.values[average]
    let value: Double
    switch rule {
    case .closedForm where certified.isClosedForm: return reference
    case .closedForm: value = atPoint(average, mean)
    case .trapezoid where !certified.isClosedForm:
      if average == .rate { evaluations += certified.evaluations }
      return reference
    case .table:
      let all = fast.derivatives(mean: mean, variance: deviation * deviation)
      value =
        Averages(rate: all.rate, gain: all.gain, gain2: all.gain2, gain3: all.gain3, square: all.square)[
          average]
    default:
      guard deviation >= Self.smallestDeviation else {
        value = certified.isClosedForm ? reference.value : atPoint(average, mean)
        break
      }
      let integrand = GaussianIntegrand(average, of: transfer, mean: mean, deviation: deviation)
      // Absolute where the average is zero by symmetry; never zero, which CQUAD would pursue for minutes.
      let tolerance = max(2e-15 * abs(reference.value), reference.error / 8, 2e-16 * integrand.size, 1e-290)
      let result =
        switch rule {
        case .qagi: try quadrature.qagi(integrand, absoluteTolerance: tolerance)
        case .cquad: try quadrature.cquad(integrand, absoluteTolerance: tolerance)
        case .trapezoid: quadrature.trapezoid(integrand)
        case .hermite(let count): try quadrature.hermite(integrand, count: count)
        default: try quadrature.qag(integrand, absoluteTolerance: tolerance)
        }
      evaluations += result.evaluations
      value = result.value
      // QAG's digits end far in a tail, where its tolerance is absolute.
      if self.rule == .automatic, abs(value - reference.value) > 1e-13 * abs(reference.value) {
        return reference
      }
    }
    return Estimate(
      value: value, error: abs(value - reference.value).nextUp + reference.error)
  }
}
