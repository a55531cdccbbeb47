// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// Rows of a table as the iterations of a mixture read them: eight rows side by side, so that one instruction works on
/// several of them.
///
/// The products (1, x_j, x_j x_k) of a row are its features: a Gaussian's log-density is linear in them (`QuadraticForm`),
/// and their weighted sums are all that new means and covariances need (`MomentSums`). One pass over the rows, with the
/// products made on the way, is therefore a whole iteration of expectation–maximisation.
struct MixtureTable: Sendable {
  typealias Lanes = SIMD8<Double>

  /// N.
  let count: Int
  /// D.
  let width: Int
  /// 1 + D + D(D + 1)/2.
  let features: Int
  /// Row 8b + l, column j stands in lane l at b·D + j; zeros behind the last row.
  private let values: [Lanes]
  private let blocks: Int

  init(_ rows: Matrix) {
    count = rows.rows
    width = rows.columns
    features = 1 + width + width * (width + 1) / 2
    blocks = (count + 7) / 8
    var values = [Lanes](repeating: .zero, count: blocks * width)
    for j in 0..<width {
      for (row, value) in rows.column(j).enumerated() { values[(row / 8) * width + j][row % 8] = value }
    }
    self.values = values
  }

  /// One pass: the log-likelihood of all rows under Σ_p exp(form_p), and every component's sums.
  ///
  /// - Parameters:
  ///   - forms: the log-densities with the log of their weight, one per component.
  ///   - keep: called with row, component and responsibility, when they are wanted.
  func sweep(_ forms: [QuadraticForm], keep: ((Int, Int, Double) -> Void)? = nil)
    -> (logLikelihood: Double, sums: [MomentSums])
  {
    let components = forms.count
    var sums = [Lanes](repeating: .zero, count: components * features)
    let coefficients = forms.flatMap(\.coefficients)
    var total = 0.0
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: features + components) { scratch in
      guard let products = scratch.baseAddress else { return }
      let shares = products + features
      sums.withUnsafeMutableBufferPointer { sums in
        coefficients.withUnsafeBufferPointer { coefficients in
          values.withUnsafeBufferPointer { values in
            for block in 0..<blocks {
              multiply(values, block, products)
              var largest = Lanes(repeating: -.infinity)
              for p in 0..<components {
                let base = p * features
                // Two sums, so that one addition need not wait for the one before.
                var (even, odd) = (Lanes.zero, Lanes.zero)
                var f = 0
                while f + 1 < features {
                  even += products[f] * coefficients[base + f]
                  odd += products[f + 1] * coefficients[base + f + 1]
                  f += 2
                }
                if f < features { even += products[f] * coefficients[base + f] }
                let value = even + odd
                shares[p] = value
                largest.replace(with: value, where: value .> largest)
              }
              var sum = Lanes.zero
              for p in 0..<components {
                shares[p] = exponential(shares[p] - largest)
                sum += shares[p]
              }
              let rows = min(8, count - 8 * block)
              var scale = 1 / sum
              for lane in 0..<8 {
                if lane < rows { total += largest[lane] + log(sum[lane]) } else { scale[lane] = 0 }
              }
              for p in 0..<components {
                let share = shares[p] * scale
                let base = p * features
                for f in 0..<features { sums[base + f] += share * products[f] }
                if let keep { for lane in 0..<rows { keep(8 * block + lane, p, share[lane]) } }
              }
            }
          }
        }
      }
    }
    return (total, gather(sums, components))
  }

  /// The sums of components that every row belongs to with the given weights, (N, P) row by row.
  func sums(_ weights: [Double], components: Int) -> [MomentSums] {
    var sums = [Lanes](repeating: .zero, count: components * features)
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: features) { scratch in
      guard let products = scratch.baseAddress else { return }
      values.withUnsafeBufferPointer { values in
        for block in 0..<blocks {
          multiply(values, block, products)
          for p in 0..<components {
            var share = Lanes.zero
            for lane in 0..<min(8, count - 8 * block) {
              share[lane] = weights[(8 * block + lane) * components + p]
            }
            for f in 0..<features { sums[p * features + f] += share * products[f] }
          }
        }
      }
    }
    return gather(sums, components)
  }

  /// The features of eight rows.
  @inline(__always)
  private func multiply(
    _ values: UnsafeBufferPointer<Lanes>, _ block: Int, _ products: UnsafeMutablePointer<Lanes>
  ) {
    products[0] = Lanes(repeating: 1)
    var next = 1 + width
    for j in 0..<width {
      let value = values[block * width + j]
      products[1 + j] = value
      for k in 0...j {
        products[next] = value * values[block * width + k]
        next += 1
      }
    }
  }

  private func gather(_ sums: [Lanes], _ components: Int) -> [MomentSums] {
    (0..<components).map { p in
      MomentSums(width: width, values: (0..<features).map { sums[p * features + $0].sum() })
    }
  }
}

/// Weighted sums of a component's rows: Σ r, Σ r x_j, Σ r x_j x_k for k ≤ j.
struct MomentSums: Sendable, Hashable {
  let width: Int
  let values: [Double]

  /// Σ r.
  var total: Double { values[0] }

  /// Mean and 1/Σr covariance, row by row.
  var moments: (mean: [Double], covariance: [Double]) {
    let total = max(values[0], 10 * Double.leastNormalMagnitude)
    let mean = (0..<width).map { values[1 + $0] / total }
    var covariance = [Double](repeating: 0, count: width * width)
    var next = 1 + width
    for j in 0..<width {
      for k in 0...j {
        let value = values[next] / total - mean[j] * mean[k]
        covariance[j * width + k] = value
        covariance[k * width + j] = value
        next += 1
      }
    }
    return (mean, covariance)
  }
}

/// c + bᵀx - ½ xᵀA x as coefficients of a row's features.
struct QuadraticForm: Sendable, Hashable {
  /// c, then b, then -A_jk for k < j and -½A_jj, in the order of the features.
  let coefficients: [Double]
  /// Σ_j log L_jj of the covariance L Lᵀ it was made from.
  let logRoot: Double

  /// A_jj, one over the variance of column j given the others.
  func precision(_ j: Int, width: Int) -> Double {
    -2 * coefficients[1 + width + (j + 1) * (j + 2) / 2 - 1]
  }

  /// The log-density of N(mean, covariance), plus `offset`; `nil` when the covariance is not positive definite.
  init?(mean: [Double], covariance: [Double], offset: Double) {
    let width = mean.count
    guard let inverse = invertedCholesky(covariance, width) else { return nil }
    var logRoot = 0.0
    for j in 0..<width { logRoot -= log(inverse[j * width + j]) }
    // A = L⁻ᵀ L⁻¹; the exponent is -½ |L⁻¹ (x - mean)|².
    var precision = [Double](repeating: 0, count: width * width)
    for j in 0..<width {
      for k in 0...j {
        var sum = 0.0
        for i in j..<width { sum += inverse[i * width + j] * inverse[i * width + k] }
        precision[j * width + k] = sum
        precision[k * width + j] = sum
      }
    }
    var slope = [Double](repeating: 0, count: width)
    var square = 0.0
    for j in 0..<width {
      for k in 0..<width { slope[j] += precision[j * width + k] * mean[k] }
      square += slope[j] * mean[j]
    }
    var coefficients = [offset - 0.5 * Double(width) * log(2 * Double.pi) - logRoot - 0.5 * square] + slope
    for j in 0..<width {
      for k in 0..<j { coefficients.append(-precision[j * width + k]) }
      coefficients.append(-0.5 * precision[j * width + j])
    }
    self.coefficients = coefficients
    self.logRoot = logRoot
  }
}

/// L⁻¹ of a covariance L Lᵀ, row by row; `nil` when it is not positive definite.
private func invertedCholesky(_ covariance: [Double], _ width: Int) -> [Double]? {
  var factor = covariance
  for j in 0..<width {
    for k in 0...j {
      var sum = factor[j * width + k]
      for i in 0..<k { sum -= factor[j * width + i] * factor[k * width + i] }
      if j == k {
        guard sum > 0, sum.isFinite else { return nil }
        factor[j * width + j] = sum.squareRoot()
      } else {
        factor[j * width + k] = sum / factor[k * width + k]
      }
    }
  }
  var inverse = [Double](repeating: 0, count: width * width)
  for j in 0..<width {
    inverse[j * width + j] = 1 / factor[j * width + j]
    for k in 0..<j {
      var sum = 0.0
      for i in k..<j { sum -= factor[j * width + i] * inverse[i * width + k] }
      inverse[j * width + k] = sum / factor[j * width + j]
    }
  }
  return inverse
}
