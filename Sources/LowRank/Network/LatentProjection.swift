// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The joint projection of x on the columns of [m I]: (κ, v) = pinv([m I]) x.
///
/// Projecting on m alone is wrong as soon as m and I overlap: part of I v would be taken for m κ.
public struct LatentProjection: Sendable {
  /// The rows of pinv([m I]), each of N elements, one after the other: R rows for κ, then K for v.
  let rows: [Double]
  let unitCount: Int
  let count: Int
  /// Whether [m I] has full column rank; otherwise (κ, v) is the shortest of many.
  public let isUnique: Bool

  /// Below this share of the largest, a singular value of [m I] counts as zero: κ would be rounding along its direction.
  private static let tolerance = 1e-10

  /// The projection that belongs to a network's m and I.
  ///
  /// - Throws: `LinearAlgebraError` when GSL fails.
  public init(_ network: Network) throws(LinearAlgebraError) {
    let span = network.m.appending(columnsOf: network.inputs)
    unitCount = network.unitCount
    count = span.columns
    // QR would do for independent columns; the pseudo-inverse also serves channels that are zero or repeated.
    let decomposition = try SingularValueDecomposition(of: span)
    rows = decomposition.pseudoInverse(tolerance: Self.tolerance).transposed.elements
    let values = decomposition.singularValues
    isUnique = values.count == count && (values.last ?? 1) > Self.tolerance * (values.first ?? 1)
  }

  /// (κ, v) of a state x of N values, and how much of x they leave out: |x - m κ - I v| / |x|, 0 for x = 0.
  public func split(_ x: [Double], of network: Network) -> (coefficients: [Double], left: Double) {
    precondition(x.count == unitCount && network.unitCount == unitCount, "x has one value per unit")
    var coefficients = [Double](repeating: 0, count: count)
    var span = coefficients.mutableSpan
    project(x.span, into: &span)
    let rest = remainder(of: x, coefficients: coefficients, network: network)
    let size = norm(x)
    return (coefficients, size == 0 ? 0 : norm(rest) / size)
  }

  /// x⊥ = x - m κ - I v.
  func remainder(of x: [Double], coefficients: [Double], network: Network) -> [Double] {
    var rest = x
    for j in 0..<count {
      let vector = j < network.rank ? network.m.column(j) : network.inputs.column(j - network.rank)
      for (i, value) in zip(rest.indices, vector) { rest[i] -= coefficients[j] * value }
    }
    return rest
  }

  /// The first `result.count` of (κ, v).
  func project(_ x: Span<Double>, into result: inout MutableSpan<Double>) {
    rows.withUnsafeBufferPointer { rows in
      x.withUnsafeBufferPointer { x in
        for r in 0..<min(result.count, count) {
          result[r] = dot(UnsafeBufferPointer(rebasing: rows[(r * unitCount)..<((r + 1) * unitCount)]), x)
        }
      }
    }
  }
}

/// √Σ xᵢ².
private func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// Σ aᵢ bᵢ in eight interleaved partial sums: as fast as memory allows, and more accurate than one running sum.
@inline(__always)
func dot(_ a: UnsafeBufferPointer<Double>, _ b: UnsafeBufferPointer<Double>) -> Double {
  var partial = SIMD8<Double>.zero
  let count = min(a.count, b.count)
  var i = 0
  while i + 8 <= count {
    let left = UnsafeRawPointer(a.baseAddress! + i).loadUnaligned(as: SIMD8<Double>.self)
    let right = UnsafeRawPointer(b.baseAddress! + i).loadUnaligned(as: SIMD8<Double>.self)
    partial += left * right
    i += 8
  }
  var rest = 0.0
  while i < count {
    rest += a[i] * b[i]
    i += 1
  }
  return partial.sum() + rest
}
