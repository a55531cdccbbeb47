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

  /// What the .npz holds: z (B, T, O), kappa (B, T, R) and, where kept, x (B, T, N); the trials as a file of trials has
  /// them, u (B, T, K) and where there are targets target and mask (B, T, O), of the same steps; and of a task's trials
  /// the conditions, each as condition_NAME (B,).
  public var arrays: [Tensor] {
    let (count, steps) = (trajectory.trials, trajectory.steps)
    var arrays = [
      Tensor(name: "z", shape: [count, steps, trajectory.outputCount], values: trajectory.outputs),
      Tensor(name: "kappa", shape: [count, steps, trajectory.rank], values: trajectory.kappa),
    ]
    if let states = trajectory.states {
      arrays.append(Tensor(name: "x", shape: [count, steps, dimension], values: states))
    }
    let trials = trialSet.trials
    for (name, width, values) in [
      ("u", trials.stimulus.channels, trials.stimulus.values),
      ("target", trajectory.outputCount, trials.target), ("mask", trajectory.outputCount, trials.mask),
    ] where name == "u" || !values.isEmpty {
      arrays.append(
        Tensor(
          name: name, shape: [count, steps, width],
          values: ends(of: values, width: width, steps: trials.stimulus.steps, kept: steps)))
    }
    for condition in trialSet.task?.conditions ?? [] {
      let name = String(condition.name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
      arrays.append(Tensor(name: "condition_\(name)", shape: [count], values: condition.values))
    }
    return arrays
  }

  /// The last steps of every trial of an array (B, T, width).
  private func ends(of values: [Double], width: Int, steps: Int, kept: Int) -> [Double] {
    if kept == steps { return values }
    var result: [Double] = []
    result.reserveCapacity(trajectory.trials * kept * width)
    for trial in 0..<trajectory.trials {
      result += values[((trial + 1) * steps - kept) * width..<(trial + 1) * steps * width]
    }
    return result
  }
}
