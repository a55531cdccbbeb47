// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Circuits side by side: their errors against the full network under several conditions.
public struct ClosureTable: Sendable, Hashable {
  /// A reduced dynamics with the name it has in the table.
  public struct Candidate: Sendable {
    /// The name, e.g. `refined`.
    public let name: String
    /// The number of populations, or `nil` for a reduction without.
    public let populations: Int?
    /// The dynamics.
    public let dynamics: any Dynamics

    /// A candidate.
    public init(name: String, populations: Int?, dynamics: any Dynamics) {
      self.name = name
      self.populations = populations
      self.dynamics = dynamics
    }
  }

  /// One candidate's results.
  public struct Row: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its number of populations.
    public let populations: Int?
    /// Errors against the full network, in the order of `conditions`.
    public let comparisons: [Comparison]
  }

  /// The conditions' names.
  public let conditions: [String]
  /// Which of them come from the distribution that was fitted to.
  public let familiar: [Bool]
  /// One row per candidate.
  public let rows: [Row]

  /// Runs the network and every candidate under every condition.
  ///
  /// - Parameter known: what the network did under the first conditions, where it was simulated before.
  /// - Throws: `LinearAlgebraError` when the network's latents cannot be projected.
  public init(
    of network: Network, candidates: [Candidate], conditions: [TestCondition], simulation: Simulation,
    known: [Trajectory] = []
  ) throws(LinearAlgebraError) {
    let full = try NetworkDynamics(network)
    let references =
      known + conditions.dropFirst(known.count).map { simulation.run(full, under: $0.trials.stimulus) }
    self.conditions = conditions.map(\.name)
    familiar = conditions.map(\.isFamiliar)
    rows = candidates.map { candidate in
      let comparisons = zip(conditions, references).map { condition, reference in
        Comparison(
          of: run(candidate.dynamics, condition.trials.stimulus, simulation), against: reference,
          trials: condition.trials)
      }
      return Row(name: candidate.name, populations: candidate.populations, comparisons: comparisons)
    }
  }
}

private func run(_ dynamics: any Dynamics, _ stimulus: Stimulus, _ simulation: Simulation) -> Trajectory {
  func open(_ dynamics: some Dynamics) -> Trajectory { simulation.run(dynamics, under: stimulus) }
  return open(dynamics)
}
