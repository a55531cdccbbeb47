// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Network {
  /// The rank of m nᵀ, at most R: less where pairs of vectors are dependent or zero, so that fewer than R directions of
  /// activity feed back. Singular values of at most 1e-10 times the largest count as zero.
  ///
  /// - Throws: `LinearAlgebraError` when a value is not finite.
  public func effectiveRank() throws(LinearAlgebraError) -> Int {
    guard rank > 0 else { return 0 }
    // m = U S Vᵀ: the singular values of m nᵀ are those of n V S.
    let left = try SingularValueDecomposition(of: m)
    let scaled = Matrix(rows: unitCount, columns: left.singularValues.count) { unit, k in
      (0..<rank).reduce(0) { $0 + n[unit, $1] * left.v[$1, k] } * left.singularValues[k]
    }
    let values = try SingularValueDecomposition(of: scaled).singularValues
    let largest = values.max() ?? 0
    return largest > 0 ? values.count { $0 > 1e-10 * largest } : 0
  }
}
