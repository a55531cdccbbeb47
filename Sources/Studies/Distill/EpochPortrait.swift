// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

/// What the dynamics can do under one input of a task: the attractors of the exact manifold and of the circuit.
public struct EpochPortrait: Sendable, Hashable {
  /// The epoch and its input.
  public let panel: TaskPanel
  /// Fixed points of the manifold, which are the full network's.
  public let manifold: FixedPointSet
  /// Fixed points of the circuit.
  public let circuit: FixedPointSet
  /// Limit cycles of the manifold.
  public let manifoldCycles: [LimitCycle]
  /// Limit cycles of the circuit.
  public let circuitCycles: [LimitCycle]

  /// A portrait from its parts.
  public init(
    panel: TaskPanel, manifold: FixedPointSet, circuit: FixedPointSet, manifoldCycles: [LimitCycle] = [],
    circuitCycles: [LimitCycle] = []
  ) {
    self.panel = panel
    self.manifold = manifold
    self.circuit = circuit
    self.manifoldCycles = manifoldCycles
    self.circuitCycles = circuitCycles
  }

  /// Whether both have as many fixed points, stable ones, continua and stable cycles.
  public var agrees: Bool {
    func counts(_ set: FixedPointSet, _ cycles: [LimitCycle]) -> [Int] {
      [
        set.points.count, set.points.count { $0.isStable }, set.continua.count, cycles.count,
        cycles.count { $0.isStable },
      ]
    }
    return counts(manifold, manifoldCycles) == counts(circuit, circuitCycles)
  }

  /// The ring that isolated points of the manifold are left of.
  public var nearRing: NearRing? {
    AttractorSearch.Found(fixedPoints: manifold, cycles: manifoldCycles).nearRing
  }
}

extension DistillationFindings {
  /// Attractors under the input of each panel; without `all`, under the weakest of them alone, which stands for rest.
  func portraits(all: Bool, _ observer: some Observer) throws(StudyError) -> [EpochPortrait] {
    let chosen = all ? panels : panels.min { $0.strength < $1.strength }.map { [$0] } ?? []
    guard run.network.rank > 0 else { return [] }
    var search = AttractorSearch()
    // Rank 1 is proven at little cost; beyond, `kappa fixed-points` spends the effort a proof takes.
    search.fixedPoints.budget = 1000
    search.fixedPoints.starts = run.network.rank == 1 ? 12 : 30
    search.cycles.starts = 4
    search.cycles.time = 300
    let (manifold, circuit) = (run.manifoldDynamics, run.document.circuit)
    return try StudyError.converting(about: run.path) {
      try observer.metered("searching for fixed points and cycles", total: 2 * chosen.count) {
        [search] meter in
        try chosen.map { panel in
          try observer.check()
          let exact = try search.attractors(of: manifold, input: panel.input)
          meter.advance()
          let reduced = try search.attractors(of: circuit, input: panel.input)
          meter.advance()
          return EpochPortrait(
            panel: panel, manifold: exact.fixedPoints, circuit: reduced.fixedPoints,
            manifoldCycles: exact.cycles, circuitCycles: reduced.cycles)
        }
      }
    }
  }
}
