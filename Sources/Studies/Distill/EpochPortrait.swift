// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

/// What the dynamics can do under one input of a task: the attractors of the exact manifold and of the circuit.
public struct EpochPortrait: Sendable, Hashable {
  /// The epoch and its input.
  public let panel: TaskPanel
  /// Attractors of the manifold, which are the full network's.
  public let ofManifold: AttractorSearch.Found
  /// Attractors of the circuit.
  public let ofCircuit: AttractorSearch.Found

  /// A portrait from its parts.
  public init(panel: TaskPanel, ofManifold: AttractorSearch.Found, ofCircuit: AttractorSearch.Found) {
    self.panel = panel
    self.ofManifold = ofManifold
    self.ofCircuit = ofCircuit
  }

  /// A portrait of fixed points alone, in continuous time.
  public init(panel: TaskPanel, manifold: FixedPointSet, circuit: FixedPointSet) {
    self.init(
      panel: panel, ofManifold: AttractorSearch.Found(fixedPoints: manifold),
      ofCircuit: AttractorSearch.Found(fixedPoints: circuit))
  }

  /// Fixed points of the manifold.
  public var manifold: FixedPointSet { ofManifold.fixedPoints }
  /// Fixed points of the circuit.
  public var circuit: FixedPointSet { ofCircuit.fixedPoints }

  /// Whether both have as many fixed points, stable ones, continua and stable cycles.
  public var agrees: Bool {
    func counts(_ found: AttractorSearch.Found) -> [Int] {
      let set = found.fixedPoints
      let cycles =
        found.motion == .continuous ? found.cycles.map(\.isStable) : found.stepCycles.map(\.isStable)
      return [
        set.points.count, set.points.count(where: found.motion.isStable), set.continua.count, cycles.count,
        cycles.count { $0 },
      ]
    }
    return counts(ofManifold) == counts(ofCircuit)
  }

  /// The ring that isolated points of the manifold are left of.
  public var nearRing: NearRing? { ofManifold.nearRing }
}

extension DistillationFindings {
  /// Attractors under the input of each panel; without `all`, under the weakest of them alone, which stands for rest.
  func portraits(all: Bool, _ observer: some Observer) throws(StudyError) -> [EpochPortrait] {
    let chosen = all ? panels : panels.min { $0.strength < $1.strength }.map { [$0] } ?? []
    guard run.network.rank > 0 else { return [] }
    var search = AttractorSearch(alpha: run.imported.alpha)
    let effort = search.fixedPoints
    let weakest = panels.map(\.strength).min()
    search.cycles.starts = 4
    search.cycles.time = 300
    search.cycles.work = 5e9
    search.stepCycles.starts = 6
    search.stepCycles.work = 5e9
    let (manifold, circuit) = (run.manifoldDynamics, run.document.circuit)
    return try StudyError.converting(about: run.path) {
      try observer.metered("searching for fixed points and cycles", total: 2 * chosen.count) {
        [search] meter in
        try chosen.map { panel in
          try observer.check()
          var search = search
          // What stands for rest is in the verdict, and proven where that can be; other panels have a part of that effort.
          search.fixedPoints = panel.strength == weakest ? effort : effort.lesser(rank: run.network.rank)
          let exact = try search.attractors(of: manifold, input: panel.input)
          meter.advance()
          let reduced = try search.attractors(of: circuit, input: panel.input)
          meter.advance()
          return EpochPortrait(panel: panel, ofManifold: exact, ofCircuit: reduced)
        }
      }
    }
  }
}

extension FixedPointSearch {
  /// The same search with less effort.
  fileprivate func lesser(rank: Int) -> FixedPointSearch {
    var search = self
    search.budget = 10_000
    search.starts = rank == 1 ? 12 : 60
    return search
  }
}
