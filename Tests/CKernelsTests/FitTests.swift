// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank
import Testing

/// Rows of fits against the formulas of fit.h written out; the averages may be any numbers.
@Suite struct FitTests {
  /// Drives that leave a register partly empty, fill it, and need more than one.
  @Test(arguments: [1, 3, 4, 8, 9, 17]) func rowsAreTheFormulas(drives: Int) {
    let (rank, weights, populations, count) = (1, 3, 3, 5)
    var random = RandomStream(seed: 5, stream: UInt64(drives))
    func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in random.normal() } }
    let basis = populations * (1 + drives)
    let own = drives + drives * (drives + 1) / 2
    let (coefficients, moments) = (numbers(weights * basis), numbers(populations * own))
    let (points, targets) = (numbers(count * drives), numbers(count * weights))
    let averages = (0..<4).map { _ in numbers(count * populations) }
    let width = (basis + populations * own + 1 + 15) / 16 * 16

    for path in paths {
      var means = [Double](repeating: 0, count: count * populations)
      var variances = means
      var factors = [Double](repeating: 0, count: count * populations * drives)
      var work = [Double](repeating: .nan, count: populations * drives * (drives + 8))
      var rows = [Double](repeating: 0, count: count * width)
      let factor = 0.75
      let weight = 2
      coefficients.withUnsafeBufferPointer { coefficients in
        moments.withUnsafeBufferPointer { moments in
          var circuit = kappa_fit_circuit(
            rank: rank, weights: weights, drives: drives, populations: populations,
            coefficients: coefficients.baseAddress, moments: moments.baseAddress)
          kappa_fit_clouds(path, &circuit, drives, count, points, &means, &variances, &factors, &work)
          withAddresses(averages, points, factors) { averages, points, factors in
            var at = kappa_fit_averages(
              points: points, factors: factors, rates: averages[0], gains: averages[1], gains2: averages[2],
              gains3: averages[3])
            kappa_fit_field(path, &circuit, &at, count, weight, targets, factor, true, true, width, &rows)
          }
        }
      }
      func isClose(_ value: Double, _ expected: Double, _ what: String) {
        // Sums of at most some dozens of numbers of size one, in another order.
        #expect(abs(value - expected) < 1e-13 * (10 + abs(expected)), "\(name(path)), D = \(drives): \(what)")
      }
      for point in 0..<count {
        let q = points[(point * drives)..<((point + 1) * drives)].map { $0 }
        var value = 0.0
        for p in 0..<populations {
          let theta = Array(moments[(p * own)..<((p + 1) * own)])
          let c = Array(coefficients[(weight * basis + p * (1 + drives))...].prefix(1 + drives))
          func entry(_ j: Int, _ k: Int) -> Double { theta[drives + j * (j + 1) / 2 + k] }
          let h = (0..<drives).map { k in (k..<drives).reduce(0.0) { $0 + q[$1] * entry($1, k) } }
          let i = point * populations + p
          isClose(means[i], (0..<drives).reduce(0.0) { $0 + q[$1] * theta[$1] }, "mean")
          isClose(variances[i], h.reduce(0.0) { $0 + $1 * $1 }, "variance")
          let (rate, gain, gain2, gain3) = (averages[0][i], averages[1][i], averages[2][i], averages[3][i])
          let coupling = (0..<drives).reduce(0.0) { $0 + h[$1] * c[1 + $1] }
          value += c[0] * rate + coupling * gain
          let along = c[0] * gain + coupling * gain2
          let bend = c[0] * gain2 + coupling * gain3
          let row = Array(rows[(point * width)..<((point + 1) * width)])
          isClose(row[p * (1 + drives)], factor * rate, "rate")
          for k in 0..<drives { isClose(row[p * (1 + drives) + 1 + k], factor * h[k] * gain, "basis \(k)") }
          for j in 0..<drives {
            isClose(row[basis + p * own + j], factor * along * q[j], "∂μ \(j)")
            for k in 0...j {
              let expected = factor * q[j] * (bend * h[k] + c[1 + k] * gain)
              isClose(row[basis + p * own + drives + j * (j + 1) / 2 + k], expected, "∂L \(j) \(k)")
            }
          }
        }
        let residual = (targets[point * weights + weight] - value) * factor
        isClose(rows[point * width + basis + populations * own], residual, "residual")
      }
    }
  }

  private func withAddresses(
    _ averages: [[Double]], _ points: [Double], _ factors: [Double],
    _ body: ([UnsafePointer<Double>?], UnsafePointer<Double>?, UnsafePointer<Double>?) -> Void
  ) {
    averages[0].withUnsafeBufferPointer { rates in
      averages[1].withUnsafeBufferPointer { gains in
        averages[2].withUnsafeBufferPointer { gains2 in
          averages[3].withUnsafeBufferPointer { gains3 in
            points.withUnsafeBufferPointer { points in
              factors.withUnsafeBufferPointer { factors in
                body(
                  [rates, gains, gains2, gains3].map(\.baseAddress), points.baseAddress, factors.baseAddress)
              }
            }
          }
        }
      }
    }
  }
}
