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
  /// Which outputs stand for decisions, (O): their signs are compared; those of the others, which are graded, are not. Empty
  /// without targets, when every output is taken for a decision.
  public let decides: [Bool]

  /// What makes an answer right.
  public var scoring: Scoring

  /// Trials without target or mask.
  public init(stimulus: Stimulus) {
    self.init(stimulus: stimulus, outputs: 0, target: [], mask: [])
  }

  /// Trials with target and mask, each empty or row-major (B, T, O).
  ///
  /// - Parameters:
  ///   - scoring: what makes an answer right.
  ///   - decides: which outputs stand for decisions, (O); `nil` to tell by the targets.
  public init(
    stimulus: Stimulus, outputs: Int, target: [Double], mask: [Double], scoring: Scoring = .sign,
    decides: [Bool]? = nil
  ) {
    let size = stimulus.trials * stimulus.steps * outputs
    precondition(target.isEmpty || target.count == size, "a target has shape (B, T, O)")
    precondition(mask.isEmpty || mask.count == size, "a mask has shape (B, T, O)")
    precondition(decides.map { $0.isEmpty || $0.count == outputs } ?? true, "one answer per output")
    self.stimulus = stimulus
    self.outputs = outputs
    self.target = target
    self.mask = mask
    self.scoring = scoring
    self.decides =
      decides
      ?? (target.isEmpty ? [] : (0..<outputs).map { Self.areDecisions(target, mask, $0, of: outputs) })
  }

  /// Whether the targets of one output ask for decisions: where it counts they are ±1, or 0 beside both of these, which asks
  /// for none. Targets 0 and 1 alone, or of other sizes, are graded: their sign says nothing.
  private static func areDecisions(
    _ target: [Double], _ mask: [Double], _ output: Int, of outputs: Int
  ) -> Bool {
    var (negative, zero, positive) = (false, false, false)
    for index in stride(from: output, to: target.count, by: outputs)
    where mask.isEmpty || mask[index] > 0 {
      switch target[index] {
      case -1: negative = true
      case 0: zero = true
      case 1: positive = true
      default: return false
      }
    }
    return zero ? negative && positive : negative || positive
  }

  /// Whether an output of a dynamics with so many of them is judged by answers: decisions, or graded ones with a tolerance. Where
  /// nothing says what is wanted, it is.
  public func decides(_ output: Int, of outputCount: Int) -> Bool {
    if scoring != .sign { return true }
    return outputs == outputCount && decides.indices.contains(output) ? decides[output] : true
  }
}
