// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// k-means (Lloyd) with k-means++ starts (Arthur & Vassilvitskii 2007); the best of several.
public struct KMeans: Sendable, Hashable {
  /// The cluster of every row, 0..<k.
  public let labels: [Int]
  /// Centres, (k, D).
  public let centres: Matrix
  /// Sum of squared distances of the rows from their centres.
  public let inertia: Double

  /// Clusters the rows of a table.
  ///
  /// - Parameters:
  ///   - rows: (N, D), finite, N ≥ 1.
  ///   - clusters: k ≥ 1; no more than N are made.
  ///   - starts: how many k-means++ starts are tried.
  ///   - stream: random numbers; the same stream gives the same clusters.
  public init(
    _ rows: Matrix, clusters: Int, starts: Int = 4, iterations: Int = 200, stream: inout RandomStream
  ) {
    precondition(rows.rows > 0 && clusters > 0 && starts > 0, "k-means needs rows, clusters and starts")
    let table = RowTable(rows)
    let count = min(clusters, table.count)
    var best: (labels: [Int], centres: [Double], inertia: Double)?
    for _ in 0..<starts {
      let run = lloyd(table, centres: plusPlus(table, count, &stream), count: count, iterations: iterations)
      if run.inertia < best?.inertia ?? .infinity { best = run }
    }
    let width = table.width
    let found =
      best ?? ([Int](repeating: 0, count: table.count), [Double](repeating: 0, count: count * width), 0)
    labels = found.labels
    centres = Matrix(rows: count, columns: width) { found.centres[$0 * width + $1] }
    inertia = found.inertia
  }
}

/// Rows next to one another in memory, as clustering reads them.
struct RowTable {
  let count: Int
  let width: Int
  let values: [Double]

  init(_ matrix: Matrix) {
    count = matrix.rows
    width = matrix.columns
    values = matrix.transposed.elements
  }

  func squaredDistance(_ row: Int, to centre: Int, of centres: [Double]) -> Double {
    var sum = 0.0
    for j in 0..<width {
      let difference = values[row * width + j] - centres[centre * width + j]
      sum += difference * difference
    }
    return sum
  }
}

/// First centres: each new one is a row drawn with probability proportional to its squared distance from those there are.
func plusPlus(_ table: RowTable, _ count: Int, _ stream: inout RandomStream) -> [Double] {
  var centres: [Double] = []
  var distances = [Double](repeating: .infinity, count: table.count)
  for centre in 0..<count {
    var chosen = stream.index(below: table.count)
    let total = distances.reduce(0, +)
    if centre > 0 && total > 0 {
      var rest = stream.uniform() * total
      chosen = table.count - 1
      for (row, distance) in distances.enumerated() {
        rest -= distance
        if rest < 0 {
          chosen = row
          break
        }
      }
    }
    centres.append(contentsOf: table.values[(chosen * table.width)..<((chosen + 1) * table.width)])
    for row in 0..<table.count {
      distances[row] = min(distances[row], table.squaredDistance(row, to: centre, of: centres))
    }
  }
  return centres
}

private func lloyd(_ table: RowTable, centres start: [Double], count: Int, iterations: Int)
  -> (labels: [Int], centres: [Double], inertia: Double)
{
  let width = table.width
  var centres = start
  var labels = [Int](repeating: -1, count: table.count)
  var inertia = 0.0
  for _ in 0..<max(iterations, 1) {
    var changed = false
    inertia = 0
    for row in 0..<table.count {
      var nearest = 0
      var distance = Double.infinity
      for centre in 0..<count {
        let candidate = table.squaredDistance(row, to: centre, of: centres)
        if candidate < distance { (nearest, distance) = (centre, candidate) }
      }
      inertia += distance
      if labels[row] != nearest {
        labels[row] = nearest
        changed = true
      }
    }
    if !changed { break }
    var sums = [Double](repeating: 0, count: count * width)
    var sizes = [Double](repeating: 0, count: count)
    for row in 0..<table.count {
      sizes[labels[row]] += 1
      for j in 0..<width { sums[labels[row] * width + j] += table.values[row * width + j] }
    }
    // A cluster that lost all its rows keeps its centre.
    for centre in 0..<count where sizes[centre] > 0 {
      for j in 0..<width { centres[centre * width + j] = sums[centre * width + j] / sizes[centre] }
    }
  }
  return (labels, centres, inertia)
}
