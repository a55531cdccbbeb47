// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What of a connectivity acts on states that were visited, J P (Valente et al. 2022): P projects on the principal
/// directions of the rates that carry all but a ten-thousandth of their mean square (about zero, not about their mean).
///
/// The rest of J meets no rates and has no effect; no activity can tell it.
public struct EffectiveConnectivity: Sendable {
  /// The principal directions, (N, k).
  public let directions: Matrix

  /// The share of the rates' mean square that is left out.
  public static let left = 1e-4

  private init(directions: Matrix) { self.directions = directions }

  /// - Parameter rates: those of the states visited, row-major (rows, N), none missing.
  /// - Throws: `LinearAlgebraError`.
  public init(visiting rates: [Double], units: Int) throws(LinearAlgebraError) {
    let samples = Samples(rows: rates.count / max(units, 1), width: units, values: rates)
    let (values, vectors) = try samples.gram.symmetricEigensystem()
    let total = values.reduce(0) { $0 + max($1, 0) }
    var (kept, sum) = ([Int](), 0.0)
    for index in values.indices.reversed() where sum < (1 - Self.left) * total {
      kept.append(index)
      sum += max(values[index], 0)
    }
    directions = Matrix(columns: kept.map { Array(vectors.column($0)) }, rows: units)
  }

  /// J V, (N, k), of J = m nᵀ/N or of a matrix of full rank.
  func acting(_ network: Network) -> Matrix {
    if let j = network.denseConnectivity { return j.product(directions) }
    let overlaps = network.n.transposed.product(directions)
    var result = network.m.product(overlaps)
    for i in result.elements.indices { result.elements[i] /= Double(network.unitCount) }
    return result
  }

  /// The correlation of the entries of J P of two networks.
  ///
  /// - Parameter everywhere: of J itself instead, what acts on no rates that were visited included.
  public func correlation(_ one: Network, _ other: Network, everywhere: Bool = false) -> Double {
    if everywhere {
      let units = directions.rows
      let identity = Matrix(rows: units, columns: units) { $0 == $1 ? 1 : 0 }
      return EffectiveConnectivity(directions: identity).correlation(one, other)
    }
    let (a, b) = (acting(one), acting(other))
    // P's columns are orthonormal: products of J P are those of J V; the entries' sum is 1ᵀ J V Vᵀ1.
    let sums = (0..<directions.columns).map { directions.column($0).reduce(0, +) }
    let count = Double(directions.rows) * Double(directions.rows)
    func mean(_ matrix: Matrix) -> Double {
      (0..<matrix.columns).reduce(0) { $0 + sums[$1] * matrix.column($1).reduce(0, +) } / count
    }
    func product(_ a: Matrix, _ b: Matrix) -> Double {
      zip(a.elements, b.elements).reduce(0) { $0 + $1.0 * $1.1 } / count
    }
    let covariance = product(a, b) - mean(a) * mean(b)
    let variances = (product(a, a) - mean(a) * mean(a)) * (product(b, b) - mean(b) * mean(b))
    return variances > 0 ? covariance / variances.squareRoot() : .nan
  }
}
