// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The leading singular values of a dense connectivity, J ≈ m nᵀ/N with
///
///     J = U S Vᵀ      m = U √(N S_R)      n = V √(N S_R)
///
/// which is the rank-R matrix closest to J. As a network it is another one than J's.
public struct TruncatedConnectivity: Sendable {
  /// m, (N, R).
  public let m: Matrix
  /// n, (N, R).
  public let n: Matrix
  /// All singular values of J, descending.
  public let singularValues: [Double]
  /// Σ lost² / Σ all²: the share of J's squared norm that is left out.
  public let lostShare: Double

  /// The reduction of J to rank R.
  ///
  /// - Parameters:
  ///   - j: J, (N, N), J_ij the weight from unit j to unit i, without 1/N.
  ///   - rank: R, chosen from the singular values.
  /// - Throws: `LinearAlgebraError` for a matrix that is empty, not finite or not square, or a rank that it does not have.
  public init(of j: Matrix, rank choose: ([Double]) throws -> Int) throws {
    guard j.rows == j.columns else {
      throw LinearAlgebraError(
        operation: "truncation of J", reason: "J is not square: \(j.rows) × \(j.columns)")
    }
    let decomposition = try SingularValueDecomposition(of: j)
    let values = decomposition.singularValues
    let rank = try choose(values)
    guard (1...values.count).contains(rank) else {
      throw LinearAlgebraError(
        operation: "truncation of J", reason: "a rank of 1 to \(values.count) is possible, not \(rank)")
    }
    let size = Double(j.rows)
    m = Matrix(rows: j.rows, columns: rank) { decomposition.u[$0, $1] * (size * values[$1]).squareRoot() }
    n = Matrix(rows: j.rows, columns: rank) { decomposition.v[$0, $1] * (size * values[$1]).squareRoot() }
    singularValues = values
    // Shares are taken of values divided by the largest, whose squares neither overflow nor vanish.
    let largest = values.first ?? 0
    let squares = values.map { largest > 0 ? ($0 / largest) * ($0 / largest) : 0 }
    let total = squares.reduce(0, +)
    lostShare = total > 0 ? squares[rank...].reduce(0, +) / total : 0
  }

  /// The reduction of J to rank R.
  public init(of j: Matrix, rank: Int) throws {
    try self.init(of: j) { _ in rank }
  }
}
