// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// The single-unit nonlinearity φ that turns an activation x into a firing rate φ(x).
///
/// Every function comes with its derivatives to third order, each written so that no digits are lost for large
/// |x|: `1 - tanh²x`, for one, has none left at x = 20, where `4a/(1+a)²` with a = e^(-2|x|) keeps them all.
public enum TransferFunction: String, Sendable, Hashable, CaseIterable, Codable {
  /// φ(x) = tanh x, the field's default.
  case tanh
  /// φ(x) = erf x (no scaling of the argument).
  case erf
  /// φ(x) = max(x, 0).
  case relu
  /// φ(x) = log(1 + eˣ).
  case softplus
  /// φ(x) = 1/(1 + e⁻ˣ).
  case logistic
  /// φ(x) = x.
  case linear
}

extension TransferFunction {
  /// sup |φ|, where φ is bounded; `nil` otherwise. It bounds the box that holds every fixed point.
  public var bound: Double? {
    switch self {
    case .tanh, .erf, .logistic: 1
    case .relu, .softplus, .linear: nil
    }
  }

  /// The points where a derivative of φ jumps. A quadrature rule must split its range there.
  public var kinks: [Double] { self == .relu ? [0] : [] }
}

extension TransferFunction {
  /// φ(x).
  public func value(_ x: Double) -> Double {
    switch self {
    case .tanh: LibC.tanh(x)
    case .erf: LibC.erf(x)
    case .relu: x > 0 ? x : (x.isNaN ? x : 0)
    case .softplus: max(x, 0) + log1p(exp(-abs(x)))
    case .logistic: sigmoid(x)
    case .linear: x
    }
  }

  /// φ'(x). For ReLU the value at the kink is ½, the mean of its two sides.
  public func derivative(_ x: Double) -> Double {
    switch self {
    case .tanh: sechSquared(x)
    case .erf: 2 / Double.pi.squareRoot() * exp(-x * x)
    case .relu: x > 0 ? 1 : (x < 0 ? 0 : (x.isNaN ? x : 0.5))
    case .softplus: sigmoid(x)
    case .logistic: sechSquared(x / 2) / 4
    case .linear: x.isNaN ? x : 1
    }
  }

  /// φ''(x). For ReLU this is the regular part, zero; its mass at the kink is in the Gaussian averages.
  public func secondDerivative(_ x: Double) -> Double {
    switch self {
    case .tanh: -2 * LibC.tanh(x) * sechSquared(x)
    case .erf: -4 / Double.pi.squareRoot() * bounded(x) * exp(-x * x)
    case .relu, .linear: x.isNaN ? x : 0
    case .softplus: sechSquared(x / 2) / 4
    case .logistic: -LibC.tanh(x / 2) * sechSquared(x / 2) / 4
    }
  }

  /// φ'''(x), with the same reading of ReLU's kink as `secondDerivative`.
  public func thirdDerivative(_ x: Double) -> Double {
    switch self {
    case .tanh: tanhThird(x)
    case .erf: 4 / Double.pi.squareRoot() * (2 * bounded(x) * bounded(x) - 1) * exp(-x * x)
    case .relu, .linear: x.isNaN ? x : 0
    case .softplus: -LibC.tanh(x / 2) * sechSquared(x / 2) / 4
    case .logistic: tanhThird(x / 2) / 16
    }
  }
}

// MARK: - Building blocks

/// 1 - tanh²x = 4a/(1+a)² with a = e^(-2|x|): full relative precision for every x.
private func sechSquared(_ x: Double) -> Double {
  let a = exp(-2 * abs(x))
  return 4 * a / ((1 + a) * (1 + a))
}

/// tanh'''x = -2 sech²x (1 - 3 tanh²x) = 2 sech²x (2 - 3 sech²x).
///
/// Near its zero (tanh²x = 1/3) the second factor is a difference; it is exact there to an absolute rounding error.
private func tanhThird(_ x: Double) -> Double {
  let s = sechSquared(x)
  let t = LibC.tanh(x)
  return -2 * s * (1 - 3 * t * t)
}

/// 1/(1 + e⁻ˣ), never overflowing and accurate in both tails.
private func sigmoid(_ x: Double) -> Double {
  let a = exp(-abs(x))
  return x < 0 ? a / (1 + a) : 1 / (1 + a)
}

/// x kept where `exp(-x²)` is still positive, so that ∞·0 does not become NaN.
private func bounded(_ x: Double) -> Double { abs(x) > 40 ? (x < 0 ? -40 : 40) : x }
