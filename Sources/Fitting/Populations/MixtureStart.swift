// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

func logarithm(_ x: Double) -> Double { log(x) }

/// Where a mixture's iterations begin. No single idea finds every mixture: k-means finds populations that differ in mean,
/// soft random weights and directions those that differ in covariance.
enum MixtureStart: Sendable, CaseIterable {
  /// Weights exp(σ g) with normal g, almost alike for all components: the likelihood itself says where they part.
  case soft
  /// The same with a larger σ, so that most rows begin in one component.
  case sharp
  /// k-means++ of all columns.
  case means
  /// k-means++ of the columns (m, I) that drive the units, where they are known.
  case driveMeans
  /// k-means++ of the axes u uᵀ that the whitened rows lie along: rows on opposite sides of the mean belong together.
  case axes

  /// Weights (N, P) row by row.
  func weights(_ rows: MixtureRows, components: Int, stream: inout RandomStream) -> [Double] {
    switch self {
    case .soft: random(rows.count, components, 0.5, &stream)
    case .sharp: random(rows.count, components, 3, &stream)
    case .means: hard(rows.all, components, &stream)
    case .driveMeans: hard(rows.drives ?? rows.all, components, &stream)
    case .axes: hard(rows.axes, components, &stream)
    }
  }

  private func random(_ count: Int, _ components: Int, _ spread: Double, _ stream: inout RandomStream)
    -> [Double]
  {
    var weights = [Double](repeating: 0, count: count * components)
    for row in 0..<count {
      var sum = 0.0
      for p in 0..<components {
        let value = exp(spread * stream.normal())
        weights[row * components + p] = value
        sum += value
      }
      for p in 0..<components { weights[row * components + p] /= sum }
    }
    return weights
  }

  private func hard(_ rows: Matrix, _ components: Int, _ stream: inout RandomStream) -> [Double] {
    let labels = KMeans(rows, clusters: components, starts: 1, iterations: 10, stream: &stream).labels
    var weights = [Double](repeating: 0, count: labels.count * components)
    for (row, label) in labels.enumerated() { weights[row * components + label] = 1 }
    return weights
  }
}

/// A table in the forms that starts look at.
struct MixtureRows: Sendable {
  /// Standardised columns.
  let all: Matrix
  /// Those that drive the units.
  let drives: Matrix?
  /// u_j u_k for k ≤ j with the directions u of the whitened rows, off-diagonal ones times √2, so that distances are
  /// those of the matrices u uᵀ.
  let axes: Matrix

  var count: Int { all.rows }

  init(_ standardised: Matrix, drives: [Int]?) throws(LinearAlgebraError) {
    all = standardised
    self.drives = drives.map { columns in
      Matrix(rows: standardised.rows, columns: columns.count) { standardised[$0, columns[$1]] }
    }
    let (count, width) = (standardised.rows, standardised.columns)
    guard width > 0 else {
      axes = standardised
      return
    }
    let covariance = Matrix(rows: width, columns: width) { a, b in
      zip(standardised.column(a), standardised.column(b)).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
        + (a == b ? 1e-9 : 0)
    }
    let factor = try covariance.choleskyFactor()
    var axes = Matrix(rows: count, columns: width * (width + 1) / 2)
    var white = [Double](repeating: 0, count: width)
    for i in 0..<count {
      var square = 0.0
      for j in 0..<width {
        var value = standardised[i, j]
        for k in 0..<j { value -= factor[j, k] * white[k] }
        white[j] = value / factor[j, j]
        square += white[j] * white[j]
      }
      var next = 0
      let scale = square > 0 ? 1 / square : 0
      for j in 0..<width {
        for k in 0...j {
          axes[i, next] = white[j] * white[k] * scale * (j == k ? 1 : 2.0.squareRoot())
          next += 1
        }
      }
    }
    self.axes = axes
  }
}
