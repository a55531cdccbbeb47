// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import Fitting

/// Products of samples, laid out in panels, against the sums they stand for.
@Suite struct RegressionTests {
  private func samples(_ rows: Int, _ width: Int, seed: UInt64) -> Samples {
    var stream = RandomStream(seed: seed)
    return Samples(rows: rows, width: width, values: (0..<(rows * width)).map { _ in stream.normal() })
  }

  /// Sizes around those of panels (8), of what is taken abreast (16) and of rows that are laid out at once (512).
  @Test(arguments: [
    (1, 1, 1), (15, 7, 16), (16, 8, 17), (511, 9, 33), (512, 24, 3), (1100, 5, 40), (3, 0, 2),
  ])
  func productsAreTheirSums(_ rows: Int, _ width: Int, _ other: Int) {
    let (a, b) = (samples(rows, width, seed: 1), samples(rows, other, seed: 2))
    let cross = a.cross(b)
    #expect(cross.rows == width && cross.columns == other)
    // Sums of some hundred numbers of size one, in another order.
    for i in 0..<width {
      for j in 0..<other {
        let sum = (0..<rows).reduce(0.0) { $0 + a.values[$1 * width + i] * b.values[$1 * other + j] }
        #expect(abs(cross[i, j] - sum) < 1e-11, "\(i), \(j)")
      }
    }
    let matrix = Matrix(rows: width, columns: other, elements: samples(other, width, seed: 3).values)
    let product = a.times(matrix)
    let same = Matrix(rows: rows, columns: width) { a.values[$0 * width + $1] }.product(matrix)
    for row in 0..<rows {
      for j in 0..<other {
        let sum = (0..<width).reduce(0.0) { $0 + a.values[row * width + $1] * matrix[$1, j] }
        #expect(abs(product.values[row * other + j] - sum) < 1e-11, "\(row), \(j)")
        #expect(abs(same[row, j] - sum) < 1e-11, "\(row), \(j)")
      }
    }
  }
}
