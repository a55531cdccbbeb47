// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

private typealias Line = ReproductionResult.Line

extension Reproduction {
  /// Outliers of gχ + m nᵀ/N: det(1 - nᵀ(λ - gχ)⁻¹m/N) = 0 holds for each matrix, and λ → σ_mn when loadings and χ are
  /// independent.
  func schuessler() throws -> ReproductionResult.Paper {
    let (units, networks, overlap, g) = (300, 8, 1.6, 0.6)
    var outliers: [Double] = []
    var residual = 0.0
    var cloud: ReproductionResult.Curve?
    for index in 0..<networks {
      var stream = RandomStream(seed: seed, stream: UInt64(index))
      let m = (0..<units).map { _ in stream.normal() }
      let n = m.map { overlap * $0 + 0.5 * stream.normal() }
      let entry = g / Double(units).squareRoot()
      let chi = Matrix(rows: units, columns: units) { _, _ in entry * stream.normal() }
      let j = Matrix(rows: units, columns: units) { chi[$0, $1] + m[$0] * n[$1] / Double(units) }
      let eigenvalues = try j.eigenvalues()
      let outlier = eigenvalues[0].real
      outliers.append(outlier)
      var shifted = Matrix(rows: units, columns: units) { -chi[$0, $1] }
      for i in 0..<units { shifted[i, i] += outlier }
      if let inverse = try LUDecomposition(of: shifted)?.inverse {
        let product = zip(n, inverse.times(m)).reduce(0) { $0 + $1.0 * $1.1 } / Double(units)
        residual = max(residual, abs(1 - product))
      } else {
        residual = .infinity
      }
      if cloud == nil {
        cloud = .init(
          name: "eigenvalues of J", x: eigenvalues.map(\.real), y: eigenvalues.map(\.imaginary),
          isPoints: true)
      }
    }
    let (mean, error) = Self.meanAndError(outliers)
    return ReproductionResult.Paper(
      .schuessler2020,
      [
        Line(
          "|1 - nᵀ(λ - gχ)⁻¹m/N| at the outliers of \(networks) matrices, largest", 0, residual,
          within: 1e-10, "rounding"),
        Line(
          "outlier of gχ + m nᵀ/N, N = \(units), σ_mn = \(given(overlap)), g = \(given(g))", overlap, mean,
          within: 3 * error, "three standard errors over \(networks) matrices"),
      ],
      pictures: cloud.map { [.init(title: "A bulk and one outlier", x: "Re λ", y: "Im λ", curves: [$0])] }
        ?? [])
  }

  /// A share s of the weights of m nᵀ/N set to zero: outlier (1-s)λ, bulk of radius √(s(1-s)E[m²n²]/N).
  func herbert() throws -> ReproductionResult.Paper {
    let (units, networks, overlap) = (300, 8, 2.0)
    var lines: [Line] = []
    for sparsity in [0.3, 0.7] {
      var ratios: [Double] = []
      var radii: [Double] = []
      for index in 0..<networks {
        var stream = RandomStream(seed: seed, stream: 100 + UInt64(index))
        let m = (0..<units).map { _ in stream.normal() }
        let n = m.map { overlap * $0 + 0.5 * stream.normal() }
        let j = Matrix(rows: units, columns: units) { row, column in
          stream.uniform() < sparsity ? 0 : m[row] * n[column] / Double(units)
        }
        let values = try j.eigenvalues()
        let dense = zip(m, n).reduce(0) { $0 + $1.0 * $1.1 } / Double(units)
        ratios.append(values[0].real / dense)
        // The entries have variances s(1-s) m_i² n_j²/N², a product; such a matrix's disc ends at √(Σ_i m_i² n_i²).
        let squares = zip(m, n).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * $1.1 } / Double(units)
        let radius = (sparsity * (1 - sparsity) * squares / Double(units)).squareRoot()
        let others = values.dropFirst().map { ($0.real * $0.real + $0.imaginary * $0.imaginary).squareRoot() }
        radii.append((others.max() ?? .nan) / radius)
      }
      let (ratio, ratioError) = Self.meanAndError(ratios)
      let (radius, radiusError) = Self.meanAndError(radii)
      lines += [
        Line(
          "outlier over that of the dense matrix, s = \(given(sparsity)), N = \(units)", 1 - sparsity, ratio,
          within: 3 * ratioError, "three standard errors over \(networks) matrices"),
        Line(
          "radius of the bulk over √(s(1-s)E[m²n²]/N), s = \(given(sparsity))", 1, radius,
          within: 0.06 + 3 * radiusError,
          "6 % of the edge at this N, and three standard errors over matrices"),
      ]
    }
    return ReproductionResult.Paper(.herbert2022, lines)
  }

  private static func meanAndError(_ values: [Double]) -> (mean: Double, error: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (square / (count - 1) / count).squareRoot())
  }
}
