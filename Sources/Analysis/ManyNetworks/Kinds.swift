// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Groups of things that are near one another, from distances alone: average linkage (Sokal & Michener 1958), cut where the
/// mean silhouette (Rousseeuw 1987) is largest.
///
/// Any cloud can be cut, and a single Gaussian one has a mean silhouette of a half in one dimension. So one group is the
/// answer unless the silhouette is at least `clear`, what Kaufman & Rousseeuw (1990) call a reasonable structure, and larger
/// than that of clouds from one Gaussian with the variances of these things (those of classical scaling, Torgerson 1952):
/// p ≤ `significant`.
public struct Kinds: Sendable, Hashable {
  /// The group of each thing, 0, 1, … in the order of their first members.
  public let labels: [Int]
  /// How many groups.
  public let count: Int
  /// The mean silhouette of the best cut into two groups or more, also where it was not taken; `nil` for fewer than three
  /// things, or where all are the same.
  public let silhouette: Double?
  /// The share of Gaussian clouds, and of these things, that can be cut as well; `nil` where that was not asked, because
  /// the silhouette is not clear.
  public let pValue: Double?

  /// From this mean silhouette on there may be more than one group.
  public static let clear = 0.5
  /// From this p value on there is but one.
  public static let significant = 0.05
  /// How many Gaussian clouds are cut.
  private static let clouds = 99

  /// Groups of things.
  ///
  /// - Parameters:
  ///   - distances: (n, n), symmetric.
  ///   - most: how many groups at most.
  ///   - seed: of the clouds.
  /// - Throws: `LinearAlgebraError` when a distance is not finite.
  public init(_ distances: Matrix, most: Int = 6, seed: UInt64 = 1) throws(LinearAlgebraError) {
    let size = distances.rows
    let best = Self.bestCut(distances, most: most)
    silhouette = best?.silhouette
    var p: Double?
    if let best, best.silhouette >= Self.clear {
      p = try Self.share(of: best.silhouette, distances, most: most, seed: seed)
    }
    pValue = p
    if let best, let p, p <= Self.significant {
      labels = best.labels
      count = (best.labels.max() ?? 0) + 1
    } else {
      labels = [Int](repeating: 0, count: size)
      count = min(size, 1)
    }
  }

  /// The cut of the largest mean silhouette; `nil` where there is nothing to cut.
  private static func bestCut(_ distances: Matrix, most: Int) -> (labels: [Int], silhouette: Double)? {
    let size = distances.rows
    guard size >= 3, distances.elements.contains(where: { $0 > 0 }) else { return nil }
    var groups = (0..<size).map { [$0] }
    // Mean distances between groups, kept as they merge.
    var between = (0..<size).map { i in (0..<size).map { distances[i, $0] } }
    var best: (labels: [Int], silhouette: Double)?
    while groups.count > 1 {
      if groups.count <= min(most, size - 1) {
        let labels = Self.labels(groups, size)
        let value = Self.meanSilhouette(distances, labels, groups)
        if value > best?.silhouette ?? -2 { best = (labels, value) }
      }
      var pair = (0, 1)
      for i in groups.indices.dropLast() {
        for j in (i + 1)..<groups.count where between[i][j] < between[pair.0][pair.1] { pair = (i, j) }
      }
      let (a, b) = pair
      let (p, q) = (Double(groups[a].count), Double(groups[b].count))
      for k in groups.indices where k != a && k != b {
        let mean = (p * between[a][k] + q * between[b][k]) / (p + q)
        between[a][k] = mean
        between[k][a] = mean
      }
      groups[a] += groups[b]
      groups.remove(at: b)
      between.remove(at: b)
      for k in between.indices { between[k].remove(at: b) }
    }
    return best
  }

  /// (1 + clouds that can be cut as well) / (1 + clouds).
  private static func share(of silhouette: Double, _ distances: Matrix, most: Int, seed: UInt64)
    throws(LinearAlgebraError) -> Double
  {
    let size = distances.rows
    let deviations = try scaledPlaces(distances).variances.filter { $0 > 0 }.map { $0.squareRoot() }
    var asGood = 0
    for cloud in 0..<clouds {
      var stream = RandomStream(seed: seed, stream: UInt64(cloud))
      let places = (0..<size).map { _ in deviations.map { $0 * stream.normal() } }
      let between = Matrix(rows: size, columns: size) { i, j in
        zip(places[i], places[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      }
      if bestCut(between, most: most)?.silhouette ?? -1 >= silhouette { asGood += 1 }
    }
    return Double(1 + asGood) / Double(1 + clouds)
  }

  /// Places of things whose distances are as given, as far as places can have them (classical scaling, Torgerson 1952).
  ///
  /// - Returns: one row a thing and a column a dimension, the widest first, and the variance along each; what distances of no
  ///   Euclidean space leave is left out.
  /// - Throws: `LinearAlgebraError` when a distance is not finite.
  public static func scaledPlaces(_ distances: Matrix) throws(LinearAlgebraError)
    -> (places: Matrix, variances: [Double])
  {
    let size = distances.rows
    guard size > 0 else { return (Matrix(rows: 0, columns: 0), []) }
    let squares = Matrix(rows: size, columns: size) { distances[$0, $1] * distances[$0, $1] }
    let means = (0..<size).map { squares.column($0).reduce(0, +) / Double(size) }
    let mean = means.reduce(0, +) / Double(size)
    let products = Matrix(rows: size, columns: size) {
      -0.5 * (squares[$0, $1] - means[$0] - means[$1] + mean)
    }
    let (values, vectors) = try products.symmetricEigensystem()
    let order = Array(values.indices.reversed()).filter { values[$0] > 1e-12 * (values.last ?? 0) }
    return (
      Matrix(rows: size, columns: order.count) { vectors[$0, order[$1]] * values[order[$1]].squareRoot() },
      order.map { values[$0] / Double(size) }
    )
  }

  private static func labels(_ groups: [[Int]], _ size: Int) -> [Int] {
    var labels = [Int](repeating: 0, count: size)
    let ordered = groups.sorted { ($0.min() ?? 0) < ($1.min() ?? 0) }
    for (label, group) in ordered.enumerated() { for member in group { labels[member] = label } }
    return labels
  }

  /// (b - a)/max(a, b), a the mean distance within the own group and b to the nearest other; 0 for one alone.
  private static func meanSilhouette(_ distances: Matrix, _ labels: [Int], _ groups: [[Int]]) -> Double {
    var sum = 0.0
    for i in labels.indices {
      var (own, nearest) = (0.0, Double.infinity)
      var isAlone = false
      for group in groups {
        let total = group.reduce(0) { $0 + distances[i, $1] }
        if group.contains(i) {
          isAlone = group.count == 1
          own = total / Double(max(group.count - 1, 1))
        } else {
          nearest = min(nearest, total / Double(group.count))
        }
      }
      let larger = max(own, nearest)
      if !isAlone, larger > 0 { sum += (nearest - own) / larger }
    }
    return sum / Double(max(labels.count, 1))
  }
}
