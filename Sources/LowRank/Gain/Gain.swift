// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// The Gaussian averages of a transfer function, evaluated fast enough for the inner loop of a simulation.
///
/// erf, ReLU and the identity by their closed forms; tanh from tables, and logistic and softplus from tanh's. The
/// tables are built once in a process, when first needed, and are shared by all threads. Their errors
/// (`TableCertificate`): ⟨tanh'⟩ at μ = 0 is right to 1e-14 of its value; otherwise ⟨tanh⟩ to 1e-13, and the
/// derivatives to 1e-13 of ⟨tanh'⟩'s value at μ = 0, the same Δ. `GainIntegrals` gives values with bounds.
public struct Gain: Sendable, Hashable {
  /// φ.
  public let transfer: TransferFunction
  private let path: KernelPath

  /// The averages of `transfer`, by the fastest instructions this machine has, or those of `path`.
  public init(_ transfer: TransferFunction, path: KernelPath? = nil) {
    self.transfer = transfer
    self.path = path ?? kappa_path_best()
  }

  /// ⟨φ⟩ and ⟨φ'⟩ at mean μ and variance Δ². A negative variance counts as zero; NaN gives NaN.
  public func rateAndGain(mean: Double, variance: Double) -> (rate: Double, gain: Double) {
    switch transfer {
    case .tanh:
      // 0, or NaN when the variance is.
      if mean == 0 { return (variance.isNaN ? .nan : 0, ZeroMeanTable.shared.gain(variance: variance)) }
      return tanh(mean: mean, variance: variance, scale: 1)
    case .logistic:
      let (rate, gain) = tanh(mean: mean, variance: variance, scale: 0.5)
      return (0.5 + 0.5 * rate, 0.25 * gain)
    case .softplus:
      let (rate, _) = tanh(mean: mean, variance: variance, scale: 0.5)
      return (softplusRate(mean: mean, variance: variance), 0.5 + 0.5 * rate)
    case .erf, .relu, .linear: return closedForm(mean: mean, variance: variance)
    }
  }

  /// ⟨φ⟩ and ⟨φ'⟩ of many (μ, Δ²), element by element; each has the same bits whatever the others are.
  ///
  /// - Precondition: the other arrays hold at least as many elements as `means`.
  public func rateAndGain(
    means: [Double], variances: [Double], rates: inout [Double], gains: inout [Double]
  ) {
    let count = means.count
    precondition(
      variances.count >= count && rates.count >= count && gains.count >= count,
      "Variances, rates and gains need one element for each mean.")
    rateAndGain(count: count, means: means, variances: variances, rates: &rates, gains: &gains)
  }

  /// The same at bare addresses, which inner loops have.
  package func rateAndGain(
    count: Int, means: UnsafePointer<Double>, variances: UnsafePointer<Double>,
    rates: UnsafeMutablePointer<Double>, gains: UnsafeMutablePointer<Double>
  ) {
    guard let form = tableForm else {
      for i in 0..<count { (rates[i], gains[i]) = rateAndGain(mean: means[i], variance: variances[i]) }
      return
    }
    var tables = form.tables
    kappa_gain_rates_and_gains(path, &tables, count, form.scale, means, variances, rates, gains)
    guard transfer != .tanh else { return }
    for i in 0..<count {
      rates[i] = form.rateOffset + form.rateFactor * rates[i]
      gains[i] *= form.gainFactor
    }
  }

  /// ⟨φ⟩ at mean μ and deviation Δ.
  public func rate(mean: Double, deviation: Double) -> Double {
    rateAndGain(mean: mean, variance: deviation * deviation).rate
  }

  /// ⟨φ'⟩ at mean μ and deviation Δ.
  public func gain(mean: Double, deviation: Double) -> Double {
    rateAndGain(mean: mean, variance: deviation * deviation).gain
  }

  /// ⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩, ⟨φ'''⟩ and ⟨φ²⟩ at mean μ and variance Δ². A negative variance counts as zero; NaN gives NaN.
  ///
  /// To 1e-12 of each value: the tables' errors are absolute, and where a value is small beside what they are relative to, the
  /// certified rule gives all of them. What inner loops take (`rateAndGain`, `slopes`) are the tables alone.
  public func derivatives(
    mean: Double, variance: Double
  ) -> (rate: Double, gain: Double, gain2: Double, gain3: Double, square: Double) {
    let (rate, gain, gain2, gain3) = slopes(mean: mean, variance: variance)
    guard mean.isFinite, variance.isFinite else { return (rate, gain, gain2, gain3, .nan) }
    if transfer == .relu {
      // The closed form of the inner loops cancels on the left.
      let all = CertifiedAverages(transfer, mean: mean, deviation: max(variance, 0).squareRoot()).values
      return (all.rate.value, all.gain.value, all.gain2.value, all.gain3.value, all.square.value)
    }
    if let form = tableForm ?? (transfer == .softplus ? Gain(.logistic).tableForm : nil) {
      // ⟨tanh'⟩ at μ = 0 but for a factor of up to 1.5, in φ's place and size.
      let wide = PlaneTable.perVariance * form.scale * form.scale * max(variance, 0)
      let unit = form.gainFactor / (1 + wide).squareRoot()
      let least = min(abs(gain), abs(gain2), abs(gain3))
      if abs(rate) < 0.05 || least < 0.05 * unit || (transfer == .logistic && rate - gain < 0.05) {
        let all = CertifiedAverages(transfer, mean: mean, deviation: max(variance, 0).squareRoot()).values
        return (all.rate.value, all.gain.value, all.gain2.value, all.gain3.value, all.square.value)
      }
    }
    let square =
      switch transfer {
      // 1 - ⟨φ'⟩ has lost its digits where ⟨φ²⟩ is small.
      case .tanh where gain < 0.9: 1 - gain
      case .logistic: rate - gain
      default: certifiedSquare(mean: mean, variance: max(variance, 0))
      }
    return (rate, gain, gain2, gain3, square)
  }

  /// The same without ⟨φ²⟩, which may take a quadrature where the others take a table: what a flow's Jacobian needs.
  public func slopes(
    mean: Double, variance: Double
  ) -> (rate: Double, gain: Double, gain2: Double, gain3: Double) {
    let (rate, gain) = rateAndGain(mean: mean, variance: variance)
    let (gain2, gain3) = curvatures(mean: mean, variance: variance)
    return (rate, gain, gain2, gain3)
  }

  /// ⟨φ''⟩ and ⟨φ'''⟩ alone; NaN where mean or variance is not finite.
  package func curvatures(mean: Double, variance: Double) -> (gain2: Double, gain3: Double) {
    guard mean.isFinite, variance.isFinite else { return (.nan, .nan) }
    let variance = max(variance, 0)
    switch transfer {
    case .tanh: return higher(mean: mean, variance: variance, scale: 1)
    case .logistic:
      let (gain2, gain3) = higher(mean: mean, variance: variance, scale: 0.5)
      return (gain2 / 8, gain3 / 16)
    case .softplus:
      let (_, slope) = tanh(mean: mean, variance: variance, scale: 0.5)
      let (curvature, _) = higher(mean: mean, variance: variance, scale: 0.5)
      return (slope / 4, curvature / 8)
    case .erf, .relu, .linear:
      let values = CertifiedAverages(transfer, mean: mean, deviation: variance.squareRoot()).values
      return (values.gain2.value, values.gain3.value)
    }
  }

  /// The same of many (μ, Δ²), at bare addresses; results may differ from those of one at a time by rounding.
  package func curvatures(
    count: Int, means: UnsafePointer<Double>, variances: UnsafePointer<Double>,
    gains2: UnsafeMutablePointer<Double>, gains3: UnsafeMutablePointer<Double>
  ) {
    guard let form = tableForm else {
      for i in 0..<count { (gains2[i], gains3[i]) = curvatures(mean: means[i], variance: variances[i]) }
      return
    }
    var tables = form.tables
    kappa_gain_curvatures(path, &tables, count, form.scale, means, variances, gains2, gains3)
    guard transfer != .tanh else { return }
    // tanh's own factor is one; each derivative brings another scale.
    let factor = form.gainFactor * form.scale
    for i in 0..<count {
      gains2[i] *= factor
      gains3[i] *= factor * form.scale
    }
  }

  /// ⟨φ²⟩ by the certified rule, for where the tables have no formula for it.
  private func certifiedSquare(mean: Double, variance: Double) -> Double {
    CertifiedAverages(transfer, mean: mean, deviation: variance.squareRoot()).values.square.value
  }

  // MARK: - From the tables

  /// The tables as the kernels want them; building them takes some tens of milliseconds, once. They are never
  /// written again, so that threads may share the pointers.
  private struct Tables: @unchecked Sendable {
    let pointers = kappa_gain_tables(
      zero_mean: ZeroMeanCells.shared.coefficients,
      plane: UnsafeRawPointer(PlaneTable.shared.main).assumingMemoryBound(to: Double.self),
      bends: UnsafeRawPointer(PlaneTable.shared.others).assumingMemoryBound(to: Double.self),
      per_variance: PlaneTable.perVariance, stretch: PlaneTable.stretch,
      m_cells_per_m: Double(PlaneTable.mCells) / PlaneTable.mEnd)
    static let shared = Tables()
  }

  /// A transfer function as tanh in another place and of another size: ⟨φ⟩ = offset + factor ⟨tanh⟩ and ⟨φ'⟩ = factor
  /// ⟨tanh'⟩, both averages at (scale μ, scale² Δ²).
  package struct TableForm {
    package let tables: kappa_gain_tables
    package let scale, rateOffset, rateFactor, gainFactor: Double
  }

  /// Where both averages come from tanh's tables.
  package var tableForm: TableForm? {
    switch transfer {
    case .tanh:
      TableForm(tables: Tables.shared.pointers, scale: 1, rateOffset: 0, rateFactor: 1, gainFactor: 1)
    case .logistic:
      TableForm(
        tables: Tables.shared.pointers, scale: 0.5, rateOffset: 0.5, rateFactor: 0.5, gainFactor: 0.25)
    case .erf, .relu, .softplus, .linear: nil
    }
  }

  /// ⟨tanh⟩, ⟨tanh'⟩ at (scale μ, scale² Δ²).
  private func tanh(mean: Double, variance: Double, scale: Double) -> (rate: Double, gain: Double) {
    var (mean, variance, rate, gain) = (mean, variance, 0.0, 0.0)
    var tables = Tables.shared.pointers
    kappa_gain_rates_and_gains(path, &tables, 1, scale, &mean, &variance, &rate, &gain)
    return (rate, gain)
  }

  /// ⟨tanh''⟩, ⟨tanh'''⟩ at (scale μ, scale² Δ²), both finite.
  private func higher(mean: Double, variance: Double, scale: Double) -> (gain2: Double, gain3: Double) {
    let values = PlaneTable.shared.others(size: abs(scale * mean), variance: scale * scale * variance)
    return (mean < 0 ? -values.gain2 : (mean == 0 ? 0 : values.gain2), values.gain3)
  }

  /// ⟨softplus⟩ = μ/2 + ⟨log 2cosh(x/2)⟩.
  private func softplusRate(mean: Double, variance: Double) -> Double {
    if mean.isNaN || variance.isNaN { return .nan }
    guard mean.isFinite, variance < .infinity else {
      // -∞ and ∞ at once have no average.
      return variance < .infinity ? max(mean, 0) : (mean == -.infinity ? .nan : .infinity)
    }
    let (half, quarter) = (mean / 2, max(variance, 0) / 4)
    let remainder = PlaneTable.shared.others(size: abs(half), variance: quarter).logCosh
    return half + SmoothedStep(mean: half, deviation: quarter.squareRoot()).absolute + remainder
  }

  // MARK: - Closed forms

  /// The formulas of `ClosedForm`, without their error bounds.
  private func closedForm(mean: Double, variance: Double) -> (rate: Double, gain: Double) {
    let variance = variance < 0 ? 0 : variance
    switch transfer {
    case .erf:
      let root = (1 + 2 * variance).squareRoot()
      let u = mean / root
      return (errorFunction(u), 1.12837916709551257389616 / root * gaussian(u))
    case .relu:
      guard variance != 0 else { return (transfer.value(mean), transfer.derivative(mean)) }
      let deviation = variance.squareRoot()
      let t = mean / deviation
      let distribution = normalDistribution(t)
      let rate = mean * distribution + deviation * normalDensity(t)
      // Not max(), which takes 0 for NaN.
      return (rate < 0 ? 0 : rate, distribution)
    default: return (mean + 0 * variance, 1 + 0 * (mean + variance))
    }
  }
}
