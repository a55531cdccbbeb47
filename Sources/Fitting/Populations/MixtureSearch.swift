// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// How the likeliest mixture is looked for: many short runs, the better ones longer, the best to the end; then one
/// component after the other is taken away and put where another one is split, which leaves optima that no start left
/// (random swaps: Zhao, Hautamäki & Fränti 2008).
struct MixtureSearch: Sendable {
  /// Starts of every kind.
  var starts: Int
  /// Iterations of the short runs, and of the longer ones that a third of them is given.
  var short = 12
  var long = 30
  /// Runs iterated to the end.
  var finished: Int
  /// Rounds of eight swaps each.
  var rounds: Int
  /// Most iterations of a run, and the change of the mean log-likelihood per row that ends it.
  var iterations = 1000
  var tolerance = 1e-7

  /// For one mixture.
  static let thorough = MixtureSearch(starts: 16, finished: 6, rounds: 12)
  /// For mixtures of many subsamples.
  static let quick = MixtureSearch(starts: 5, finished: 3, rounds: 0)

  /// Finished runs, the likeliest first. A run with a component of fewer rows than `leastRows` comes after all others: the
  /// likelihood of few rows near a plane has no bound, and says nothing (Hathaway 1985).
  func runs(
    _ rows: MixtureRows, table: MixtureTable, components: Int, floor: Double, seed: UInt64, threads: Int?
  ) -> [MixtureRun] {
    if components == 1 {
      var run = MixtureRun(
        table, weights: [Double](repeating: 1, count: table.count), components: 1, floor: floor)
      run.iterate(table, atMost: 2, tolerance: tolerance)
      return run.failed ? [] : thinned([run], table, threads)
    }
    let kinds = MixtureStart.allCases.filter { $0 != .driveMeans || rows.drives != nil }
    var runs = Concurrently.map(kinds.count * starts, threads: threads) { index -> MixtureRun in
      var stream = RandomStream(seed: seed, stream: UInt64(index))
      let weights = kinds[index % kinds.count].weights(rows, components: components, stream: &stream)
      var run = MixtureRun(table, weights: weights, components: components, floor: floor)
      run.iterate(table, atMost: short, tolerance: tolerance)
      return run
    }
    runs = best(runs, (runs.count + 2) / 3, table)
    runs = advance(runs, by: long, table, threads)
    runs = best(runs, finished, table)
    runs = best(advance(runs, by: iterations, table, threads), finished, table)
    for round in 0..<rounds {
      guard let leader = runs.first else { break }
      var swapped = Concurrently.map(8, threads: threads) { index -> MixtureRun in
        var stream = RandomStream(seed: seed, stream: UInt64(1 << 20 + 8 * round + index))
        var run = swap(leader, table, &stream)
        run.iterate(table, atMost: short + long, tolerance: tolerance)
        return run
      }
      swapped = advance(best(swapped, 1, table), by: iterations, table, threads)
      runs = best(runs + swapped, finished, table)
    }
    return best(thinned(runs, table, threads), finished, table)
  }

  /// Runs in which a component is thin, carried on with a floor a thousand times lower: with the one that keeps starts from
  /// collapsing, their likelihood would stay below that of the rows' own covariances. A run that would lose a component
  /// stays as it was.
  private func thinned(_ runs: [MixtureRun], _ table: MixtureTable, _ threads: Int?) -> [MixtureRun] {
    let least = Self.leastRows(table, components: runs.first?.forms.count ?? 1)
    return Concurrently.map(runs.count, threads: threads) { index in
      guard runs[index].isThin(table) else { return runs[index] }
      var run = runs[index].continued(floor: runs[index].floor / 1000, table)
      run.iterate(table, atMost: iterations, tolerance: tolerance)
      return run.failed || (run.forms.count > 1 && run.smallest < least) ? runs[index] : run
    }
  }

  /// Fewer rows than this have no covariance worth speaking of.
  static func leastRows(_ table: MixtureTable, components: Int) -> Double {
    min(2 * Double(table.width + 1), Double(table.count) / Double(2 * components))
  }

  private func best(_ runs: [MixtureRun], _ count: Int, _ table: MixtureTable) -> [MixtureRun] {
    let usable = runs.filter { !$0.failed }
    let least = Self.leastRows(table, components: usable.first?.forms.count ?? 1)
    let order = usable.indices.sorted { a, b in
      let (small, other) = (usable[a].smallest < least, usable[b].smallest < least)
      if small != other { return other }
      if usable[a].logLikelihood != usable[b].logLikelihood {
        return usable[a].logLikelihood > usable[b].logLikelihood
      }
      return a < b
    }
    return order.prefix(count).map { usable[$0] }
  }

  private func advance(_ runs: [MixtureRun], by limit: Int, _ table: MixtureTable, _ threads: Int?)
    -> [MixtureRun]
  {
    Concurrently.map(runs.count, threads: threads) { index in
      var run = runs[index]
      run.iterate(table, atMost: limit, tolerance: tolerance)
      return run
    }
  }

  /// One component's rows go to the others, and another one is split by soft random weights.
  private func swap(_ run: MixtureRun, _ table: MixtureTable, _ stream: inout RandomStream) -> MixtureRun {
    let count = run.forms.count
    var weights = run.expect(table).responsibilities
    let removed = stream.index(below: count)
    var split = stream.index(below: count - 1)
    if split >= removed { split += 1 }
    for row in 0..<table.count {
      let base = row * count
      let rest = 1 - weights[base + removed]
      weights[base + removed] = 0
      if rest > 1e-12 {
        for p in 0..<count { weights[base + p] /= rest }
      } else {
        for p in 0..<count where p != removed { weights[base + p] = 1 / Double(count - 1) }
      }
      let share = 1 / (1 + exp(2 * stream.normal()))
      weights[base + removed] = weights[base + split] * share
      weights[base + split] *= 1 - share
    }
    return MixtureRun(table, weights: weights, components: count, floor: run.floor)
  }
}
