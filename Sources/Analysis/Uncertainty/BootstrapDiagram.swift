// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank

/// How well a network's units determine its circuit's bifurcation diagram: the diagram of resampled units.
///
/// Units are drawn with replacement, within their populations; each replicate's circuit is that of its moments. At some
/// values of the parameter the fixed points of all replicates are searched. This is the uncertainty of the ensemble's
/// parameters; the network itself, on its exact manifold, has none.
public struct BootstrapDiagram: Sendable, Hashable {
  /// What fixed points there are.
  public struct Topology: Sendable, Hashable {
    /// How many.
    public let points: Int
    /// How many of them are stable.
    public let stable: Int
  }

  /// Replicates of one topology.
  public struct Share: Sendable, Hashable {
    /// The topology.
    public let topology: Topology
    /// The fraction of replicates that have it.
    public let fraction: Double
  }

  /// Central intervals of one fixed point of the circuit itself.
  public struct Ribbon: Sendable, Hashable {
    /// κ of the circuit.
    public let kappa: [Double]
    /// Whether it is stable.
    public let isStable: Bool
    /// 5 % and 95 % quantiles of each κ_r over the replicates of the circuit's own topology; `nil` when these are fewer
    /// than twenty.
    public let intervals: [Uncertainty.Interval]?
  }

  /// One value of the parameter.
  public struct Slice: Sendable, Hashable {
    /// The value.
    public let parameter: Double
    /// The topologies of the replicates, most frequent first.
    public let shares: [Share]
    /// The circuit's own fixed points with their intervals.
    public let ribbons: [Ribbon]
  }

  /// Topologies in the order in which they follow one another over the range.
  public struct Course: Sendable, Hashable {
    /// The topologies; neighbours differ.
    public let topologies: [Topology]
    /// The fraction of replicates that pass through them.
    public let fraction: Double
    /// Whether the circuit itself does.
    public let isOwn: Bool
  }

  /// The slices, by ascending parameter.
  public let slices: [Slice]
  /// The courses, most frequent first.
  public let courses: [Course]
  /// Replicates that could be computed.
  public let replicates: Int

  /// Resamples a network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - labels: populations of its units; without them they are one.
  ///   - input: the constant input, K values.
  ///   - parameter: what varies.
  ///   - range: from where to where.
  ///   - replicates: how many.
  ///   - slices: at how many values of the parameter.
  ///   - seed: replicate k draws from stream k.
  /// - Throws: `ShapeError` when the labels do not fit, `LinearAlgebraError` when numerics fail for the network itself.
  public init(
    of network: Network, labels: [Int]? = nil, input: [Double], parameter: BifurcationParameter,
    over range: ClosedRange<Double>, replicates count: Int, slices: Int = 41, seed: UInt64
  ) throws {
    precondition(count > 0 && slices > 1, "a bootstrap has replicates, and a range has two ends")
    let groups = (labels ?? [Int](repeating: 0, count: network.unitCount)).withoutGaps
    let width = range.upperBound - range.lowerBound
    let values = (0..<slices).map { range.lowerBound + width * Double($0) / Double(slices - 1) }
    let scan: @Sendable (Network, [Int]) throws -> [[FixedPoint]] = { sample, labels in
      let family = CircuitFamily(
        circuit: try EffectiveCircuit(of: sample, labels: labels), input: input, parameter: parameter)
      var search = FixedPointSearch()
      // A proof of completeness for each of them would take too long at rank 2; at rank 1 it comes for nothing.
      search.starts = sample.rank == 1 ? 0 : 32
      search.budget = 0
      return try values.map { value in
        let (circuit, input) = family.member(value)
        let set = try search.fixedPoints(of: circuit, input: input)
        if sample.rank == 1 || set.index == 1 { return set.points }
        // For bounded φ the index tells that one is missing: look harder.
        var careful = search
        careful.starts = 240
        careful.seed = 1
        return try careful.fixedPoints(of: circuit, input: input).points
      }
    }
    let own = try scan(network, groups)
    let all = Uncertainty.resampled(
      network, statistics: try ConnectivityStatistics(of: network, labels: groups), source: .bootstrap,
      groups: groups, replicates: count, seed: seed, statistic: scan
    ).compactMap { $0 }
    self.replicates = all.count
    self.slices = values.indices.map { index in
      Slice(
        parameter: values[index], shares: Self.shares(all.map { Topology($0[index]) }),
        ribbons: Self.ribbons(own[index], all.map { $0[index] }))
    }
    let course = Topology.course(own)
    courses = Self.frequencies(all.map(Topology.course)).map {
      Course(topologies: $0.0, fraction: $0.1, isOwn: $0.0 == course)
    }
  }

  private static func shares(_ topologies: [Topology]) -> [Share] {
    frequencies(topologies).map { Share(topology: $0.0, fraction: $0.1) }
  }

  /// Distinct items with their share, most frequent first, in order of appearance among equals.
  private static func frequencies<Item: Hashable>(_ items: [Item]) -> [(Item, Double)] {
    var counts: [Item: Int] = [:]
    var order: [Item] = []
    for item in items {
      if counts[item] == nil { order.append(item) }
      counts[item, default: 0] += 1
    }
    return order.enumerated().map { ($0.offset, $0.element, counts[$0.element] ?? 0) }
      .sorted { ($1.2, $0.0) < ($0.2, $1.0) }
      .map { ($0.1, Double($0.2) / Double(max(items.count, 1))) }
  }

  private static func ribbons(_ own: [FixedPoint], _ all: [[FixedPoint]]) -> [Ribbon] {
    let matched = all.compactMap { match($0, to: own) }
    return own.enumerated().map { index, point in
      let intervals =
        matched.count < 20
        ? nil
        : point.kappa.indices.map { r in
          let sorted = matched.map { $0[index].kappa[r] }.sorted()
          return Uncertainty.Interval(
            lower: sorted[Int(0.05 * Double(sorted.count - 1))],
            upper: sorted[Int((0.95 * Double(sorted.count - 1)).rounded(.up))])
        }
      return Ribbon(kappa: point.kappa, isStable: point.isStable, intervals: intervals)
    }
  }

  /// The replicate's points in the order of the circuit's own: by κ at rank 1, by nearness beyond. `nil` for another
  /// topology.
  private static func match(_ points: [FixedPoint], to own: [FixedPoint]) -> [FixedPoint]? {
    guard Topology(points) == Topology(own) else { return nil }
    if own.first?.kappa.count == 1 {
      return zip(points, own).allSatisfy({ $0.isStable == $1.isStable }) ? points : nil
    }
    var left = points
    var result: [FixedPoint] = []
    for point in own {
      let candidates = left.indices.filter { left[$0].isStable == point.isStable }
      guard
        let nearest = candidates.min(by: {
          distance(left[$0].kappa, point.kappa) < distance(left[$1].kappa, point.kappa)
        })
      else { return nil }
      result.append(left.remove(at: nearest))
    }
    return result
  }
}

extension BootstrapDiagram.Topology {
  fileprivate init(_ points: [FixedPoint]) {
    self.init(points: points.count, stable: points.count(where: \.isStable))
  }

  /// The topologies over a range, each named once for as long as it lasts.
  fileprivate static func course(_ slices: [[FixedPoint]]) -> [BootstrapDiagram.Topology] {
    var result: [BootstrapDiagram.Topology] = []
    for slice in slices.map({ BootstrapDiagram.Topology($0) }) where slice != result.last {
      result.append(slice)
    }
    return result
  }
}
