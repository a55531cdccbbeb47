// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LibC
import LowRank
import Synchronization

/// ePAIRS (Hirokawa et al. 2019, after Raposo et al. 2014), as Dubreuil, Valente et al. (2022) compute it: do units'
/// loadings point in clustered directions?
///
/// Columns are centred, turned to the principal axes of their covariance and whitened. Each unit has the angle whose
/// cosine is the mean cosine to its three nearest neighbours by direction. The null: clouds of as many units from a
/// Gaussian with the whitened covariance (elliptical in the original coordinates, hence the e).
///
///     effect size = (median of all null angles - median of the data's) / SD of all null angles
///
/// It is positive for clustered directions, and is the "c" of the authors' figures. The p value is theirs, too:
/// Wilcoxon's rank-sum test of the data's angles against all null angles, two-sided. Angles of one cloud are not
/// independent, so that it is somewhat too small; `simulatedPValue` asks how many clouds have a median as extreme.
public struct PairAlignment: Sendable, Hashable {
  /// Columns that took part; constant and dependent ones do not.
  public let columns: [Int]
  /// Median angle to the three nearest neighbours, in radians.
  public let medianAngle: Double
  /// Effect size.
  public let effectSize: Double
  /// Two-sided p value of the rank-sum test.
  public let pValue: Double
  /// Two-sided p value from the clouds' medians: (1 + number as extreme) doubled, over 1 + simulations.
  public let simulatedPValue: Double

  /// Tests the rows of a table.
  ///
  /// - Parameters:
  ///   - rows: (N, D), N ≥ 5, e.g. `network.directionLoadings()`; time grows with N² per simulation.
  ///   - neighbours: how many nearest neighbours.
  ///   - simulations: number of Gaussian clouds; the authors take 500 at most.
  ///   - seed: simulation k draws from stream k.
  ///   - cloud: draws the rows of a null of its own, which are whitened as the data are; `nil` for a Gaussian.
  ///   - threads: simulations side by side; `nil` for as many as there are cores.
  /// - Throws: `LinearAlgebraError` when the covariance has no root.
  public init(
    _ rows: Matrix, neighbours: Int = 3, simulations: Int = 200, seed: UInt64,
    cloud draw: (@Sendable (inout RandomStream) -> Matrix)? = nil, threads: Int? = nil
  ) throws(LinearAlgebraError) {
    precondition(rows.rows >= 3 && simulations > 0, "ePAIRS needs three units and a simulation")
    let independent = IndependentColumns(of: rows)
    columns = independent.kept
    let (count, width) = (rows.rows, independent.kept.count)
    let nearest = max(1, min(neighbours, count - 1))
    let data = neighbourAngles(try independent.select(rows).whitened(), nearest)
    let clouds = Mutex([[Double]](repeating: [], count: simulations))
    Concurrently.forEach(simulations, threads: threads) { k in
      var stream = RandomStream(seed: seed, stream: UInt64(k))
      var cloud = Matrix(rows: count, columns: width)
      if let draw {
        // A cloud that cannot be whitened has no angles to compare.
        guard let own = try? independent.select(draw(&stream)).whitened() else { return }
        cloud = own
      } else {
        for i in 0..<count { for j in 0..<width { cloud[i, j] = stream.normal() } }
      }
      let angles = neighbourAngles(cloud, nearest)
      clouds.withLock { $0[k] = angles }
    }
    let null = clouds.withLock { $0 }.filter { !$0.isEmpty }
    guard !null.isEmpty else {
      throw LinearAlgebraError(operation: "ePAIRS", reason: "no simulated cloud has a covariance with a root")
    }
    let all = null.flatMap { $0 }
    let mean = all.reduce(0, +) / Double(all.count)
    let deviation = (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)).squareRoot()
    let ours = median(data)
    medianAngle = ours
    effectSize = deviation > 0 ? (median(all) - ours) / deviation : 0
    pValue = rankSumPValue(data, all)
    let medians = null.map(median)
    let below = Double(medians.count { $0 <= ours })
    let above = Double(medians.count { $0 >= ours })
    simulatedPValue = min(1, 2 * (1 + min(below, above)) / Double(1 + null.count))
  }
}

extension Network {
  /// The loadings whose directions ePAIRS looks at, (N, K + 2R): I, n and m, and w behind them on request.
  public func directionLoadings(withReadouts: Bool = false) -> (rows: Matrix, vectors: [ConnectivityVector]) {
    let vectors: [ConnectivityVector] =
      (0..<inputCount).map { .input($0) } + (0..<rank).map { .n($0) } + (0..<rank).map { .m($0) }
      + (withReadouts ? (0..<outputCount).map { .readout($0) } : [])
    let elements = inputs.elements + n.elements + m.elements + (withReadouts ? readouts.elements : [])
    return (Matrix(rows: unitCount, columns: vectors.count, elements: elements), vectors)
  }
}

extension Matrix {
  /// Centred columns in principal axes with SD 1 each.
  fileprivate func whitened() throws(LinearAlgebraError) -> Matrix {
    if columns == 0 { return self }
    let scale = 1 / Double(rows)
    let means = (0..<columns).map { column($0).reduce(0, +) * scale }
    let centred = Matrix(rows: rows, columns: columns) { self[$0, $1] - means[$1] }
    let covariance = Matrix(rows: columns, columns: columns) { a, b in
      zip(centred.column(a), centred.column(b)).reduce(0) { $0 + $1.0 * $1.1 } * scale
    }
    let (values, vectors) = try covariance.symmetricEigensystem()
    return Matrix(rows: rows, columns: columns) { row, axis in
      guard values[axis] > 0 else { return 0 }
      return (0..<columns).reduce(0) { $0 + centred[row, $1] * vectors[$1, axis] } / values[axis].squareRoot()
    }
  }
}

/// For every row the angle whose cosine is the mean cosine to its nearest rows by direction.
private func neighbourAngles(_ rows: Matrix, _ nearest: Int) -> [Double] {
  let (count, width) = (rows.rows, rows.columns)
  var directions = rows.transposed.elements
  for i in 0..<count {
    var size = 0.0
    for j in 0..<width { size += directions[i * width + j] * directions[i * width + j] }
    let scale = size > 0 ? 1 / size.squareRoot() : 0
    for j in 0..<width { directions[i * width + j] *= scale }
  }
  // The largest cosines of every row, in descending order.
  var best = [Double](repeating: -1, count: count * nearest)
  directions.withUnsafeBufferPointer { d in
    best.withUnsafeMutableBufferPointer { best in
      for i in 0..<count {
        for k in 0..<i {
          var cosine = 0.0
          for j in 0..<width { cosine += d[i * width + j] * d[k * width + j] }
          for row in [i, k] where cosine > best[row * nearest + nearest - 1] {
            var place = nearest - 1
            while place > 0 && best[row * nearest + place - 1] < cosine {
              best[row * nearest + place] = best[row * nearest + place - 1]
              place -= 1
            }
            best[row * nearest + place] = cosine
          }
        }
      }
    }
  }
  return (0..<count).map { i in
    let cosine = (0..<nearest).reduce(0) { $0 + best[i * nearest + $1] } / Double(nearest)
    return acos(min(1, max(-1, cosine)))
  }
}

private func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// Wilcoxon's rank-sum test, two-sided, by the normal approximation with mean ranks for ties:
/// z = (W - n(n + k + 1)/2) / √(n k (n + k + 1)/12) with the rank sum W of the n values among all n + k.
package func rankSumPValue(_ values: [Double], _ others: [Double]) -> Double {
  let (n, k) = (Double(values.count), Double(others.count))
  let (sorted, sortedOthers) = (values.sorted(), others.sorted())
  // Rank of each value: those before it of both kinds, and the middle of its equals.
  var sum = 0.0
  var (low, high, first, last) = (0, 0, 0, 0)
  for value in sorted {
    while low < sortedOthers.count && sortedOthers[low] < value { low += 1 }
    while high < sortedOthers.count && sortedOthers[high] <= value { high += 1 }
    while first < sorted.count && sorted[first] < value { first += 1 }
    while last < sorted.count && sorted[last] <= value { last += 1 }
    sum += Double(low + first) + (Double(high - low + last - first) + 1) / 2
  }
  let z = (sum - n * (n + k + 1) / 2) / (n * k * (n + k + 1) / 12).squareRoot()
  return z.isFinite ? erfc(abs(z) / 2.0.squareRoot()) : 1
}
