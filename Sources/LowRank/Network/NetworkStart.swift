// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Network {
  /// An initial state, and what it is in the reduced coordinates.
  public struct Start: Sendable, Hashable {
    /// x(0), or r(0) in rate form, N values.
    public let state: [Double]
    /// κ(0), v(0) and ζ(0).
    public let reduced: ReducedStart
    /// x⊥(0), the part of x(0) outside the span of [m I], N values; `nil` where it is zero to rounding, and in rate form,
    /// where nothing but κ(0) and ζ(0) matters.
    public let residual: [Double]?
  }

  /// The same network with another initial state: x(0), or r(0) in rate form.
  ///
  ///     current form  (κ(0), v(0)) = pinv([m I]) x(0),  x⊥(0) = x(0) - m κ(0) - I v(0)
  ///     rate form     κ(0) = nᵀr(0)/N,  ζ(0) = wᵀr(0)/N
  ///
  /// The joint projection matters: projecting on m alone is wrong when m and I overlap. Where their columns are dependent,
  /// the shortest of the many solutions is taken; they all give the same x and z.
  ///
  /// - Parameter state: N values, or `nil` for zero.
  /// - Throws: `ShapeError` unless there are N finite values, or when the projection cannot be computed.
  public func starting(at state: [Double]?) throws(ShapeError) -> Network {
    var network = self
    guard let state else {
      network.start = nil
      return network
    }
    let name = form == .current ? "x(0)" : "r(0)"
    guard state.count == unitCount else {
      throw ShapeError(
        quantity: name, expected: "\(unitCount) values, one per unit", found: "\(state.count)")
    }
    guard state.allSatisfy(\.isFinite) else {
      throw ShapeError(quantity: name, expected: "finite numbers", found: "one that is not")
    }
    guard state.contains(where: { $0 != 0 }) else {
      network.start = nil
      return network
    }
    switch form {
    case .rate:
      func overlaps(_ weights: Matrix) -> [Double] {
        (0..<weights.columns).map { column in
          zip(weights.column(column), state).reduce(0) { $0 + $1.0 * $1.1 } / Double(unitCount)
        }
      }
      network.start = Start(
        state: state,
        reduced: ReducedStart(
          kappa: overlaps(n), filtered: [Double](repeating: 0, count: inputCount),
          readouts: overlaps(readouts)), residual: nil)
    case .current:
      let projection: LatentProjection
      do {
        projection = try LatentProjection(self)
      } catch {
        throw ShapeError(quantity: name, expected: "a projection on [m I]", found: error.description)
      }
      let (coefficients, left) = projection.split(state, of: self)
      network.start = Start(
        state: state,
        reduced: ReducedStart(
          kappa: Array(coefficients.prefix(rank)), filtered: Array(coefficients.dropFirst(rank)),
          readouts: [Double](repeating: 0, count: outputCount)),
        residual: left > 1e-14
          ? projection.remainder(of: state, coefficients: coefficients, network: self) : nil)
    }
    return network
  }
}

extension Network {
  /// The network itself, or from another initial state where one is given.
  func started(at state: [Double]?) throws(LinearAlgebraError) -> Network {
    guard let state else { return self }
    do {
      return try starting(at: state)
    } catch {
      throw LinearAlgebraError(operation: "initial state", reason: error.description)
    }
  }
}
