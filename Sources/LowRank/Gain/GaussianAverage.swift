// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Which Gaussian average of a transfer function is meant: ⟨f⟩ = (2π)^(-½) ∫ f(μ + Δz) e^(-z²/2) dz.
public enum GaussianAverage: String, Sendable, Hashable, CaseIterable {
  /// ⟨φ⟩.
  case rate
  /// ⟨φ'⟩.
  case gain
  /// ⟨φ''⟩.
  case gain2
  /// ⟨φ'''⟩.
  case gain3
  /// ⟨φ²⟩.
  case square
}

/// One number for each `GaussianAverage`.
struct Averages<Value: Sendable>: Sendable {
  var rate, gain, gain2, gain3, square: Value

  init(rate: Value, gain: Value, gain2: Value, gain3: Value, square: Value) {
    self.rate = rate
    self.gain = gain
    self.gain2 = gain2
    self.gain3 = gain3
    self.square = square
  }

  subscript(_ average: GaussianAverage) -> Value {
    switch average {
    case .rate: rate
    case .gain: gain
    case .gain2: gain2
    case .gain3: gain3
    case .square: square
    }
  }

  func map<Other>(_ transform: (Value) -> Other) -> Averages<Other> {
    Averages<Other>(
      rate: transform(rate), gain: transform(gain), gain2: transform(gain2), gain3: transform(gain3),
      square: transform(square))
  }
}

extension Averages: Equatable where Value: Equatable {}
extension Averages: Hashable where Value: Hashable {}
