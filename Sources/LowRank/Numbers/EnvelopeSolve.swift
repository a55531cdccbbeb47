// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Matrix {
  /// Solves H x = b for a symmetric positive definite H with many zeros (Cholesky within the envelope).
  ///
  /// Rows of the factor begin where those of H do in the given order, and nothing before that is computed (Jennings 1977):
  /// unknowns that meet only through a few others cost little when these come last.
  ///
  /// - Parameters:
  ///   - right: b, as many values as H has rows.
  ///   - order: every row once, in the order of elimination.
  /// - Throws: `LinearAlgebraError` when a value is not finite or H is not positive definite.
  public func solvePositiveDefinite(
    _ right: [Double], eliminating order: [Int]
  ) throws(LinearAlgebraError) -> [Double] {
    precondition(
      rows == columns && right.count == rows && order.count == rows,
      "a square system with one right-hand value and one place per row")
    let count = rows
    let operation = "Cholesky solution of a \(count) × \(count) system"
    guard elements.allSatisfy(\.isFinite), right.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError(operation: operation, reason: "a value is not finite")
    }
    // L row by row, and where each row begins.
    var factor = [Double](repeating: 0, count: count * count)
    var first = [Int](repeating: 0, count: count)
    for i in 0..<count {
      let row = order[i] * count
      for j in 0...i { factor[i * count + j] = elements[row + order[j]] }
      first[i] = (0..<i).first { factor[i * count + $0] != 0 } ?? i
    }
    var solution = order.map { right[$0] }
    let isPositive = factor.withUnsafeMutableBufferPointer { factor in
      solution.withUnsafeMutableBufferPointer { solution in
        guard let l = factor.baseAddress, let x = solution.baseAddress else { return true }
        func product(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ range: Range<Int>) -> Double {
          dot(
            UnsafeBufferPointer(start: a + range.lowerBound, count: range.count),
            UnsafeBufferPointer(start: b + range.lowerBound, count: range.count))
        }
        for i in 0..<count {
          let row = l + i * count
          for j in first[i]..<i {
            let other = l + j * count
            row[j] = (row[j] - product(row, other, min(max(first[i], first[j]), j)..<j)) / other[j]
          }
          let square = row[i] - product(row, row, first[i]..<i)
          guard square > 0 else { return false }
          row[i] = square.squareRoot()
          x[i] = (x[i] - product(row, x, first[i]..<i)) / row[i]
        }
        for i in (0..<count).reversed() {
          let row = l + i * count
          x[i] /= row[i]
          for j in first[i]..<i { x[j] -= row[j] * x[i] }
        }
        return true
      }
    }
    guard isPositive else {
      throw LinearAlgebraError(operation: operation, reason: "the matrix is not positive definite")
    }
    var result = solution
    for (place, index) in order.enumerated() { result[index] = solution[place] }
    return result
  }
}
