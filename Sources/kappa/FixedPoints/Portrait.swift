// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import NetworkFiles
import Studies

/// Everything that `fixed-points` finds out about a dynamics under a constant input.
struct Portrait {
  let set: FixedPointSet
  /// `nil` when they were not asked for.
  var cycles: [LimitCycle]?
  var basins: Basins?
  var transitions: TransitionGraph?

  /// What to look for beside the fixed points.
  struct Request {
    var cycles: Bool
    var basins: Bool
    var conditions: [StimulusCondition]?

    /// Basins and transitions need to know the cycles, too.
    var needsCycles: Bool { cycles || basins || conditions != nil }
  }

  init(of circuit: EffectiveCircuit, input: [Double], search: FixedPointSearch, _ request: Request) throws {
    set = try search.fixedPoints(of: circuit, input: input)
    let points = set.points
    let found =
      request.needsCycles
      ? try watched("looking for limit cycles") {
        try LimitCycleSearch(search).cycles(of: circuit, input: input, fixedPoints: points, progress: $0)
      } : []
    complete(circuit, input, found, search.noiseVariance, request)
  }

  init(of manifold: ManifoldDynamics, input: [Double], search: FixedPointSearch, _ request: Request) throws {
    set = try search.fixedPoints(of: manifold, input: input)
    let points = set.points
    let found =
      request.needsCycles
      ? try watched("looking for limit cycles") {
        try LimitCycleSearch(search).cycles(of: manifold, input: input, fixedPoints: points, progress: $0)
      } : []
    complete(manifold, input, found, search.noiseVariance, request)
  }

  private mutating func complete(
    _ dynamics: some ReducedDynamics, _ input: [Double], _ found: [LimitCycle], _ noiseVariance: Double,
    _ request: Request
  ) {
    if request.needsCycles { cycles = found }
    let set = set
    if request.basins {
      basins = watched("following a grid of states") {
        Basins(
          of: dynamics, input: input, fixedPoints: set, cycles: found, noiseVariance: noiseVariance,
          progress: $0)
      }
    }
    if let conditions = request.conditions {
      transitions = watched("following stimuli") {
        TransitionGraph(
          of: dynamics, rest: input, fixedPoints: set, cycles: found, conditions: conditions,
          noiseVariance: noiseVariance, progress: $0)
      }
    }
  }

  /// How a cycle's attractor or a fixed point's is called: by its number in the tables.
  func name(_ attractor: Attractor) -> String {
    switch attractor {
    case .fixedPoint(let point): "\((set.points.firstIndex(of: point) ?? -1) + 1)"
    case .limitCycle(let cycle): "c\((cycles?.firstIndex(of: cycle) ?? -1) + 1)"
    }
  }
}

extension LimitCycleSearch {
  /// With the seed and the noise of a search for fixed points.
  fileprivate init(_ search: FixedPointSearch) {
    self.init()
    seed = search.seed
    noiseVariance = search.noiseVariance
  }
}
