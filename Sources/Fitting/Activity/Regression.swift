// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// Rows of numbers in memory: samples of several variables, row-major.
struct Samples: Sendable {
  var rows: Int
  var width: Int
  var values: [Double]

  init(rows: Int, width: Int, values: [Double]? = nil) {
    self.rows = rows
    self.width = width
    self.values = values ?? [Double](repeating: 0, count: rows * width)
  }

  /// AᵀA, (width, width).
  var gram: Matrix {
    let block = Int(kappa_gram_block)
    let padded = (width + block - 1) / block * block
    var total = [Double](repeating: 0, count: padded * padded)
    // Some rows at a time: the kernel wants widths of whole blocks.
    let chunk = 256
    var part = [Double](repeating: 0, count: chunk * padded)
    for first in stride(from: 0, to: rows, by: chunk) {
      let count = min(chunk, rows - first)
      for row in 0..<count {
        for j in 0..<width { part[row * padded + j] = values[(first + row) * width + j] }
      }
      kappa_gram_f64(kappa_path_best(), part, count, padded, &total)
    }
    return Matrix(rows: width, columns: width) { total[min($0, $1) * padded + max($0, $1)] }
  }

  /// AᵀB, (width, other width).
  func cross(_ other: Samples) -> Matrix {
    var result = Matrix(rows: other.width, columns: width)
    let wide = other.width
    result.elements.withUnsafeMutableBufferPointer { result in
      values.withUnsafeBufferPointer { a in
        other.values.withUnsafeBufferPointer { b in
          for row in 0..<rows {
            for i in 0..<width {
              let factor = a[row * width + i]
              if factor == 0 { continue }
              for j in 0..<wide { result[i * wide + j] += factor * b[row * wide + j] }
            }
          }
        }
      }
    }
    return result.transposed
  }

  /// A B for B (width, columns).
  func times(_ matrix: Matrix) -> Samples {
    let columns = matrix.columns
    var result = Samples(rows: rows, width: columns)
    let other = matrix.transposed.elements  // row-major (width, columns)
    result.values.withUnsafeMutableBufferPointer { result in
      values.withUnsafeBufferPointer { a in
        other.withUnsafeBufferPointer { b in
          for row in 0..<rows {
            for i in 0..<width {
              let factor = a[row * width + i]
              if factor == 0 { continue }
              for j in 0..<columns { result[row * columns + j] += factor * b[i * columns + j] }
            }
          }
        }
      }
    }
    return result
  }

  /// A - B.
  static func - (a: Samples, b: Samples) -> Samples {
    var result = a
    for i in result.values.indices { result.values[i] -= b.values[i] }
    return result
  }
}

extension Matrix {
  /// A B.
  func product(_ other: Matrix) -> Matrix {
    precondition(columns == other.rows, "shapes of a product agree")
    var result = Matrix(rows: rows, columns: other.columns)
    let height = rows
    result.elements.withUnsafeMutableBufferPointer { result in
      elements.withUnsafeBufferPointer { a in
        for j in 0..<other.columns {
          for k in 0..<columns {
            let factor = other.elements[j * other.rows + k]
            if factor == 0 { continue }
            for i in 0..<height { result[j * height + i] += factor * a[k * height + i] }
          }
        }
      }
    }
    return result
  }
}

/// Least squares of B on A, with any ridge afterwards, in the principal directions of A.
struct RidgeRegression {
  /// Principal directions that A fills, (width, p), and the squares along them.
  let directions: Matrix
  let squares: [Double]
  /// Of the projections on the directions with B, (p, other width).
  let cross: Matrix

  /// - Parameter most: the largest number of directions.
  init(_ a: Samples, _ b: Samples, most: Int = 160) throws(LinearAlgebraError) {
    let (values, vectors) = try a.gram.symmetricEigensystem()
    let largest = values.last ?? 0
    let kept = values.indices.reversed().prefix(most).filter { values[$0] > 1e-12 * largest }
    directions = Matrix(
      columns: kept.map { Array(vectors.column($0)) }, rows: a.width)
    squares = kept.map { values[$0] }
    cross = a.times(directions).cross(b)
  }

  /// Coefficients in the principal directions, (p, other width), with ridge λ in units of the largest square.
  func coefficients(ridge: Double) -> Matrix {
    let largest = squares.first ?? 0
    return Matrix(rows: cross.rows, columns: cross.columns) {
      cross[$0, $1] / (squares[$0] + ridge * largest)
    }
  }

  /// Coefficients of A's own columns, (width, other width).
  func solution(ridge: Double) -> Matrix { directions.product(coefficients(ridge: ridge)) }
}
