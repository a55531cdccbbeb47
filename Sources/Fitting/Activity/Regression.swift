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

  /// AᵀB, (width, other width): sixteen columns of B at a time, the rows added up in their order.
  func cross(_ other: Samples) -> Matrix {
    let (wide, lanes) = (other.width, PackedMatrix.width)
    let blocks = (wide + lanes - 1) / lanes
    let padded = PackedMatrix.padded(width)
    let sums: UnsafeMutablePointer<Double> = AlignedMemory.zeros(blocks * padded * lanes)
    let right: UnsafeMutablePointer<Double> = AlignedMemory.zeros(Self.chunk * lanes)
    defer {
      sums.deallocate()
      right.deallocate()
    }
    for first in stride(from: 0, to: rows, by: Self.chunk) {
      let count = min(Self.chunk, rows - first)
      // Rows of A are columns of Aᵀ.
      let part = PackedMatrix(
        Matrix(
          rows: width, columns: count, elements: Array(values[(first * width)..<((first + count) * width)])))
      other.values.withUnsafeBufferPointer { b in
        for block in 0..<blocks {
          let (from, columns) = (block * lanes, min(lanes, wide - block * lanes))
          for row in 0..<count {
            for j in 0..<columns { right[row * lanes + j] = b[(first + row) * wide + from + j] }
          }
          part.multiply(right, adding: first > 0, into: sums + block * padded * lanes)
        }
      }
    }
    return Matrix(rows: width, columns: wide) { i, j in
      sums[(j / lanes * padded + i) * lanes + j % lanes]
    }
  }

  /// A B for B (width, columns): sixteen rows of A at a time.
  func times(_ matrix: Matrix) -> Samples {
    let (columns, lanes) = (matrix.columns, PackedMatrix.width)
    var result = Samples(rows: rows, width: columns)
    let packed = PackedMatrix(matrix.transposed)
    let right: UnsafeMutablePointer<Double> = AlignedMemory.zeros(width * lanes)
    let product: UnsafeMutablePointer<Double> = AlignedMemory.zeros(PackedMatrix.padded(columns) * lanes)
    defer {
      right.deallocate()
      product.deallocate()
    }
    values.withUnsafeBufferPointer { a in
      result.values.withUnsafeMutableBufferPointer { result in
        for first in stride(from: 0, to: rows, by: lanes) {
          let count = min(lanes, rows - first)
          for row in 0..<count {
            for i in 0..<width { right[i * lanes + row] = a[(first + row) * width + i] }
          }
          packed.multiply(right, adding: false, into: product)
          for row in 0..<count {
            for j in 0..<columns { result[(first + row) * columns + j] = product[j * lanes + row] }
          }
        }
      }
    }
    return result
  }

  /// Rows that are laid out at once: what is read again and again then stays in the cache.
  private static let chunk = 512

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
    // Columns of A are rows of Aᵀ: AB = ((Aᵀ)ᵀ B), and samples hold rows.
    let left = Samples(rows: columns, width: rows, values: elements)
    return left.cross(Samples(rows: other.rows, width: other.columns, values: other.transposed.elements))
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
