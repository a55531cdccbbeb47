// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// From a function's values at the Chebyshev nodes of a range to the polynomials of its equal parts.
struct CellFit {
  private let basis: PolynomialBasis
  private let parts, terms: Int
  /// From values to Chebyshev coefficients, part by part: (parts · terms, nodes).
  private let toChebyshev: [Double]
  private let polynomials: [[Double]]

  /// Polynomials of `terms` terms on each of `parts` parts of a range with `nodes` nodes.
  init(nodes: Int, parts: Int, terms: Int) {
    basis = PolynomialBasis(count: nodes)
    (self.parts, self.terms) = (parts, terms)
    toChebyshev = (0..<parts).flatMap { [basis] in
      basis.coefficients(ofPart: $0, of: parts, terms: terms)
    }
    polynomials = PolynomialBasis.polynomials(count: terms)
  }

  /// The coefficients of tᵏ, -1 ≤ t ≤ 1 within a part, part after part; and the largest of the last two Chebyshev
  /// coefficients of any part, doubled, relative to the value in the middle: an estimate of what is left out.
  func polynomials(through function: (_ node: Double) -> Double) -> (coefficients: [Double], tail: Double) {
    let values = basis.nodes.map(function)
    // Differences from the middle keep the rounding of the transform below that of the values.
    let middle = values[values.count / 2]
    var coefficients = [Double](repeating: 0, count: parts * terms)
    var tail = 0.0
    for part in 0..<parts {
      for order in 0..<terms {
        let row = (part * terms + order) * values.count
        var chebyshev = 0.0
        for (i, value) in values.enumerated() { chebyshev += toChebyshev[row + i] * (value - middle) }
        if order >= terms - 2 { tail = max(tail, 2 * abs(chebyshev / middle)) }
        for (power, coefficient) in polynomials[order].enumerated() {
          coefficients[part * terms + power] += coefficient * chebyshev
        }
      }
      coefficients[part * terms] += middle
    }
    return (coefficients, tail)
  }
}
