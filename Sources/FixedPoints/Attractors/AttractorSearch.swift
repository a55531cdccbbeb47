// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Everything that trajectories may end in: fixed points, lines and rings of them, and limit cycles.
///
/// What looks for fixed points alone calls a circuit that oscillates "one fixed point, unstable"; this looks for all.
public struct AttractorSearch: Sendable {
  /// The search for fixed points, lines and rings.
  public var fixedPoints = FixedPointSearch()
  /// The search for limit cycles.
  public var cycles = LimitCycleSearch()

  /// A search with the usual effort.
  public init() {}

  /// A search with a seed and a variance of private noise in each unit's x for both parts.
  public init(seed: UInt64, noiseVariance: Double = 0) {
    fixedPoints.seed = seed
    fixedPoints.noiseVariance = noiseVariance
    cycles.seed = seed
    cycles.noiseVariance = noiseVariance
  }

  /// What was found under one constant input.
  public struct Found: Sendable, Hashable {
    /// Fixed points, lines and rings, and how sure it is that there are no more.
    public let fixedPoints: FixedPointSet
    /// Limit cycles; there is no proof that these are all.
    public let cycles: [LimitCycle]

    /// Fixed points and cycles.
    public init(fixedPoints: FixedPointSet, cycles: [LimitCycle] = []) {
      self.fixedPoints = fixedPoints
      self.cycles = cycles
    }

    /// The ring that isolated fixed points are left of; `nil` where there is none.
    public var nearRing: NearRing? { try? NearRing(among: fixedPoints.points) }

    /// Whether some stable state exists: where none does, something was missed.
    public var hasAttractor: Bool {
      fixedPoints.points.contains(where: \.isStable) || fixedPoints.continua.contains(where: \.isStable)
        || cycles.contains(where: \.isStable)
    }
  }

  /// The attractors of the Gaussian circuit at v = `input` (K values).
  ///
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func attractors(of circuit: EffectiveCircuit, input: [Double]) throws(LinearAlgebraError) -> Found {
    let set = try fixedPoints.fixedPoints(of: circuit, input: input)
    return Found(
      fixedPoints: set,
      cycles: try cycles.cycles(of: circuit, input: input, fixedPoints: set.points).filter { isTrue($0, set) }
    )
  }

  /// The attractors of the exact manifold, and so of the full network, at v = `input` (K values).
  ///
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func attractors(of manifold: ManifoldDynamics, input: [Double]) throws(LinearAlgebraError) -> Found {
    let set = try fixedPoints.fixedPoints(of: manifold, input: input)
    return Found(
      fixedPoints: set,
      cycles: try cycles.cycles(of: manifold, input: input, fixedPoints: set.points).filter {
        isTrue($0, set)
      })
  }

  /// A cycle is none that lies on a ring of fixed points, where nothing moves.
  private func isTrue(_ cycle: LimitCycle, _ set: FixedPointSet) -> Bool {
    !set.continua.contains { ring in cycle.orbit.allSatisfy { ring.nearest(to: $0) < 1e-3 * cycle.size } }
  }
}
