// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Finds the fixed points of a reduced dynamics under a constant input, and says how sure it is of having all.
///
/// Rank 1: the box that must hold them is searched with bounds, see `LineSearch`. Higher ranks: many starts, deflation
/// of what was found, then an attempt at a proof by subdivision (`IsolationProof`), which needs a bounded φ and ends
/// without one when its budget is spent. ReLU units on the manifold at rank 2 and 3: all cells between their kinks are
/// solved (`CellEnumeration`). Linear φ: f = 0 is solved as the linear equations that it is.
///
/// A search ends after so much `work`: at high rank some starts, deflation and the proof are cut short, and the result
/// says so.
public struct FixedPointSearch: Sendable {
  /// Random starts, for roots at rank ≥ 2 and for slow points at any rank; for minima of q at most 60.
  public var starts = 200
  /// Evaluations of the flow that the proof may take.
  public var budget = 40_000
  /// Multiplications, about, that 200 starts and what follows them may take, some twenty seconds; more starts may take more
  /// in proportion.
  public var work = 2e10
  /// Seed of the random starts.
  public var seed: UInt64 = 0
  /// Variance of private noise in each unit's x.
  public var noiseVariance = 0.0
  /// α, the size of the network's own steps in units of τ, where points on kinks of ReLU units are to be judged by them, too;
  /// below .1 small deviations do what they do in the flow.
  public var alpha: Double?
  /// A slow point is listed when its speed, |f| or √q, is below this share of the starts' median speed.
  public var slowness = 0.1

  /// A search with the usual effort.
  public init() {}

  /// Fixed points of the Gaussian circuit at v = `input` (K values).
  ///
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func fixedPoints(of circuit: EffectiveCircuit, input: [Double]) throws(LinearAlgebraError)
    -> FixedPointSet
  {
    let statistics = circuit.statistics
    let metric = Matrix(rows: circuit.rank, columns: circuit.rank) {
      Double(statistics.unitCount) * statistics.overlap(.m($0), .m($1))
    }
    return try search(
      LatentFlow(circuit, input: input, noiseVariance: noiseVariance, effort: effort), metric: metric)
  }

  /// Fixed points of the exact manifold, and so of the full network, at v = `input` (K values).
  ///
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func fixedPoints(of manifold: ManifoldDynamics, input: [Double]) throws(LinearAlgebraError)
    -> FixedPointSet
  {
    let m = manifold.network.m
    let metric = Matrix(rows: m.columns, columns: m.columns) {
      zip(m.column($0), m.column($1)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let flow = LatentFlow(manifold, input: input, noiseVariance: noiseVariance, effort: effort)
    let kinks = noiseVariance == 0 ? KinkedUnits(manifold, input: input) : nil
    return try search(flow, metric: metric, kinks: kinks)
  }

  /// What one search may take.
  private var effort: Effort { Effort(allowance: work * max(1, Double(starts) / 200)) }

  /// - Parameter metric: mᵀm.
  /// - Parameter kinks: those of ReLU units.
  private func search(_ flow: LatentFlow, metric: Matrix, kinks: KinkedUnits? = nil)
    throws(LinearAlgebraError) -> FixedPointSet
  {
    let found = try search(flow, metric: metric, kinks: kinks, known: [])
    guard found.isOneMissing, flow.rank > 1, !flow.effort.isSpent(0.4) else { return found }
    // Once more from other starts, and from those that are known.
    var other = self
    other.seed &+= 1
    other.starts = 2 * starts
    return try other.search(flow, metric: metric, kinks: kinks, known: found.points.map(\.kappa))
  }

  /// - Parameter known: fixed points that are known already.
  private func search(_ flow: LatentFlow, metric: Matrix, kinks: KinkedUnits?, known: [[Double]])
    throws(LinearAlgebraError) -> FixedPointSet
  {
    if flow.isLinear { return try FixedPointSet(ofLinear: flow) }
    var roots = known
    var reach = SearchReach(rank: flow.rank, wanted: starts)
    var slow = try multistart(flow, metric: metric, inState: false, roots: &roots, done: &reach.starts)
    var unused = 0
    var slowInState =
      flow.rank == 1
      ? slow : try multistart(flow, metric: metric, inState: true, roots: &roots, done: &unused)
    let cells = kinks?.allPoints(scale: flow.scale)
    if let cells { roots = cells.roots }
    let continua = try continua(flow, roots: &roots)
    let completeness: FixedPointSet.Completeness
    if let cells {
      completeness = .proven(cells.method)
    } else if !continua.isEmpty {
      if flow.rank > 1 { reach.deflation = try deflate(flow, beside: continua, roots: &roots) }
      completeness = .searched(
        "fixed points fill \(continua.count == 1 ? "a \(continua[0].kind.rawValue)" : "lines or rings"), of which no "
          + "subdivision makes an end; \(reach.isWhole ? "\(starts) starts found no more" : reach.text)")
    } else if flow.rank == 1 {
      let line = try LineSearch(flow)
      roots = line.roots.map { [$0] }
      completeness = line.doubt.map { .searched($0) } ?? .proven(line.method)
    } else {
      reach.deflation = try deflate(flow, beside: [], roots: &roots)
      completeness = try prove(flow, reach, roots: &roots)
    }
    if flow.rank > 1, cells == nil { roots = try MultipleRoots(flow).merged(roots) }
    var points: [FixedPoint] = []
    for root in roots {
      let onKinks = kinks?.stability(at: root)
      let inSteps = alpha.flatMap { alpha in
        alpha < KinkStability.smallestStep
          ? nil : onKinks.map { FixedPoint.KinksInSteps(alpha: alpha, stability: $0.stability(alpha: alpha)) }
      }
      let point = try FixedPoint(
        root, flow.whole(root), onKinks: onKinks?.stability, inSteps: inSteps)
      points.append(point)
      guard point.kind == .marginal, point.onKinks == nil else { continue }
      let others = roots.filter { $0 != root } + continua.flatMap(\.path)
      points[points.count - 1] = try FixedPoint(
        root, flow.whole(root), nearby: Surroundings(flow, point, others: others).nearby())
    }
    points.sort { $0.kappa.lexicographicallyPrecedes($1.kappa) }
    slow.removeAll { leadsToDegenerate(flow, $0.kappa, points) }
    slowInState.removeAll { leadsToDegenerate(flow, $0.kappa, points) }
    let set = FixedPointSet(
      points: points, continua: continua, slowPoints: slow, slowPointsInState: slowInState,
      completeness: completeness, box: flow.box)
    // The index theorem can refute completeness where the proof was not attempted.
    if set.isOneMissing, let index = set.index, case .searched(let reason) = completeness {
      return FixedPointSet(
        points: points, continua: continua, slowPoints: slow, slowPointsInState: slowInState,
        completeness: .searched("\(reason); their index sum is \(index), not 1: one is missing"),
        box: flow.box)
    }
    return set
  }

  /// Descents from many starts: adds the roots, returns the slow points.
  ///
  /// - Parameters:
  ///   - inState: whether descents minimise q instead of |f|.
  ///   - done: how many random starts were made of those that were to be made.
  private func multistart(
    _ flow: LatentFlow, metric: Matrix, inState: Bool, roots: inout [[Double]], done: inout Int
  ) throws(LinearAlgebraError) -> [SlowPoint] {
    // A metric without a root (an m that is zero) has no minima of its own to look for.
    let root = inState ? try? metric.choleskyFactor().transposed : nil
    if inState && root == nil { return [] }
    func q(_ flow: [Double]) -> Double {
      0.5 * zip(flow, metric.times(flow)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    func speed(_ flow: [Double]) -> Double { inState ? q(flow).squareRoot() : norm(flow) }
    var stream = RandomStream(seed: seed)
    var slow: [Descent] = []
    var speeds: [Double] = []
    let count = flow.rank == 1 || inState ? min(starts, 60) : starts
    for index in 0...count {
      // Of what the search may take, something is left for what comes after.
      if index > 0, flow.effort.isSpent(inState ? 0.6 : 0.4) { break }
      done = index
      var start = flow.searchBox.map { index == 0 ? 0 : $0 * (2 * stream.uniform() - 1) }
      let there = flow.at(start)
      speeds.append(speed(there.flow))
      // Every root is an image of κ → κ + f(κ), which is a smaller set than the box: begin there every other time.
      if index % 2 == 1 { start = zip(start, there.flow).map { $0 + $1 } }
      let descent = try Descent(flow, from: start, metric: root)
      if descent.isRoot {
        add(descent.kappa, to: &roots, flow)
      } else if descent.isSlowPoint, zip(descent.kappa, flow.searchBox).allSatisfy({ abs($0) <= 1.1 * $1 }),
        !slow.contains(where: { distance($0.kappa, descent.kappa) < 1e-4 * flow.scale })
      {
        slow.append(descent)
      }
    }
    speeds.sort()
    let limit = slowness * speeds[speeds.count / 2]
    var result: [SlowPoint] = []
    for point in slow where speed(point.at.flow) < limit {
      result.append(
        SlowPoint(
          kappa: point.kappa, speed: norm(point.at.flow), stateSpeed: q(point.at.flow),
          eigenvalues: try point.at.latentJacobian.eigenvalues(), outputs: flow.whole(point.kappa).outputs))
    }
    return result.sorted { inState ? $0.stateSpeed < $1.stateSpeed : $0.speed < $1.speed }
  }

  /// Deflated Newton runs, from random starts and from between known roots, until a round of them finds nothing.
  private func deflate(_ flow: LatentFlow, beside continua: [ContinuousAttractor], roots: inout [[Double]])
    throws(LinearAlgebraError) -> SearchReach.Deflation
  {
    var stream = RandomStream(seed: seed, stream: 1)
    for _ in 0..<8 {
      var from = (0..<(starts / 8)).map { _ in flow.searchBox.map { $0 * (2 * stream.uniform() - 1) } }
      // Saddles lie between attractors, and many flows have a point beside every mirror image of one.
      for (i, a) in roots.enumerated().prefix(24) {
        from.append(a.map { -$0 })
        for b in roots[..<i] { from.append(zip(a, b).map { ($0 + $1) / 2 }) }
      }
      let before = roots.count
      for start in from {
        if flow.effort.isSpent(0.9) { return .tooLong }
        guard let end = try deflatedNewton(flow, from: start, avoiding: roots) else { continue }
        let descent = try Descent(flow, from: end)
        guard descent.isRoot, !continua.contains(where: { $0.contains(descent.kappa, scale: flow.scale) })
        else { continue }
        add(descent.kappa, to: &roots, flow)
      }
      if roots.count == before { return .exhausted }
    }
    return .stillFinding
  }

  /// The lines and rings that roots lie on; only the other roots are kept.
  private func continua(_ flow: LatentFlow, roots: inout [[Double]]) throws(LinearAlgebraError)
    -> [ContinuousAttractor]
  {
    var found: [ContinuousAttractor] = []
    for root in roots where !found.contains(where: { $0.contains(root, scale: flow.scale) }) {
      if let continuum = try ContinuousAttractor(flow, through: root) { found.append(continuum) }
    }
    roots.removeAll { root in found.contains { $0.contains(root, scale: flow.scale) } }
    return found
  }

  /// Whether a slow point is only the place where a descent to a degenerate fixed point stopped: there speed vanishes so
  /// slowly that the descent takes it for a minimum. From a true slow point the way to the fixed point leads uphill.
  private func leadsToDegenerate(_ flow: LatentFlow, _ kappa: [Double], _ points: [FixedPoint]) -> Bool {
    points.contains { point in
      guard point.kind == .marginal, distance(point.kappa, kappa) < 0.05 * flow.scale else { return false }
      let speeds = (0...8).map { step in
        norm(flow.slope(zip(kappa, point.kappa).map { $0 + Double(step) / 8 * ($1 - $0) }))
      }
      return zip(speeds, speeds.dropFirst()).allSatisfy { $0 >= $1 }
    }
  }

  private func prove(_ flow: LatentFlow, _ reach: SearchReach, roots: inout [[Double]])
    throws(LinearAlgebraError) -> FixedPointSet.Completeness
  {
    guard let proof = try IsolationProof(flow, roots: roots, budget: budget) else {
      if flow.box == nil {
        let region = "no bounded region is known to hold all of them"
        return .searched(reach.isWhole ? region : "\(region); \(reach.text)")
      }
      return .searched(
        (flow.isLarge ? "the R³ bounds on f'' of rank \(flow.rank) are left out" : "no bound on f'' is known")
          + "; \(reach.text)")
    }
    roots = proof.roots
    return proof.isComplete
      ? .proven(
        "the box that must hold every fixed point was subdivided: \(proof.evaluations) boxes, bounds on f''")
      : .searched("\(reach.text); the proof by subdivision ended after \(proof.evaluations) boxes")
  }

  private func add(_ root: [Double], to roots: inout [[Double]], _ flow: LatentFlow) {
    if !roots.contains(where: { distance($0, root) < 1e-7 * flow.scale }) { roots.append(root) }
  }
}
