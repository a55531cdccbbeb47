// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// A network with a dense J followed from sixteen states at once under one constant input, by its own Euler steps:
///
///     current form  x ← x + α(-x + J φ(x + b) + I u + c)        rate form  r ← r + α(-r + φ(J r + I u + b))
public struct ManyStates: Sendable {
  /// How many states there are.
  public static let count = PackedMatrix.width

  private let network: Network
  private let connectivity: PackedMatrix
  private let alpha: Double
  /// I u + c, or I u + b.
  private let constant: [Double]
  /// (N, 16), row-major.
  private var values: [Double]

  /// A network at rest.
  ///
  /// - Parameters:
  ///   - network: with a dense J.
  ///   - alpha: the size of its steps, in units of τ.
  ///   - input: u, K values.
  /// - Returns: `nil` for a network without a dense J.
  public init?(_ network: Network, alpha: Double, input: [Double]) {
    let network = network.acting
    guard let j = network.denseConnectivity else { return nil }
    self.network = network
    self.alpha = alpha
    connectivity = PackedMatrix(j)
    let units = network.unitCount
    var constant =
      (network.form == .current ? network.current : network.bias?.values)
      ?? [Double](repeating: 0, count: units)
    for (k, value) in input.enumerated() where k < network.inputCount {
      for (i, loading) in network.inputs.column(k).enumerated() { constant[i] += loading * value }
    }
    self.constant = constant
    values = [Double](repeating: 0, count: connectivity.rows * Self.count)
  }

  /// x (rate form: r) of one of the states, N values.
  public subscript(place: Int) -> [Double] {
    get { (0..<network.unitCount).map { values[$0 * Self.count + place] } }
    set { for (i, value) in newValue.enumerated() { values[i * Self.count + place] = value } }
  }

  /// One step of all of them.
  public mutating func step() {
    let (units, width) = (network.unitCount, Self.count)
    var rates = values
    var received = values
    if network.form == .current {
      if let bias = network.bias?.values {
        for i in 0..<units { for place in 0..<width { rates[i * width + place] += bias[i] } }
      }
      apply(&rates, units * width)
    }
    connectivity.multiply(rates, into: &received)
    for i in 0..<units { for place in 0..<width { received[i * width + place] += constant[i] } }
    if network.form == .rate { apply(&received, units * width) }
    for i in 0..<(units * width) { values[i] += alpha * (received[i] - values[i]) }
  }

  /// κ = nᵀφ(x + b)/N, in rate form nᵀr/N, of one of the states.
  public func latents(_ place: Int) -> [Double] {
    var rates = self[place]
    if network.form == .current {
      for i in rates.indices { rates[i] = network.transfer.value(rates[i] + (network.bias?.values[i] ?? 0)) }
    }
    return (0..<network.rank).map { r in
      zip(network.n.column(r), rates).reduce(0) { $0 + $1.0 * $1.1 } / Double(network.unitCount)
    }
  }

  private func apply(_ x: inout [Double], _ count: Int) {
    x.withUnsafeMutableBufferPointer {
      Double.apply(kappa_path_best(), network.transfer, UnsafeMutableBufferPointer(rebasing: $0[..<count]))
    }
  }
}
