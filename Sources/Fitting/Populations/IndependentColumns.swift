// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Which columns of a table say something of their own: a column that is constant, or a combination of earlier ones, has
/// no place in a covariance that is to be inverted.
public struct IndependentColumns: Sendable, Hashable {
  /// Columns that are neither, in ascending order.
  public let kept: [Int]
  /// Columns with the same value in every row.
  public let constant: [Int]
  /// Columns that are combinations of kept ones and a constant.
  public let dependent: [Int]

  /// Looks at the columns from left to right (modified Gram–Schmidt, twice, on standardised columns).
  ///
  /// - Parameters:
  ///   - rows: (N, D), finite.
  ///   - tolerance: a column is dependent when less than this share of its variance is left beside the earlier ones.
  ///     The rounding of single precision leaves 1e-14 of it.
  public init(of rows: Matrix, tolerance: Double = 1e-10) {
    let table = rows.standardised
    var basis: [[Double]] = []
    var (kept, constant, dependent) = ([Int](), [Int](), [Int]())
    for column in 0..<table.columns {
      var rest = Array(table.column(column))
      let size = rest.reduce(0) { $0 + $1 * $1 }
      guard size > 0 else {
        constant.append(column)
        continue
      }
      for _ in 0..<2 {
        for vector in basis {
          let part = zip(rest, vector).reduce(0) { $0 + $1.0 * $1.1 }
          for i in rest.indices { rest[i] -= part * vector[i] }
        }
      }
      let left = rest.reduce(0) { $0 + $1 * $1 }
      guard left > tolerance * size, basis.count < table.rows - 1 else {
        dependent.append(column)
        continue
      }
      let scale = 1 / left.squareRoot()
      basis.append(rest.map { $0 * scale })
      kept.append(column)
    }
    (self.kept, self.constant, self.dependent) = (kept, constant, dependent)
  }

  /// The kept columns of a table.
  public func select(_ rows: Matrix) -> Matrix {
    if kept.count == rows.columns { return rows }
    return Matrix(
      rows: rows.rows, columns: kept.count, elements: kept.flatMap { Array(rows.column($0)) })
  }
}
