// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank
import TestSupport

/// A file that Tests/Fixtures/make_fixtures.py made.
func fixture(_ name: String) -> String { "\(fixturesFolder)/networks/\(name)" }

/// The rule by which that script makes numbers: sin(1 + i + 100·length of the name), row-major.
func ruled(_ name: String, _ rows: Int, _ columns: Int) -> Matrix {
  Matrix(rows: rows, columns: columns) { sin(Double(1 + $0 * columns + $1 + 100 * name.utf8.count)) }
}

/// The same, of three axes, row-major.
func ruled(_ name: String, count: Int) -> [Double] {
  (0..<count).map { sin(Double(1 + $0 + 100 * name.utf8.count)) }
}

extension Matrix {
  /// Largest absolute difference to another matrix; infinite when the shapes differ.
  func distance(to other: Matrix) -> Double {
    guard rows == other.rows, columns == other.columns else { return .infinity }
    return zip(elements, other.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// The product with a matrix's transpose.
  func timesTranspose(of other: Matrix) -> Matrix {
    Matrix(rows: rows, columns: other.rows) { i, j in
      (0..<columns).reduce(0) { $0 + self[i, $1] * other[j, $1] }
    }
  }
}
