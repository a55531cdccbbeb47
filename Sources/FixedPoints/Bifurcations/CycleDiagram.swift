// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension BifurcationSearch {
  /// Branches of limit cycles over the range of a diagram.
  ///
  /// Branches begin at the diagram's Hopf points. At both ends and in the middle of the range cycles are looked for by
  /// simulation (`LimitCycleSearch`), and those that lie on no known branch are followed both ways. There is no proof that
  /// these are all.
  ///
  /// - Parameter progress: told the share of the work that is done.
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func cycles(
    from diagram: BifurcationDiagram, of circuit: EffectiveCircuit, input: [Double],
    parameter: BifurcationParameter, over range: ClosedRange<Double>,
    progress: @escaping (Double) -> Void = { _ in }
  ) throws(LinearAlgebraError) -> [CycleBranch] {
    // On a line nothing turns.
    guard circuit.rank > 1 else { return [] }
    let family = CircuitFamily(circuit: circuit, input: input, parameter: parameter)
    let middle = (range.lowerBound + range.upperBound) / 2
    let hopfs = diagram.bifurcations.filter { $0.kind == .hopf }
    let continuation = CycleContinuation(family, over: range, reach: try family.flow(middle).scale)
    var follower = CycleFollower(continuation: continuation, hopfs: hopfs, budget: cycleBudget)
    let places = [range.lowerBound, range.upperBound, middle]
    let parts = Double(hopfs.count + places.count)
    var branches: [CycleBranch] = []
    for (index, hopf) in hopfs.enumerated() {
      follower.progress = { progress((Double(index) + $0) / parts) }
      follower.progress(0)
      if branches.contains(where: { $0.end.isHopf(hopf) }) { continue }
      guard let seed = try continuation.start(hopf), let first = try born(seed, continuation) else {
        continue
      }
      let way = try follower.follow(seed, firstStep: first)
      if way.points.isEmpty { continue }
      branches.append(
        CycleBranch(
          points: way.points, start: .hopf(parameter: hopf.parameter, kappa: hopf.kappa), end: way.end,
          bifurcations: way.bifurcations))
    }
    for (index, value) in places.enumerated() {
      let done = Double(hopfs.count + index)
      follower.progress = { progress((done + 0.5 + $0 / 2) / parts) }
      progress(done / parts)
      let (member, v) = family.member(value)
      let points = try search.fixedPoints(of: member, input: v).points
      let found = try simulation.cycles(of: member, input: v, fixedPoints: points) {
        progress((done + $0 / 2) / parts)
      }
      for cycle in found.cycles {
        var isKnown = false
        for branch in branches where !isKnown { isKnown = try branch.passes(cycle, value, family) }
        guard !isKnown, let start = try continuation.start(cycle, value) else { continue }
        branches.append(try both(follower, start, CycleBranch.Point(parameter: value, cycle: cycle)))
      }
    }
    return branches
  }

  /// The length of a first step from a Hopf point that leads to a cycle, as a share of the size of κ.
  private func born(_ seed: CycleContinuation.Step, _ continuation: CycleContinuation)
    throws(LinearAlgebraError) -> Double?
  {
    for length in [0.01, 0.003, 0.03, 0.001, 0.1] {
      if try continuation.advance(seed, by: length) != nil { return length }
    }
    return nil
  }

  /// A branch through a cycle, followed towards falling p and towards rising p.
  private func both(
    _ follower: CycleFollower, _ start: CycleContinuation.Step, _ point: CycleBranch.Point
  ) throws(LinearAlgebraError) -> CycleBranch {
    let range = follower.continuation.range
    var ways: [CycleFollower.Way] = []
    for side in [-1.0, 1.0] {
      var from = start
      if side < 0 { from.tangent = from.tangent.map { -$0 } }
      // At a border the outward way is over at once.
      let border = side < 0 ? range.lowerBound : range.upperBound
      if point.parameter == border, from.tangent[from.tangent.count - 1] * side > 0 {
        ways.append(CycleFollower.Way(end: .border))
        continue
      }
      let way = try follower.follow(from, firstStep: follower.longestStep / 4)
      ways.append(way)
      if way.end == .closed {
        return CycleBranch(
          points: [point] + way.points, start: .closed, end: .closed, bifurcations: way.bifurcations)
      }
    }
    return CycleBranch(
      points: ways[0].points.reversed() + [point] + ways[1].points, start: ways[0].end, end: ways[1].end,
      bifurcations: ways[0].bifurcations.reversed() + ways[1].bifurcations)
  }
}

extension CycleBranch.End {
  /// Whether it is this Hopf point.
  fileprivate func isHopf(_ hopf: Bifurcation) -> Bool {
    if case .hopf(let parameter, let kappa) = self {
      parameter == hopf.parameter && kappa == hopf.kappa
    } else {
      false
    }
  }
}

extension CycleBranch {
  /// Whether a cycle at a value of the parameter lies on the branch.
  fileprivate func passes(_ cycle: LimitCycle, _ value: Double, _ family: CircuitFamily)
    throws(LinearAlgebraError) -> Bool
  {
    let flow = try family.flow(value)
    for (a, b) in zip(points, points.dropFirst())
    where min(a.parameter, b.parameter) <= value && value <= max(a.parameter, b.parameter) {
      let near = abs(a.parameter - value) < abs(b.parameter - value) ? a : b
      guard abs(near.cycle.period - cycle.period) < 0.5 * cycle.period,
        let own = try LimitCycle(flow, near: near.cycle.orbit[0], period: near.cycle.period, iterations: 12)
      else { continue }
      if own.isSame(as: cycle) { return true }
    }
    return false
  }
}

extension CircuitFamily {
  /// The flow of a member.
  func flow(_ value: Double) throws(LinearAlgebraError) -> LatentFlow {
    let (circuit, input) = member(value)
    return try LatentFlow(circuit, input: input, noiseVariance: 0)
  }
}
