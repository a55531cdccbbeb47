// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// Network and circuit with one population after the other switched off: their units' rates act on nothing.
///
/// The one place where populations are removed: for the table of an ablation and for sentences on choices.
struct PopulationRemoval {
  /// Both dynamics without one population.
  struct Pair {
    /// 0..<P.
    let population: Int
    /// The circuit without it.
    let circuit: Trajectory
    /// The network without its units; `nil` where it is not known which those are, or simulating it takes too long.
    let network: Trajectory?
  }

  let pairs: [Pair]

  /// Runs the circuit, and with labels the network, without each population.
  ///
  /// - Parameter labels: the population of every unit, 0..<P.
  init(
    _ network: Network, circuit: EffectiveCircuit, labels: [Int]?, under stimulus: Stimulus,
    simulation: Simulation, meter: Meter? = nil
  ) throws {
    var pairs: [Pair] = []
    for population in circuit.statistics.populations.indices {
      var full: Trajectory?
      if let labels {
        let silent = try network.inactivating(labels.map { $0 == population })
        full = simulation.run(try NetworkDynamics(silent), under: stimulus)
        meter?.advance()
      }
      let without = simulation.run(circuit.inactivating(population: population), under: stimulus)
      meter?.advance()
      pairs.append(Pair(population: population, circuit: without, network: full))
    }
    self.pairs = pairs
  }
}

/// The network without as many units as a population has, drawn at random: what silencing so many does anyway.
struct RandomRemoval {
  /// Draws for each population.
  static let draws = 5

  /// (P, draws).
  let runs: [[Trajectory]]

  /// - Parameters:
  ///   - labels: the population of every unit, 0..<P.
  ///   - seed: of the draws.
  init(
    _ network: Network, labels: [Int], populations: Int, under stimulus: Stimulus, simulation: Simulation,
    seed: UInt64
  ) throws {
    let units = network.unitCount
    runs = try (0..<populations).map { population in
      let count = labels.count { $0 == population }
      return try (0..<Self.draws).map { draw in
        var stream = RandomStream(
          seed: seed, purpose: .redraws, stream: UInt64(population * Self.draws + draw))
        let chosen = Set(stream.sample(count, below: units))
        let silent = try network.inactivating((0..<units).map { chosen.contains($0) })
        return simulation.run(try NetworkDynamics(silent), under: stimulus)
      }
    }
  }
}
