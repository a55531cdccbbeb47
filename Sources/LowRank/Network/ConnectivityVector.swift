// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// One of the vectors that make up a low-rank network; it names the rows and columns of every covariance.
///
/// Numbers count from zero in code, from one in text: `ConnectivityVector.n(0)` prints as `n1`.
public enum ConnectivityVector: Hashable, Sendable {
  /// n⁽ʳ⁾, which selects from the activity.
  case n(Int)
  /// w⁽ᵒ⁾, which reads the activity out.
  case readout(Int)
  /// m⁽ʳ⁾, along which the recurrent input acts.
  case m(Int)
  /// I⁽ᵏ⁾, along which input channel k acts.
  case input(Int)
  /// c, the bias in the current.
  case current
  /// x⊥(0), the part of the initial state outside the span of m and I.
  case initialState
  /// b, the bias inside φ.
  case bias
}

extension ConnectivityVector: CustomStringConvertible {
  /// The name used in files and tables: `n1`, `w1`, `m1`, `I1`, `c`, `x0`, `b`.
  public var description: String {
    switch self {
    case .n(let index): "n\(index + 1)"
    case .readout(let index): "w\(index + 1)"
    case .m(let index): "m\(index + 1)"
    case .input(let index): "I\(index + 1)"
    case .current: "c"
    case .initialState: "x0"
    case .bias: "b"
    }
  }
}
