// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The inputs of a batch of trials: u(b, t, k) for B trials, T steps and K channels.
///
/// Row-major like a NumPy array of shape (B, T, K): value (b, t, k) stands at `(b * steps + t) * channels + k`.
public struct Stimulus: Sendable, Hashable {
  /// B, the number of trials.
  public let trials: Int
  /// T, the number of time steps.
  public let steps: Int
  /// K, the number of input channels.
  public let channels: Int
  /// The values, row-major (B, T, K).
  public var values: [Double]

  /// A stimulus from its values in row-major (B, T, K) order.
  public init(trials: Int, steps: Int, channels: Int, values: [Double]) {
    precondition(
      values.count == trials * steps * channels,
      "\(trials) trials × \(steps) steps × \(channels) channels need \(trials * steps * channels) values")
    self.trials = trials
    self.steps = steps
    self.channels = channels
    self.values = values
  }

  /// A stimulus of zeros.
  public init(trials: Int, steps: Int, channels: Int) {
    self.init(
      trials: trials, steps: steps, channels: channels,
      values: [Double](repeating: 0, count: trials * steps * channels))
  }

  /// u(trial, step, channel).
  public subscript(trial: Int, step: Int, channel: Int) -> Double {
    get { values[(trial * steps + step) * channels + channel] }
    set { values[(trial * steps + step) * channels + channel] = newValue }
  }
}

/// A stimulus with what the task asks for: the target ẑ and the mask of the steps at which it is asked.
public struct Trials: Sendable, Hashable {
  /// The inputs, (B, T, K).
  public var stimulus: Stimulus
  /// O, the number of target channels; zero when there is no target.
  public let outputs: Int
  /// ẑ, row-major (B, T, O); empty when there is none.
  public var target: [Double]
  /// The response window: weight of each step in the loss, row-major (B, T, O); empty when there is none.
  public var mask: [Double]

  /// What makes an answer right.
  public var scoring: Scoring

  /// Trials without target or mask.
  public init(stimulus: Stimulus) {
    self.init(stimulus: stimulus, outputs: 0, target: [], mask: [])
  }

  /// Trials with target and mask, each empty or row-major (B, T, O).
  public init(
    stimulus: Stimulus, outputs: Int, target: [Double], mask: [Double], scoring: Scoring = .sign
  ) {
    let size = stimulus.trials * stimulus.steps * outputs
    precondition(target.isEmpty || target.count == size, "a target has shape (B, T, O)")
    precondition(mask.isEmpty || mask.count == size, "a mask has shape (B, T, O)")
    self.stimulus = stimulus
    self.outputs = outputs
    self.target = target
    self.mask = mask
    self.scoring = scoring
  }
}
