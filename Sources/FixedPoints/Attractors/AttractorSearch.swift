// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Everything that trajectories may end in: fixed points, lines and rings of them, limit cycles, and what the network's own
/// steps turn in where they are not small.
///
/// What looks for fixed points alone calls a circuit that oscillates "one fixed point, unstable"; this looks for all.
public struct AttractorSearch: Sendable {
  /// The search for fixed points, lines and rings.
  public var fixedPoints = FixedPointSearch()
  /// The search for limit cycles.
  public var cycles = LimitCycleSearch()
  /// The search for cycles of the network's own steps.
  public var stepCycles = StepCycleSearch()
  /// α, the size of the network's own steps in units of τ; `nil` for the flow alone.
  public var alpha: Double?

  /// A search with the usual effort.
  public init() {}

  /// A search with a seed and a variance of private noise in each unit's x for all parts.
  public init(alpha: Double?, seed: UInt64 = 0, noiseVariance: Double = 0) {
    self.alpha = alpha
    fixedPoints.alpha = alpha
    fixedPoints.seed = seed
    fixedPoints.noiseVariance = noiseVariance
    cycles.seed = seed
    cycles.noiseVariance = noiseVariance
    stepCycles.seed = seed
  }

  /// What was found under one constant input.
  public struct Found: Sendable, Hashable {
    /// Fixed points, lines and rings, and how sure it is that there are no more.
    public let fixedPoints: FixedPointSet
    /// Limit cycles of continuous time; there is no proof that these are all.
    public let cycles: [LimitCycle]
    /// Cycles of the network's own steps, and sets that they do not leave; looked for where `motion` is that of steps.
    public let stepCycles: [StepCycle]
    /// Whether attractors are those of the flow or of the network's own steps.
    public let motion: Motion
    /// What the searches for cycles had no time for, in words.
    public let leftOut: [String]

    /// Fixed points and cycles.
    public init(
      fixedPoints: FixedPointSet, cycles: [LimitCycle] = [], stepCycles: [StepCycle] = [],
      motion: Motion = .continuous, leftOut: [String] = []
    ) {
      self.fixedPoints = fixedPoints
      self.cycles = cycles
      self.stepCycles = stepCycles
      self.motion = motion
      self.leftOut = leftOut
    }

    /// The ring that isolated fixed points are left of; `nil` where there is none.
    public var nearRing: NearRing? { try? NearRing(among: fixedPoints.points) }

    /// Whether anything turns: in continuous time, or under the network's own steps where these are what counts.
    public var turns: Bool { motion == .continuous ? !cycles.isEmpty : !stepCycles.isEmpty }

    /// Whether some stable state exists: where none does, something was missed.
    public var hasAttractor: Bool {
      !Attractor.among(self).isEmpty
        || fixedPoints.continua.contains { motion.stability(across: $0) == .stable }
    }
  }

  /// The attractors of the Gaussian circuit at v = `input` (K values).
  ///
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func attractors(of circuit: EffectiveCircuit, input: [Double]) throws(LinearAlgebraError) -> Found {
    try cycles(of: circuit, input: input, beside: fixedPoints.fixedPoints(of: circuit, input: input))
  }

  /// The attractors of the exact manifold, and so of the full network, at v = `input` (K values).
  ///
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func attractors(of manifold: ManifoldDynamics, input: [Double]) throws(LinearAlgebraError) -> Found {
    try cycles(of: manifold, input: input, beside: fixedPoints.fixedPoints(of: manifold, input: input))
  }

  /// The cycles of the Gaussian circuit beside fixed points that are known: those of the flow, and those of the network's own
  /// steps where they are not small.
  ///
  /// - Parameter progress: told the share of the work that is done.
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func cycles(
    of circuit: EffectiveCircuit, input: [Double], beside set: FixedPointSet,
    progress: (Double) -> Void = { _ in }
  ) throws(LinearAlgebraError) -> Found {
    try cycles(beside: set, progress) { effort throws(LinearAlgebraError) in
      try LatentFlow(circuit, input: input, noiseVariance: cycles.noiseVariance, effort: effort)
    }
  }

  /// The same for the exact manifold.
  ///
  /// - Parameter progress: told the share of the work that is done.
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func cycles(
    of manifold: ManifoldDynamics, input: [Double], beside set: FixedPointSet,
    progress: (Double) -> Void = { _ in }
  ) throws(LinearAlgebraError) -> Found {
    try cycles(beside: set, progress) { effort throws(LinearAlgebraError) in
      LatentFlow(manifold, input: input, noiseVariance: cycles.noiseVariance, effort: effort)
    }
  }

  private func cycles(
    beside set: FixedPointSet, _ progress: (Double) -> Void,
    flow: (Effort) throws(LinearAlgebraError) -> LatentFlow
  ) throws(LinearAlgebraError) -> Found {
    let motion = alpha.map { set.motion(alpha: $0) } ?? .continuous
    let share = motion == .continuous ? 1 : 0.5
    let flowing = try cycles.search(flow(Effort(allowance: cycles.work)), set.points) { progress(share * $0) }
    // A cycle is none that lies on a ring of fixed points, where nothing moves.
    let turning = flowing.cycles.filter { cycle in
      !set.continua.contains { ring in cycle.orbit.allSatisfy { ring.nearest(to: $0) < 1e-3 * cycle.size } }
    }
    guard case .steps(let alpha) = motion else {
      return Found(fixedPoints: set, cycles: turning, leftOut: [flowing.leftOut].compactMap { $0 })
    }
    let map = StepMap(flow: try flow(Effort(allowance: stepCycles.work)), alpha: alpha)
    let stepping = try stepCycles.search(map, set) { progress(share * (1 + $0)) }
    return Found(
      fixedPoints: set, cycles: turning, stepCycles: stepping.cycles, motion: motion,
      leftOut: [flowing.leftOut, stepping.leftOut].compactMap { $0 })
  }
}
