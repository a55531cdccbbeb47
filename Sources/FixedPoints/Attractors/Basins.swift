// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Synchronization

/// Which attractor a grid of states κ leads to under a constant input, v having settled: for rank 1 and 2.
public struct Basins: Sendable, Hashable {
  /// The attractors.
  public let attractors: [Attractor]
  /// The grid's coordinates along κ1 and, at rank 2, κ2.
  public let axes: [[Double]]
  /// Index of the attractor of each node, κ1 running fastest; `nil` where the trajectory settled on none in time.
  public let labels: [Int?]

  /// The share of the grid that belongs to each attractor.
  public var shares: [Double] {
    attractors.indices.map { index in Double(labels.count { $0 == index }) / Double(max(labels.count, 1)) }
  }

  /// The share that settled on none.
  public var undecided: Double { Double(labels.count { $0 == nil }) / Double(max(labels.count, 1)) }

  /// κ of a node.
  public func node(_ index: Int) -> [Double] {
    axes.count == 1 ? [axes[0][index]] : [axes[0][index % axes[0].count], axes[1][index / axes[0].count]]
  }

  /// How far κ may be moved from an attractor before it may belong to another: the distance to the nearest node outside
  /// its basin, `nil` when there is none.
  public func margin(of index: Int) -> Double? {
    labels.indices.filter { labels[$0] != index }.map { attractors[index].distance(from: node($0)) }.min()
  }

  /// Follows every node of a grid.
  ///
  /// - Parameters:
  ///   - dynamics: circuit or manifold of rank 1 or 2.
  ///   - input: the constant input v = u.
  ///   - found: its fixed points and cycles under that input, and how it moves.
  ///   - nodes: nodes along each axis.
  ///   - time: how long a trajectory may take, in units of τ; without it, as long as the slowest decay asks for, between
  ///     300 and 5000.
  ///   - noiseVariance: variance of private noise in each unit's x.
  ///   - progress: told the share of the grid that is done, from any thread.
  public init(
    of dynamics: some ReducedDynamics, input: [Double], found: AttractorSearch.Found,
    nodes: Int = 40, time: Double? = nil, noiseVariance: Double = 0,
    progress: @Sendable (Double) -> Void = { _ in }
  ) {
    precondition((1...2).contains(dynamics.rank), "basins are drawn for rank 1 and 2")
    precondition(nodes > 1, "a grid has nodes")
    attractors = Attractor.among(found)
    let reach = Self.reach(found, rank: dynamics.rank)
    axes = reach.map { width in (0..<nodes).map { width * (2 * Double($0) / Double(nodes - 1) - 1) } }
    let settling = Settling(
      dynamics, attractors: attractors,
      others: found.fixedPoints.points.filter { !found.motion.isStable($0) }, scale: reach.max() ?? 1,
      motion: found.motion, noiseVariance: noiseVariance)
    let count = dynamics.rank == 1 ? nodes : nodes * nodes
    let results = Mutex([Int?](repeating: nil, count: count))
    let finished = Mutex(0)
    let time = time ?? Self.patience(found)
    let (axes, input) = (axes, input)
    Concurrently.forEach(count / nodes, threads: nil) { row in
      let labels = (0..<nodes).map { column in
        let kappa = axes.count == 1 ? [axes[0][column]] : [axes[0][column], axes[1][row]]
        return settling.destination(kappa + input, under: input, within: time)
      }
      results.withLock { all in
        for (column, label) in labels.enumerated() { all[row * nodes + column] = label }
      }
      let rows = finished.withLock { rows in
        rows += 1
        return rows
      }
      progress(Double(rows * nodes) / Double(count))
    }
    labels = results.withLock { $0 }
  }

  /// Half-widths of the grid: what is known with a margin, a quarter of the box that holds every fixed point at least,
  /// and no more than that box.
  static func reach(_ found: AttractorSearch.Found, rank: Int) -> [Double] {
    let set = found.fixedPoints
    return (0..<rank).map { r in
      let points = set.points.map { abs($0.kappa[r]) }
      let ranges = found.cycles.map { $0.range(r) } + found.stepCycles.map { $0.range(r) }
      let turns = ranges.map { max(abs($0.lowerBound), abs($0.upperBound)) }
      let known = 1.6 * max((points + turns).max() ?? 0, 1e-3)
      guard let box = set.box.map({ max($0[r], 1e-3) }) else { return known }
      return min(max(known, 0.25 * box), box)
    }
  }

  /// How long trajectories may take when nothing is said.
  static func patience(_ found: AttractorSearch.Found) -> Double {
    let stable = found.fixedPoints.points.filter(found.motion.isStable)
    return min(max(300, 8 * (stable.flatMap(found.motion.timeConstants).max() ?? 0)), 5000)
  }
}
