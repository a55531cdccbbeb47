// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Means and covariances of a network's loadings, as a mixture of one or more populations.
public struct ConnectivityStatistics: Sendable, Hashable {
  /// Which vectors there are, and their order.
  public let layout: LoadingLayout
  /// N of the network that was measured; 0 where nobody knows, as for circuits made by hand.
  public let unitCount: Int
  /// The populations; their fractions add up to one.
  public let populations: [Population]

  /// Statistics made of given populations.
  public init(layout: LoadingLayout, unitCount: Int, populations: [Population]) {
    precondition(populations.allSatisfy { $0.layout == layout }, "all populations share one layout")
    self.layout = layout
    self.unitCount = unitCount
    self.populations = populations
  }

  /// Moments of a network, over all units or, with `labels`, within each population.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - labels: the population 0, 1, … of every unit. Numbers that no unit bears make no population.
  /// - Throws: `ShapeError` unless there is one label, not negative, per unit.
  public init(of network: Network, labels: [Int]? = nil) throws(ShapeError) {
    let count = network.unitCount
    let labels = labels ?? [Int](repeating: 0, count: count)
    guard labels.count == count else {
      throw ShapeError(quantity: "labels", expected: "\(count), one per unit", found: "\(labels.count)")
    }
    guard let highest = labels.max(), let lowest = labels.min(), lowest >= 0, highest < count else {
      throw ShapeError(
        quantity: "labels", expected: "numbers in 0..<\(count)",
        found: "\(labels.min() ?? 0)…\(labels.max() ?? 0)")
    }
    var members = [[Int]](repeating: [], count: highest + 1)
    for (unit, label) in labels.enumerated() { members[label].append(unit) }
    let loadings = network.loadings
    self.init(
      layout: network.layout, unitCount: count,
      populations: members.filter { !$0.isEmpty }.map { units in
        let (mean, covariance) = moments(of: loadings, units: units)
        return Population(
          layout: network.layout, fraction: Double(units.count) / Double(count), mean: mean,
          covariance: covariance)
      })
  }

  /// Moments of soft populations: unit i belongs to population p with weight `responsibilities[i, p]`.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - responsibilities: (N, P), rows add up to one.
  /// - Throws: `ShapeError` when the shape does not fit or a weight is negative or not finite.
  public init(of network: Network, responsibilities: Matrix) throws(ShapeError) {
    let count = network.unitCount
    guard responsibilities.rows == count, responsibilities.columns > 0 else {
      throw ShapeError(
        quantity: "responsibilities", expected: "shape (\(count), P)",
        found: "shape (\(responsibilities.rows), \(responsibilities.columns))")
    }
    guard responsibilities.elements.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw ShapeError(quantity: "responsibilities", expected: "weights ≥ 0", found: "a negative one or NaN")
    }
    let loadings = network.loadings
    let total = responsibilities.elements.reduce(0, +)
    var populations: [Population] = []
    for p in 0..<responsibilities.columns {
      let weights = Array(responsibilities.column(p))
      let sum = weights.reduce(0, +)
      guard sum > 0 else { continue }
      let (mean, covariance) = weightedMoments(of: loadings, weights: weights.map { $0 / sum })
      populations.append(
        Population(layout: network.layout, fraction: sum / total, mean: mean, covariance: covariance))
    }
    self.init(layout: network.layout, unitCount: count, populations: populations)
  }

  /// (1/N) aᵀb = Σ_p α_p (σ^p_ab + ā_p b̄_p).
  public func overlap(_ a: ConnectivityVector, _ b: ConnectivityVector) -> Double {
    populations.reduce(0) { $0 + $1.fraction * ($1.covariance(a, b) + $1.mean(a) * $1.mean(b)) }
  }
}

extension ConnectivityStatistics {
  /// The same with every mean zero: what is lost when means are left out.
  public var withoutMeans: ConnectivityStatistics {
    mapPopulations {
      Population(
        layout: layout, fraction: $0.fraction, mean: [Double](repeating: 0, count: layout.count),
        covariance: $0.covariance)
    }
  }

  /// The same with the covariances among m, I (and the bias) left out of Δ²: only variances stay there.
  ///
  /// Covariances of n and w with m and I, which carry the coupling, are untouched.
  public var withoutCrossTerms: ConnectivityStatistics {
    mapPopulations { population in
      var covariance = population.covariance
      for i in layout.weightCount..<layout.count {
        for j in layout.weightCount..<layout.count where i != j { covariance[i, j] = 0 }
      }
      return Population(
        layout: layout, fraction: population.fraction, mean: population.mean, covariance: covariance)
    }
  }

  /// The same with some of the readouts, or none: κ depends on no readout.
  func keeping(readouts: [Int]) -> ConnectivityStatistics {
    let kept =
      Array(0..<layout.rank) + readouts.map { layout.rank + $0 } + Array(layout.weightCount..<layout.count)
    let fewer = LoadingLayout(
      rank: layout.rank, inputCount: layout.inputCount, outputCount: readouts.count,
      hasCurrent: layout.hasCurrent, hasInitialState: layout.hasInitialState, hasBias: layout.hasBias)
    return ConnectivityStatistics(
      layout: fewer, unitCount: unitCount,
      populations: populations.map { population in
        Population(
          layout: fewer, fraction: population.fraction, mean: kept.map { population.mean[$0] },
          covariance: Matrix(rows: kept.count, columns: kept.count) {
            population.covariance[kept[$0], kept[$1]]
          })
      })
  }

  private func mapPopulations(_ change: (Population) -> Population) -> ConnectivityStatistics {
    ConnectivityStatistics(layout: layout, unitCount: unitCount, populations: populations.map(change))
  }
}

/// Mean and 1/N covariance over some units; two passes, so that no digits cancel.
private func moments(of loadings: Matrix, units: [Int]) -> (mean: [Double], covariance: Matrix) {
  let scale = 1 / Double(units.count)
  let columns = (0..<loadings.columns).map { column -> [Double] in
    let values = loadings.column(column)
    return units.map { values[values.startIndex + $0] }
  }
  let mean = columns.map { $0.reduce(0, +) * scale }
  let count = mean.count
  // Unit by unit, all pairs side by side: of many readouts there are hundreds of thousands of pairs.
  var sums = [Double](repeating: 0, count: count * count)
  var row = mean
  sums.withUnsafeMutableBufferPointer { sums in
    for unit in units.indices {
      for a in 0..<count { row[a] = columns[a][unit] - mean[a] }
      row.withUnsafeBufferPointer { row in
        for b in 0..<count {
          for a in b..<count { sums[b * count + a] += row[a] * row[b] }
        }
      }
    }
  }
  return (mean, Matrix(rows: count, columns: count) { sums[min($0, $1) * count + max($0, $1)] * scale })
}

/// Mean and covariance with weights that add up to one.
private func weightedMoments(of loadings: Matrix, weights: [Double]) -> (mean: [Double], covariance: Matrix) {
  let count = loadings.columns
  let mean = (0..<count).map { column in
    zip(loadings.column(column), weights).reduce(0) { $0 + $1.0 * $1.1 }
  }
  var covariance = Matrix(rows: count, columns: count)
  for a in 0..<count {
    for b in 0...a {
      var sum = 0.0
      for ((x, y), weight) in zip(zip(loadings.column(a), loadings.column(b)), weights) {
        sum += weight * (x - mean[a]) * (y - mean[b])
      }
      covariance[a, b] = sum
      covariance[b, a] = sum
    }
  }
  return (mean, covariance)
}
