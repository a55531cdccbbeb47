// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Synchronization

/// Three answers to "how certain is this number?", which must not be mixed up:
/// - *this network*: its exact manifold has no sampling error at all;
/// - *the ensemble's parameters*: the units are a sample; bootstrapping them shows how well they determine a number;
/// - *another network* of the same statistics: N units redrawn from the Gaussian mixture.
public struct Uncertainty: Sendable, Hashable {
  /// What is resampled.
  public enum Source: String, Sendable, Hashable, CaseIterable, Codable {
    /// The network's own units, with replacement.
    case bootstrap
    /// N units drawn from its Gaussian mixture.
    case redraw
  }

  /// Lower and upper end of the central interval of one number.
  public struct Interval: Sendable, Hashable {
    /// Lower end.
    public let lower: Double
    /// Upper end.
    public let upper: Double

    /// Whether a value lies inside, ends included.
    public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
  }

  /// What was resampled.
  public let source: Source
  /// The numbers of this network itself.
  public let values: [Double]
  /// The numbers of every replicate that could be computed, in order.
  public let replicates: [[Double]]
  /// How many replicates were asked for.
  public let requested: Int

  /// Resamples a network and computes numbers from each replicate.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - source: what is resampled.
  ///   - labels: populations of the units; a bootstrap keeps the units of each population together, a redraw draws from
  ///     the mixture.
  ///   - replicates: how many.
  ///   - seed: replicate k draws from stream k, whichever thread computes it.
  ///   - progress: called after every replicate, from any thread.
  ///   - statistic: the numbers, as many for every replicate; a replicate for which it throws is left out.
  /// - Throws: `ShapeError` when labels do not fit, `LinearAlgebraError` when the mixture cannot be drawn from, and what
  ///   `statistic` throws for the network itself.
  public init(
    of network: Network, source: Source, labels: [Int]? = nil, replicates: Int, seed: UInt64,
    threads: Int? = nil, progress: (@Sendable () -> Void)? = nil,
    statistic: @Sendable (Network, [Int]) throws -> [Double]
  ) throws {
    precondition(replicates > 0, "an interval needs replicates")
    let groups = labels ?? [Int](repeating: 0, count: network.unitCount)
    let statistics = try ConnectivityStatistics(of: network, labels: groups)
    let ordered = groups.withoutGaps
    values = try statistic(network, ordered)
    if source == .redraw {
      // One draw in the open, so that statistics no units can have are an error and not an empty interval.
      var stream = RandomStream(seed: seed)
      _ = try statistics.redraw(units: network.unitCount, settings: network.settings, stream: &stream)
    }
    self.source = source
    self.replicates = Self.resampled(
      network, statistics: statistics, source: source, groups: ordered, replicates: replicates, seed: seed,
      threads: threads, progress: progress, statistic: statistic
    ).compactMap { $0 }
    requested = replicates
  }

  /// What `statistic` makes of every replicate, in order; `nil` where it throws.
  static func resampled<Result: Sendable>(
    _ network: Network, statistics: ConnectivityStatistics, source: Source, groups: [Int], replicates: Int,
    seed: UInt64, threads: Int? = nil, progress: (@Sendable () -> Void)? = nil,
    statistic: @Sendable (Network, [Int]) throws -> Result
  ) -> [Result?] {
    let members = (0...(groups.max() ?? 0)).map { p in groups.indices.filter { groups[$0] == p } }
    let results = Mutex([Result?](repeating: nil, count: replicates))
    Concurrently.forEach(replicates, threads: threads) { k in
      var stream = RandomStream(seed: seed, stream: UInt64(k))
      let result: Result? = try? {
        switch source {
        case .bootstrap:
          let units = members.flatMap { group in group.map { _ in group[stream.index(below: group.count)] }
          }
          let drawn = members.enumerated().flatMap { p, group in group.map { _ in p } }
          return try statistic(try network.selecting(units: units), drawn)
        case .redraw:
          let sample = try statistics.redraw(
            units: network.unitCount, settings: network.settings, stream: &stream)
          // Redraws list one population's units after the other, in the shares that the fractions ask for.
          let drawn = members.enumerated().flatMap { p, group in group.map { _ in p } }
          return try statistic(sample, drawn)
        }
      }()
      results.withLock { $0[k] = result }
      progress?()
    }
    return results.withLock { $0 }
  }

  /// Central intervals of the numbers, by percentiles of the replicates.
  ///
  /// - Parameter level: the probability inside, e.g. 0.95.
  public func intervals(level: Double = 0.95) -> [Interval] {
    values.indices.map { index in
      let sorted = replicates.map { $0[index] }.sorted()
      guard !sorted.isEmpty else { return Interval(lower: .nan, upper: .nan) }
      return Interval(
        lower: sorted.quantile((1 - level) / 2), upper: sorted.quantile((1 + level) / 2))
    }
  }

  /// Standard deviation of each number over the replicates.
  public var deviations: [Double] {
    values.indices.map { index in
      let sample = replicates.map { $0[index] }
      let count = Double(max(sample.count, 1))
      let mean = sample.reduce(0, +) / count
      return (sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)).squareRoot()
    }
  }
}

extension Network {
  /// A network of some of the units, in the given order, each as often as it is listed.
  ///
  /// - Throws: `ShapeError` when there is none.
  public func selecting(units: [Int]) throws(ShapeError) -> Network {
    precondition(units.allSatisfy { (0..<unitCount).contains($0) }, "a unit that the network does not have")
    let loadings = loadings
    return try Network(
      loadings: Matrix(rows: units.count, columns: loadings.columns) { loadings[units[$0], $1] },
      layout: layout, settings: settings)
  }
}
