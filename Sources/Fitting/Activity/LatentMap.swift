// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The linear map between the latents of two networks, κ' ≈ A κ + c, by least squares: the gauge in which they are compared.
public struct LatentMap: Sendable {
  /// A and c: (R + 1, R') with c in the last row.
  private let coefficients: Matrix
  /// R² of κ' given κ, all latents together.
  public let explained: Double

  /// - Parameters:
  ///   - from: κ, row-major (rows, R).
  ///   - to: κ', row-major (rows, R').
  /// - Throws: `LinearAlgebraError`.
  public init(from: [Double], rank: Int, to: [Double], otherRank: Int) throws(LinearAlgebraError) {
    let rows = from.count / max(rank, 1)
    var features = Samples(rows: rows, width: rank + 1)
    for row in 0..<rows {
      for r in 0..<rank { features.values[row * (rank + 1) + r] = from[row * rank + r] }
      features.values[row * (rank + 1) + rank] = 1
    }
    let wanted = Samples(rows: rows, width: otherRank, values: to)
    coefficients = try RidgeRegression(features, wanted).solution(ridge: 1e-12)
    explained =
      ExplainedVariance(of: features.times(coefficients).values, against: to, units: otherRank).r2
  }

  /// A κ + c, or A times a velocity.
  public func apply(_ kappa: [Double], isVelocity: Bool = false) -> [Double] {
    let rank = coefficients.rows - 1
    return (0..<coefficients.columns).map { column in
      (0..<rank).reduce(isVelocity ? 0 : coefficients[rank, column]) {
        $0 + kappa[$1] * coefficients[$1, column]
      }
    }
  }
}
