// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Exact trajectories that a circuit's errors are measured against: the manifold's, which are the network's own; those of the
/// network with a dense J on validation, because the circuit stands for it and not for its truncation.
struct ValidationReference: Sendable {
  /// The validation error that no circuit is expected to be better than: what the truncation of a dense J loses; 0
  /// otherwise.
  let floor: Double
  private let training: (stimulus: Stimulus, trajectory: Trajectory)
  private let validation: (stimulus: Stimulus, trajectory: Trajectory)
  private let simulation: Simulation

  init(_ network: Network, training: Stimulus, validation: Stimulus, alpha: Double) throws(LinearAlgebraError)
  {
    simulation = Simulation(alpha: alpha)
    let manifold = try ManifoldDynamics(network)
    self.training = (training, simulation.run(manifold, under: training))
    let exact = simulation.run(manifold, under: validation)
    if network.denseConnectivity == nil {
      self.validation = (validation, exact)
      floor = 0
    } else {
      let full = simulation.run(try NetworkDynamics(network), under: validation)
      self.validation = (validation, full)
      floor = ValidationError(of: exact, against: full).value
    }
  }

  func trainingError(of circuit: EffectiveCircuit) -> Double { error(of: circuit, training).value }
  func validationError(of circuit: EffectiveCircuit) -> ValidationError { error(of: circuit, validation) }

  private func error(
    of circuit: EffectiveCircuit, _ side: (stimulus: Stimulus, trajectory: Trajectory)
  ) -> ValidationError {
    ValidationError(of: simulation.run(circuit, under: side.stimulus), against: side.trajectory)
  }
}
