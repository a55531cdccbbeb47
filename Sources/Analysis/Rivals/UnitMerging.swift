// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A smaller network in which some units stand for several of a larger one.
///
/// What a unit receives (m or its row of J, I, biases, initial state) is the mean over those it stands for; what it sends (n and
/// w, or its column of J) is their sum. Units that receive the same are merged without any loss. With J = m nᵀ/N and
/// z = wᵀφ/N the sums are multiplied by N'/N, for the smaller network divides by its own N'.
public struct UnitMerging: Sendable {
  /// The smaller network.
  public let network: Network
  /// How many units of the original each of its units stands for.
  public let sizes: [Int]

  /// A network as it is: every unit stands for itself.
  public init(_ network: Network) {
    self.network = network
    sizes = [Int](repeating: 1, count: network.unitCount)
  }

  /// Other numbers for the same units, of which each stands for as many of the original as it did.
  ///
  /// - Precondition: as many units.
  public func replacing(_ network: Network) -> UnitMerging {
    precondition(network.unitCount == sizes.count, "as many units as before")
    return UnitMerging(network: network, sizes: sizes)
  }

  private init(network: Network, sizes: [Int]) {
    (self.network, self.sizes) = (network, sizes)
  }

  /// The network with pairs of units merged.
  ///
  /// - Parameter pairs: pairs of units, no unit twice.
  /// - Throws: `ShapeError` when an entry is not finite.
  public func merging(_ pairs: [(Int, Int)]) throws(ShapeError) -> UnitMerging {
    var partner = [Int?](repeating: nil, count: network.unitCount)
    for (a, b) in pairs { partner[min(a, b)] = max(a, b) }
    let gone = Set(pairs.map { max($0.0, $0.1) })
    let groups = (0..<network.unitCount).filter { !gone.contains($0) }.map { unit in
      [unit] + (partner[unit].map { [$0] } ?? [])
    }
    return try UnitMerging(network, sizes, groups)
  }

  private init(_ old: Network, _ sizes: [Int], _ groups: [[Int]]) throws(ShapeError) {
    self.sizes = groups.map { $0.reduce(0) { $0 + sizes[$1] } }
    let totals = self.sizes
    func mean(_ matrix: Matrix) -> Matrix {
      Matrix(rows: groups.count, columns: matrix.columns) { group, column in
        groups[group].reduce(0) { $0 + Double(sizes[$1]) * matrix[$1, column] } / Double(totals[group])
      }
    }
    func mean(_ values: [Double]) -> [Double] {
      mean(Matrix(rows: values.count, columns: 1, elements: values)).elements
    }
    let share = Double(groups.count) / Double(old.unitCount)
    func sum(_ matrix: Matrix, times factor: Double) -> Matrix {
      Matrix(rows: groups.count, columns: matrix.columns) { group, column in
        factor * groups[group].reduce(0) { $0 + matrix[$1, column] }
      }
    }
    // J carries no 1/N: its columns are summed, then its rows averaged.
    let dense = old.denseConnectivity.map { j in mean(sum(j.transposed, times: 1).transposed) }
    network = try Network(
      m: mean(old.m), n: sum(old.n, times: share), inputs: mean(old.inputs),
      readouts: sum(old.readouts, times: share),
      bias: old.bias.map { .init(values: mean($0.values), reachesReadout: $0.reachesReadout) },
      current: old.current.map(mean), readoutBias: old.readoutBias, form: old.form,
      denseConnectivity: dense, transfer: old.transfer
    ).starting(at: old.start.map { mean($0.state) })
  }
}

/// How alike the units of a network are: squared distances between rows of a table with a row for each unit.
public enum UnitLikeness {
  /// Loadings that say what a unit does: m or its row of J, I, biases and initial state. Every kind counts by its standard deviation over
  /// units, all columns of J together as one.
  public static func loadings(of network: Network) -> Matrix {
    var parts: [Matrix] = []
    func add(_ matrix: Matrix, together: Bool) {
      let scales = (0..<matrix.columns).map { column -> Double in
        let values = Array(matrix.column(column))
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      }
      let total = scales.reduce(0, +)
      parts.append(
        Matrix(rows: matrix.rows, columns: matrix.columns) { unit, column in
          let variance = together ? total : scales[column]
          return variance > 0 ? matrix[unit, column] / variance.squareRoot() : 0
        })
    }
    if let dense = network.denseConnectivity {
      add(dense, together: true)
    } else {
      add(network.m, together: false)
    }
    add(network.inputs, together: false)
    for values in [network.bias?.values, network.current, network.start?.state] {
      if let values { add(Matrix(rows: values.count, columns: 1, elements: values), together: false) }
    }
    return parts.dropFirst().reduce(parts[0]) { $0.appending(columnsOf: $1) }
  }

  /// Rates of the units at some points in time of some trials, at most `most` of them, evenly spread.
  ///
  /// - Throws: `LinearAlgebraError` when the simulation runs away.
  public static func activity(
    of network: Network, under stimulus: Stimulus, alpha: Double, most: Int = 400
  ) throws(LinearAlgebraError) -> Matrix {
    let part = Trials(stimulus: stimulus).prefix(
      max(1, (1 << 25) / max(1, stimulus.steps * network.unitCount))
    ).stimulus
    let dynamics = try NetworkDynamics(network)
    let run = Simulation(alpha: alpha, keepsStates: true).run(dynamics, under: part)
    let rates = dynamics.activationsAndRates(of: run, under: part).rates
    let (units, points) = (network.unitCount, rates.count / network.unitCount)
    let count = min(most, points)
    return Matrix(rows: units, columns: count) { unit, column in
      rates[(column * points / count) * units + unit]
    }
  }

  /// The pairs that are most alike, no unit in two of them, at most so many.
  public static func closestPairs(_ table: Matrix, most: Int) -> [(Int, Int)] {
    let (units, columns) = (table.rows, table.columns)
    guard units > 1, most > 0 else { return [] }
    let rows = table.transposed.elements
    // Every unit's distances to those behind it; a list of all pairs would take N² places.
    var candidates: [(distance: Double, a: Int, b: Int)] = []
    for a in 0..<units {
      for b in (a + 1)..<max(units, a + 1) {
        var square = 0.0
        for k in 0..<columns {
          let difference = rows[a * columns + k] - rows[b * columns + k]
          square += difference * difference
        }
        candidates.append((square, a, b))
      }
    }
    candidates.sort { ($0.distance, $0.a, $0.b) < ($1.distance, $1.a, $1.b) }
    var taken = [Bool](repeating: false, count: units)
    var pairs: [(Int, Int)] = []
    for candidate in candidates where !taken[candidate.a] && !taken[candidate.b] {
      (taken[candidate.a], taken[candidate.b]) = (true, true)
      pairs.append((candidate.a, candidate.b))
      if pairs.count == most { break }
    }
    return pairs
  }
}
