// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Exact trajectories that a circuit's errors are measured against.
struct ValidationReference: Sendable {
  private let training: (stimulus: Stimulus, trajectory: Trajectory)
  private let validation: (stimulus: Stimulus, trajectory: Trajectory)
  private let simulation: Simulation

  init(_ network: Network, training: Stimulus, validation: Stimulus, alpha: Double) throws(LinearAlgebraError)
  {
    simulation = Simulation(alpha: alpha)
    let manifold = try ManifoldDynamics(network)
    self.training = (training, simulation.run(manifold, under: training))
    self.validation = (validation, simulation.run(manifold, under: validation))
  }

  func trainingError(of circuit: EffectiveCircuit) -> Double { error(of: circuit, training) }
  func validationError(of circuit: EffectiveCircuit) -> ValidationError {
    let run = simulation.run(circuit, under: validation.stimulus)
    return ValidationError(of: run, against: validation.trajectory)
  }

  /// Relative error of the worst output, by which a circuit is judged later on; of κ when there is no output.
  private func error(of circuit: EffectiveCircuit, _ side: (stimulus: Stimulus, trajectory: Trajectory))
    -> Double
  {
    let run = simulation.run(circuit, under: side.stimulus)
    return Comparison(of: run, against: side.trajectory, trials: Trials(stimulus: side.stimulus))
      .worstRelativeError
  }
}
