// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// What a dynamics did on trials.
public struct SimulationResult: Sendable {
  /// Which dynamics.
  public let dynamics: Simulate.Kind
  /// κ and z, and the states where they were asked for; read after the update with u_t.
  public let trajectory: Trajectory
  /// The trials.
  public let trialSet: TrialSet
  /// How many numbers a state that is kept has: N of a network.
  public let dimension: Int
  /// α = dt/τ.
  public let alpha: Double
  /// What to know beside the numbers.
  public let remarks: [Remark]

  init(
    _ dynamics: Simulate.Kind, _ trajectory: Trajectory, _ trialSet: TrialSet, dimension: Int, alpha: Double,
    remarks: [Remark]
  ) {
    self.dynamics = dynamics
    self.trajectory = trajectory
    self.trialSet = trialSet
    self.dimension = dimension
    self.alpha = alpha
    self.remarks = remarks
  }

  /// What the .npz holds: z (B, T, O), kappa (B, T, R) and, where kept, x (B, T, N).
  public var arrays: [Tensor] {
    let (count, steps) = (trajectory.trials, trajectory.steps)
    var arrays = [
      Tensor(name: "z", shape: [count, steps, trajectory.outputCount], values: trajectory.outputs),
      Tensor(name: "kappa", shape: [count, steps, trajectory.rank], values: trajectory.kappa),
    ]
    if let states = trajectory.states {
      arrays.append(Tensor(name: "x", shape: [count, steps, dimension], values: states))
    }
    return arrays
  }
}
