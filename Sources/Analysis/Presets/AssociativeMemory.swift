// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Hopfield's associative memory as a low-rank network: J = (g/N) Σ_r ξ⁽ʳ⁾ ξ⁽ʳ⁾ᵀ with patterns of ±1, rank = number of
/// patterns.
///
/// Loadings take 2^R values, so that as many populations without any covariance are an exact circuit: κ_r is g times the
/// overlap with pattern r, and stored patterns are fixed points κ = g tanh(κ) along each axis. Cues act along the patterns
/// themselves; x alone then does not tell κ from v, and κ is read from the manifold or the circuit.
public struct AssociativeMemory: Sendable, Hashable {
  /// m = ξ, n = g ξ, one input and one readout per pattern along it.
  public let network: Network
  /// The population of every unit: bit r of the number is set where ξ⁽ʳ⁾ = +1.
  public let labels: [Int]

  /// Random patterns.
  ///
  /// - Parameters:
  ///   - units: N.
  ///   - patterns: R, at most 16.
  ///   - strength: g; patterns are stable above 1.
  ///   - seed: of the patterns.
  /// - Throws: `ShapeError` when there is no unit or no pattern.
  public init(
    units: Int, patterns: Int, strength: Double = 2, transfer: TransferFunction = .tanh, seed: UInt64
  ) throws(ShapeError) {
    guard units > 0, (1...16).contains(patterns) else {
      throw ShapeError(
        quantity: "associative memory", expected: "at least one unit and 1…16 patterns",
        found: "\(units) units, \(patterns) patterns")
    }
    var stream = RandomStream(seed: seed)
    let signs = Matrix(rows: units, columns: patterns) { _, _ in stream.next() & 1 == 0 ? -1 : 1 }
    var scaled = signs
    for i in scaled.elements.indices { scaled.elements[i] *= strength }
    network = try Network(m: signs, n: scaled, inputs: signs, readouts: signs, transfer: transfer)
    labels = (0..<units).map { unit in
      (0..<patterns).reduce(0) { $0 | (signs[unit, $1] > 0 ? 1 << $1 : 0) }
    }
  }
}
