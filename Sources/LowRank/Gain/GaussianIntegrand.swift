// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The integrand of one Gaussian average: f(μ + Δz) ψ(z) dz, ψ the normal density.
///
/// For ReLU, whose second derivative is a delta function, derivatives are moved onto the Gaussian (Stein's lemma):
/// ⟨φ''⟩ = ⟨φ' z⟩/Δ and ⟨φ'''⟩ = ⟨φ' (z² - 1)⟩/Δ².
public struct GaussianIntegrand: Sendable, Hashable {
  /// φ.
  public let transfer: TransferFunction
  /// Which of its averages.
  public let average: GaussianAverage
  /// μ.
  public let mean: Double
  /// Δ > 0.
  public let deviation: Double

  /// The integrand of an average of `transfer` at (μ, Δ).
  public init(_ average: GaussianAverage, of transfer: TransferFunction, mean: Double, deviation: Double) {
    precondition(
      mean.isFinite && deviation > 0 && deviation.isFinite,
      "A Gaussian integrand needs a finite mean and a finite positive deviation.")
    self.transfer = transfer
    self.average = average
    self.mean = mean
    self.deviation = deviation
  }

  /// f(μ + Δz) ψ(z).
  func value(z: Double) -> Double { value(x: mean + deviation * z, z: z) * normalDensity(z) }

  /// f(μ + Δz)/√(2π): for rules whose weights hold e^(-z²/2).
  func unweighted(z: Double) -> Double {
    value(x: mean + deviation * z, z: z) * 0.398942280401432677939946
  }

  /// f(x) ψ((x - μ)/Δ)/Δ.
  func value(x: Double) -> Double {
    let z = (x - mean) / deviation
    return value(x: x, z: z) * normalDensity(z) / deviation
  }

  private func value(x: Double, z: Double) -> Double {
    switch average {
    case .rate: return transfer.value(x)
    case .gain: return transfer.derivative(x)
    case .gain2:
      return transfer == .relu ? transfer.derivative(x) * z / deviation : transfer.secondDerivative(x)
    case .gain3:
      return transfer == .relu
        ? transfer.derivative(x) * (z * z - 1) / deviation / deviation : transfer.thirdDerivative(x)
    case .square:
      let value = transfer.value(x)
      return value * value
    }
  }

  /// The size of terms that cancel in the integral: of ReLU's higher derivatives on the Gaussian's side.
  var size: Double {
    switch (transfer, average) {
    case (.relu, .gain2): 1 / deviation
    case (.relu, .gain3): 1 / deviation / deviation
    default: 0
    }
  }

  /// The points between which the integrand is smooth on one scale, and the coordinate they are in.
  ///
  /// Up to Δ = ½ (in the units of φ's own width) the Gaussian is the narrower of the two and one range in z
  /// suffices. Beyond, φ's features, at the origin and one width wide, are given a range of their own in x;
  /// without it an adaptive rule steps over them and reports success. What is left outside this range is dropped
  /// where the average is of a localised function and the tail is below 1e-17 of the peak.
  var pieces: (coordinate: Coordinate, points: [Double]) {
    let reach = 12.0
    guard let width = transfer.width else {
      let kinks = transfer.kinks.map { ($0 - mean) / deviation }.filter { abs($0) < reach }
      return (.z, [-reach] + kinks + [reach])
    }
    if deviation <= width / 2 { return (.z, [-reach, reach]) }
    let (low, high) = (mean - reach * deviation, mean + reach * deviation)
    var inner = [-20 * width, 0, 20 * width].filter { $0 > low && $0 < high }
    if !isLocalised {
      // Far from the features there is one scale, and z keeps the digits that x - μ loses where |μ|/Δ is large.
      return inner.isEmpty ? (.z, [-reach, reach]) : (.x, [low] + inner + [high])
    }
    let mode = width * HyperbolicAverages.mode(mean: mean / width, deviation: deviation / width)
    func logarithm(_ x: Double) -> Double {
      let z = (x - mean) / deviation
      return -2 * abs(x) / width - z * z / 2
    }
    let negligible = logarithm(mode) - 39
    if !(inner.first == -20 * width && logarithm(-20 * width) < negligible && mode > -20 * width) {
      inner.insert(low, at: 0)
    }
    if !(inner.last == 20 * width && logarithm(20 * width) < negligible && mode < 20 * width) {
      inner.append(high)
    }
    return (.x, inner)
  }

  private var isLocalised: Bool {
    switch (transfer, average) {
    case (_, .rate), (_, .square), (.softplus, .gain): false
    default: true
    }
  }

  /// z in units of the Gaussian, x in units of the activation; `weighted` is z without the density.
  enum Coordinate: Sendable { case z, x, weighted }
}

extension TransferFunction {
  /// The width of φ's transition, for functions that have one: the scale on which its derivatives vary.
  var width: Double? {
    switch self {
    case .tanh, .erf: 1
    case .softplus, .logistic: 2
    case .relu, .linear: nil
    }
  }
}
