// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Where fits begin: groupings of the units, each by another idea, because no single one is best for every network.
enum Start: Sendable, Hashable, CustomStringConvertible {
  /// All units together.
  case single
  /// Gaussian mixture of all loadings: the likeliest, the next one, …
  case mixture(Int)
  /// Gaussian mixture of m, I (and b) alone.
  case driveMixture
  /// k-means of m, I (and b).
  case driveMeans
  /// k-means of the units' rates on visited states.
  case rateMeans
  /// Clusters split in two, one after the other, where that helps the field most.
  case splits

  var description: String {
    switch self {
    case .single: "all units"
    case .mixture(let index): "mixture \(index + 1)"
    case .driveMixture: "mixture of m and I"
    case .driveMeans: "k-means of m and I"
    case .rateMeans: "k-means of rates"
    case .splits: "greedy splits"
    }
  }

  /// The starts tried for P populations.
  static func all(populations: Int, mixtures: Int = 3) -> [Start] {
    if populations == 1 { return [.single] }
    return (0..<mixtures).map { .mixture($0) } + [.driveMixture, .driveMeans, .rateMeans, .splits]
  }

  /// The stream of this start's random numbers.
  private var stream: UInt64 {
    switch self {
    case .single: 1
    case .driveMixture: 2
    case .driveMeans: 3
    case .rateMeans: 4
    case .splits: 5
    case .mixture(let index): 16 + UInt64(index)
    }
  }

  /// Different mixtures of all loadings, the likeliest first, at most `limit` of them.
  static func mixtures(_ network: Network, populations: Int, limit: Int, seed: UInt64, threads: Int?)
    throws(LinearAlgebraError) -> [[Int]]
  {
    var random = RandomStream(seed: seed, stream: Start.mixture(0).stream)
    return try GaussianMixture.optima(
      network.loadings, components: populations, atMost: limit, drives: network.driveColumns, stream: &random,
      threads: threads
    ).map(\.labels)
  }

  /// The population of every unit, numbers 0..<P without gaps; `nil` when there is no such mixture.
  ///
  /// - Parameter mixtures: what `mixtures` found.
  /// - Throws: `LinearAlgebraError` when a mixture cannot be fitted.
  func labels(
    _ network: Network, data: TrainingData, populations: Int, mixtures: [[Int]], seed: UInt64, threads: Int?
  ) throws(LinearAlgebraError) -> [Int]? {
    var random = RandomStream(seed: seed, stream: stream)
    let loadings = network.loadings
    let drives = loadings.selecting(columns: network.layout.weightCount..<network.layout.count)
    let labels: [Int]
    switch self {
    case .single: labels = [Int](repeating: 0, count: network.unitCount)
    case .mixture(let index):
      guard mixtures.indices.contains(index) else { return nil }
      labels = mixtures[index]
    case .driveMixture:
      labels = try GaussianMixture(
        drives, components: populations, floor: 1e-3, stream: &random, threads: threads
      ).labels
    case .driveMeans:
      labels = KMeans(drives.standardised, clusters: populations, stream: &random).labels
    case .rateMeans:
      labels = KMeans(rates(network, data, &random), clusters: populations, stream: &random).labels
    case .splits:
      labels = try splits(network, data: data, populations: populations, stream: &random)
    }
    return labels.withoutGaps
  }

  /// φ of every unit at some visited states, (N, states).
  private func rates(_ network: Network, _ data: TrainingData, _ random: inout RandomStream) -> Matrix {
    let drives = data.layout.driveCount
    let loadings = network.loadings
    let first = data.layout.weightCount
    let points = random.sample(100, below: data.visited.count)
    return Matrix(rows: network.unitCount, columns: points.count) { unit, point in
      var x = 0.0
      for j in 0..<drives { x += loadings[unit, first + j] * data.visited.states[points[point] * drives + j] }
      return network.transfer.value(x)
    }
  }

  /// One cluster after the other is split by 2-means of its units' rates: the one whose split lowers the error of the
  /// regressed field most.
  private func splits(
    _ network: Network, data: TrainingData, populations: Int, stream random: inout RandomStream
  ) throws(LinearAlgebraError) -> [Int] {
    let features = rates(network, data, &random)
    var labels = [Int](repeating: 0, count: network.unitCount)
    var halves: [Int: [Int]] = [:]
    var count = 1
    while count < populations {
      var best: (labels: [Int], split: Int, cost: Double)?
      for cluster in 0..<count {
        let units = labels.indices.filter { labels[$0] == cluster }
        if units.count < 4 { continue }
        if halves[cluster] == nil {
          let part = Matrix(rows: units.count, columns: features.columns) { features[units[$0], $1] }
          halves[cluster] = KMeans(part, clusters: 2, starts: 2, stream: &random).labels
        }
        var candidate = labels
        for (unit, half) in zip(units, halves[cluster] ?? []) where half == 1 { candidate[unit] = count }
        guard candidate.contains(count), candidate.contains(cluster) else { continue }
        let clusters: ConnectivityStatistics
        do { clusters = try ConnectivityStatistics(of: network, labels: candidate) } catch { continue }
        var parameters = try CircuitParameters(
          clusters, transfer: network.transfer,
          biasReachesReadout: network.bias?.reachesReadout ?? true)
        let objective = Objective(data, stage: .field, pull: .ridge(parameters.shape, data))
        let cost = try objective.solveCoefficients(&parameters)
        if cost < best?.cost ?? .infinity { best = (candidate, cluster, cost) }
      }
      guard let best else { break }
      labels = best.labels
      halves[best.split] = nil
      halves[count] = nil
      count += 1
    }
    return labels
  }
}

extension Network {
  /// Columns of m, I and the bias among the loadings.
  public var driveColumns: [Int] { Array(layout.weightCount..<layout.count) }
}

extension [Int] {
  /// The same grouping with numbers 0, 1, … in order of their size as numbers, none left out.
  package var withoutGaps: [Int] {
    let order = Set(self).sorted()
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    return map { places[$0] ?? 0 }
  }
}

extension Pull {
  /// λ of a weak ridge.
  static let ridgeStrength = 1e-5

  /// A weak ridge on c, in units of the network's own weights: λ P |c|²/E[a²].
  static func ridge(_ shape: CircuitShape, _ data: TrainingData, strength: Double = ridgeStrength) -> Pull {
    let weights = (0..<shape.weights).flatMap { a in
      [Double](
        repeating: strength * Double(shape.populations) / data.weightSquares[a], count: shape.basis)
    }
    return Pull(weights: weights, centre: [Double](repeating: 0, count: weights.count))
  }

  /// The anchor: η { P |c - c₀|²/E[a²] + |(θ - θ₀)/SD|² } around the clusters' own parameters.
  static func anchor(_ clusters: CircuitParameters, _ data: TrainingData, strength: Double) -> Pull {
    let shape = clusters.shape
    var weights = ridge(shape, data, strength: strength).weights
    for _ in 0..<shape.populations {
      weights += data.driveScale.map { strength / ($0 * $0) }
      for j in 0..<shape.drives {
        let scale = data.driveScale[j]
        weights += [Double](repeating: strength / (scale * scale), count: j + 1)
      }
    }
    return Pull(weights: weights, centre: clusters.values)
  }
}
