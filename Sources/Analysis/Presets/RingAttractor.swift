// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// A ring attractor in rate form: J_ij = (1/N)(J₀ + J₁ cos(θ_i - θ_j)) with preferred angles evenly spaced, exactly rank 3.
///
///     m = (1, cos θ, sin θ)      n = (J₀, J₁ cos θ, J₁ sin θ)      inputs and readouts along cos θ and sin θ
///
/// With J₁ large enough the bump (κ₂, κ₃) = A (cos ψ, sin ψ) stands at any angle ψ, up to the ring's own spacing 2π/N.
public struct RingAttractor: Sendable, Hashable {
  /// The network; K = O = 2.
  public let network: Network
  /// θ of every unit.
  public let angles: [Double]

  /// A ring of evenly spaced units.
  ///
  /// - Parameters:
  ///   - units: N.
  ///   - uniform: J₀, negative for inhibition.
  ///   - modulated: J₁; for tanh a bump needs J₁ > 2.
  /// - Throws: `ShapeError` when there are fewer than three units or a coupling is not finite.
  public init(
    units: Int, uniform: Double = -2, modulated: Double = 6, transfer: TransferFunction = .tanh
  ) throws(ShapeError) {
    guard units >= 3 else {
      throw ShapeError(quantity: "ring attractor", expected: "at least three units", found: "\(units)")
    }
    let angles = (0..<units).map { 2 * Double.pi * Double($0) / Double(units) }
    let waves = Matrix(rows: units, columns: 2) { $1 == 0 ? cos(angles[$0]) : sin(angles[$0]) }
    let ones = Matrix(rows: units, columns: 1) { _, _ in 1 }
    var strong = waves
    for i in strong.elements.indices { strong.elements[i] *= modulated }
    network = try Network(
      m: ones.appending(columnsOf: waves),
      n: Matrix(rows: units, columns: 1) { _, _ in uniform }.appending(columnsOf: strong), inputs: waves,
      readouts: waves, transfer: transfer)
    self.angles = angles
  }
}
