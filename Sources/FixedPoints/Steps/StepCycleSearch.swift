// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Looks for what a network's own steps, κ ← κ + α f(κ), do when they do not come to rest.
///
/// States leave from beside every fixed point that the steps leave, and from random places, and are followed until they
/// rest, come back, or have turned for long. From the same places Newton's method looks for cycles of two steps, stable or
/// not; at rank 1 these are also looked for by sign changes of F(F(κ)) - κ on a grid. There is no proof that these are all.
public struct StepCycleSearch: Sendable {
  /// States from random places.
  public var starts = 16
  /// Steps that a state is followed for.
  public var steps = 8000
  /// The longest cycle that is looked for, in steps.
  public var longest = 64
  /// Seed of the random places.
  public var seed: UInt64 = 0
  /// Multiplications, about, that a search may take.
  public var work = LimitCycleSearch.usualWork

  /// A search with the usual effort.
  public init() {}

  /// Looks for what a map does.
  ///
  /// - Parameters:
  ///   - set: the fixed points of its flow, which are its own.
  ///   - progress: told the share of the states that are done.
  func search(_ map: StepMap, _ set: FixedPointSet, _ progress: (Double) -> Void)
    throws(LinearAlgebraError) -> CyclesFound<StepCycle>
  {
    let flow = map.flow
    var stream = RandomStream(seed: seed, stream: 4)
    var from: [[Double]] = []
    for point in set.points where !point.isStable(alpha: map.alpha) {
      for _ in 0..<2 {
        from.append(point.kappa.map { $0 + 0.01 * flow.scale * (2 * stream.uniform() - 1) })
      }
    }
    for _ in 0..<starts { from.append(flow.searchBox.map { $0 * (2 * stream.uniform() - 1) }) }
    var found: [StepCycle] = []
    func add(_ cycle: StepCycle?) {
      guard let cycle, !found.contains(where: { $0.isSame(as: cycle, scale: flow.scale) }) else { return }
      found.append(cycle)
    }
    var done = 0
    for start in from {
      progress(Double(done) / Double(from.count))
      add(try follow(map, from: start, set))
      add(try StepCycle(map, near: start, steps: 2))
      if flow.effort.isSpent() { break }
      done += 1
    }
    if flow.rank == 1 { for start in turningPoints(map) { add(try StepCycle(map, near: start, steps: 2)) } }
    // Stable ones first, then short ones.
    let sorted = found.enumerated().sorted { a, b in
      let left = (a.element.isStable ? 0 : 1, a.element.period ?? .infinity, a.offset)
      let right = (b.element.isStable ? 0 : 1, b.element.period ?? .infinity, b.offset)
      return left < right
    }.map(\.element)
    return CyclesFound(cycles: sorted, starts: done, of: from.count)
  }

  /// Follows a state until it rests, leaves, or does neither for long.
  private func follow(_ map: StepMap, from start: [Double], _ set: FixedPointSet) throws(LinearAlgebraError)
    -> StepCycle?
  {
    let (flow, scale) = (map.flow, map.flow.scale)
    var kappa = start
    var followed = 0
    var window = 200
    while followed < steps, !flow.effort.isSpent() {
      for _ in 0..<window { kappa = map.next(kappa) }
      followed += window
      window *= 2
      guard zip(kappa, flow.searchBox).allSatisfy({ abs($0) <= 2 * $1 + 1 }) else { return nil }
      // Rest, also on a ring, where nothing moves.
      if norm(flow.slope(kappa)) < 1e-9 * scale { return nil }
      if let count = closing(map, kappa, within: 1e-7),
        let cycle = try StepCycle(map, near: kappa, steps: count)
      {
        return cycle
      }
    }
    guard !flow.effort.isSpent() else { return nil }
    let (exponent, end) = map.exponent(from: kappa, steps: max(steps / 2, 1))
    if exponent < -StepCycle.smallestExponent || abs(exponent) <= StepCycle.smallestExponent {
      // Still on its way, to a cycle or to rest; slowly so where the exponent is nearly zero.
      if let count = closing(map, end, within: 1e-3), let cycle = try StepCycle(map, near: end, steps: count),
        cycle.isStable, cycle.distance(from: end) < 1e-2 * scale
      {
        return cycle
      }
      let isResting = set.points.contains { distance($0.kappa, end) < 1e-2 * scale }
      if exponent < -StepCycle.smallestExponent || isResting || norm(flow.slope(end)) < 1e-3 * scale {
        return nil
      }
    }
    return StepCycle(map, settled: end, exponent: exponent)
  }

  /// After how many steps a state comes back, to a share of the flow's scale; 1 at rest is no answer.
  private func closing(_ map: StepMap, _ start: [Double], within share: Double) -> Int? {
    var kappa = map.next(start)
    for count in 2...max(longest, 2) {
      kappa = map.next(kappa)
      if distance(kappa, start) < share * map.flow.scale { return count }
    }
    return nil
  }

  /// Where F(F(κ)) - κ changes sign but F(κ) - κ does not, on a grid of 2001 points: rank 1.
  private func turningPoints(_ map: StepMap) -> [[Double]] {
    let width = 1.0137 * map.flow.searchBox[0]
    let nodes = (0...2000).map { width * (Double($0) / 1000 - 1) }
    let values = nodes.map { node in
      let once = map.next([node])
      return (once: once[0] - node, twice: map.next(once)[0] - node)
    }
    return nodes.indices.dropFirst().compactMap { i in
      let (left, right) = (values[i - 1], values[i])
      guard (left.twice < 0) != (right.twice < 0), (left.once < 0) == (right.once < 0) else { return nil }
      return [(nodes[i - 1] + nodes[i]) / 2]
    }
  }
}
