// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A dense real matrix, column-major: the N entries of one connectivity vector lie next to one another.
public struct Matrix: Sendable, Hashable {
  /// Number of rows (for loadings: N units).
  public let rows: Int
  /// Number of columns (for loadings: R, K or O vectors).
  public let columns: Int
  /// All elements, column-major: element (i, j) stands at `j * rows + i`.
  public var elements: [Double]

  /// A matrix of zeros.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, elements: [Double](repeating: 0, count: rows * columns))
  }

  /// A matrix from its elements in column-major order.
  ///
  /// - Precondition: `elements.count == rows * columns`.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative number of rows or columns")
    precondition(
      elements.count == rows * columns,
      "a \(rows) × \(columns) matrix has \(rows * columns) elements, not \(elements.count)")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// A matrix from its columns, all of the same length.
  public init(columns: [[Double]], rows: Int) {
    precondition(columns.allSatisfy { $0.count == rows }, "every column has \(rows) elements")
    self.init(rows: rows, columns: columns.count, elements: columns.flatMap { $0 })
  }

  /// A matrix whose element (i, j) is `element(i, j)`.
  public init(rows: Int, columns: Int, element: (Int, Int) -> Double) {
    self.init(rows: rows, columns: columns)
    for j in 0..<columns { for i in 0..<rows { self[i, j] = element(i, j) } }
  }

  /// Element (row, column).
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "index outside the matrix")
      return elements[column * rows + row]
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "index outside the matrix")
      elements[column * rows + row] = newValue
    }
  }

  /// One column, contiguous.
  public func column(_ index: Int) -> ArraySlice<Double> {
    elements[(index * rows)..<((index + 1) * rows)]
  }

  /// The transpose.
  public var transposed: Matrix { Matrix(rows: columns, columns: rows) { self[$1, $0] } }

  /// Columns of `self` followed by those of `other`, which has as many rows.
  public func appending(columnsOf other: Matrix) -> Matrix {
    precondition(rows == other.rows, "both matrices have the same number of rows")
    return Matrix(rows: rows, columns: columns + other.columns, elements: elements + other.elements)
  }

  /// Some consecutive columns.
  public func selecting(columns range: Range<Int>) -> Matrix {
    Matrix(
      rows: rows, columns: range.count,
      elements: Array(elements[(range.lowerBound * rows)..<(range.upperBound * rows)]))
  }
}
