// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Chebyshev nodes on [-1, 1] and the passage from values there to the coefficients of powers on a part of the range.
struct PolynomialBasis {
  /// cos(π(i + ½)/n), i = 0 … n-1.
  let nodes: [Double]

  init(count: Int) {
    nodes = (0..<count).map { cos(Double.pi * (Double($0) + 0.5) / Double(count)) }
  }

  /// Values at the nodes → Chebyshev coefficients, row-major (n, n).
  private var chebyshevFromValues: [[Double]] {
    let n = nodes.count
    return (0..<n).map { order -> [Double] in
      let factor = (order == 0 ? 1.0 : 2.0) / Double(n)
      return (0..<n).map { i -> Double in
        let angle = Double.pi * (Double(i) + 0.5) / Double(n)
        return factor * cos(Double(order) * angle)
      }
    }
  }

  /// The matrix from this basis' values to the Chebyshev coefficients, in the local variable of one of `parts` equal
  /// parts of the range, of the polynomial of `terms` terms that interpolates there: row-major (terms, count).
  ///
  /// Its entries are of order one. A matrix straight to powers would have entries of 2^terms that cancel, and lose as
  /// many bits; `powers(from:)` is applied to the coefficients instead, whose high orders are small.
  func coefficients(ofPart part: Int, of parts: Int, terms: Int) -> [Double] {
    let local = PolynomialBasis(count: terms)
    let chebyshev = chebyshevFromValues
    // This basis' interpolant at the local nodes.
    let interpolation = local.nodes.map { node -> [Double] in
      let t = (2 * Double(part) + 1 + node) / Double(parts) - 1
      let angle = acos(t)
      return nodes.indices.map { i -> Double in
        nodes.indices.reduce(0.0) { $0 + cos(Double($1) * angle) * chebyshev[$1][i] }
      }
    }
    return local.chebyshevFromValues.flatMap { row -> [Double] in
      nodes.indices.map { i -> Double in
        row.indices.reduce(0.0) { $0 + row[$1] * interpolation[$1][i] }
      }
    }
  }

  /// The integer coefficients of the Chebyshev polynomials: entry [order][power].
  static func polynomials(count: Int) -> [[Double]] {
    var polynomials: [[Double]] = [[1], [0, 1]]
    while polynomials.count < count {
      let (last, before) = (polynomials[polynomials.count - 1], polynomials[polynomials.count - 2])
      var next = [0] + last.map { 2 * $0 }
      for (power, coefficient) in before.enumerated() { next[power] -= coefficient }
      polynomials.append(next)
    }
    return polynomials
  }
}
