// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How far one trajectory is from another under the same stimulus.
///
/// Errors are those of a reduced dynamics against a reference (usually the full network).
public struct Comparison: Sendable, Hashable {
  /// Errors of one quantity over all trials and steps.
  public struct Deviation: Sendable, Hashable {
    /// Root-mean-square difference.
    public let rmse: Double
    /// Largest absolute difference.
    public let max: Double
    /// RMS difference / RMS of the reference; 0 when they are equal, infinite when only the reference vanishes.
    public let relative: Double
    /// RMS of the reference; where it is 0, there is nothing to reproduce. What is rounding beside the reference's other
    /// quantities counts as 0.
    public let size: Double
  }

  /// Deviation and decisions of one readout.
  public struct Output: Sendable, Hashable {
    /// Differences in z.
    public let deviation: Deviation
    /// Fraction of trials whose answer is the reference's: the sign of the mean output over the response window or, for
    /// trials with graded scoring, the output there within their tolerance; `nil` when no trial has such a window, and for
    /// a graded output without a tolerance.
    public let agreement: Double?
    /// How well the reduced dynamics does the task, where there are targets.
    public let performance: Performance?
  }

  /// What makes two answers the same.
  public let scoring: Scoring
  /// One entry per readout.
  public let outputs: [Output]
  /// One entry per latent κ_r.
  public let kappa: [Deviation]

  /// A quantity of at most this share of the largest of the reference's is rounding: sums over units that cancel leave a few
  /// 1e-16 of their terms.
  static let rounding = 1e-14

  /// Compares two trajectories of the same trials.
  ///
  /// - Parameter scale: the RMS that quantities of this network have, where the reference holds too few of them to tell.
  public init(of reduced: Trajectory, against reference: Trajectory, trials: Trials, scale: Double = 0) {
    precondition(
      reduced.trials == reference.trials && reduced.steps == reference.steps
        && reduced.rank == reference.rank && reduced.outputCount == reference.outputCount,
      "trajectories to be compared have the same shape")
    scoring = trials.scoring
    let largest = Swift.max(scale, reference.largestSize)
    // Beside what has grown without bound nothing is small.
    let floor = largest.isFinite ? Self.rounding * largest : 0
    kappa = (0..<reduced.rank).map {
      Deviation(
        of: reduced.kappa, against: reference.kappa, channel: $0, of: reduced.rank, roundingBelow: floor)
    }
    outputs = (0..<reduced.outputCount).map { output in
      let window = ResponseWindow(trials, output: output, outputCount: reduced.outputCount)
      let mine = window.means(of: reduced.outputs)
      let theirs = window.means(of: reference.outputs)
      let squares = window.meanSquares(of: reduced.outputs, against: reference.outputs)
      // A trial without a response window has no answer to agree on.
      let asked = mine.indices.compactMap { trial -> Bool? in
        guard let own = mine[trial], let other = theirs[trial] else { return nil }
        return trials.scoring.agree(own, other, meanSquare: squares[trial] ?? 0)
      }
      let same = asked.count { $0 }
      return Output(
        deviation: Deviation(
          of: reduced.outputs, against: reference.outputs, channel: output, of: reduced.outputCount,
          roundingBelow: floor),
        agreement: asked.isEmpty || !trials.decides(output, of: reduced.outputCount)
          ? nil : Double(same) / Double(asked.count),
        performance: Performance(of: reduced, trials: trials, output: output))
    }
  }
}

extension Comparison {
  /// Relative error of all outputs together, each in units of its own RMS; of κ where there is no output.
  public var totalRelativeError: Double {
    let parts = outputs.isEmpty ? kappa : outputs.map(\.deviation)
    let square = parts.reduce(0) { $0 + $1.relative * $1.relative } / Double(Swift.max(parts.count, 1))
    return square.squareRoot()
  }
}

extension Comparison {
  /// The largest relative error of an output; of κ where there is no output. NaN, from an overflow, is the worst.
  public var worstRelativeError: Double {
    (outputs.isEmpty ? kappa : outputs.map(\.deviation)).reduce(0) {
      $1.relative.isNaN || $0.isNaN ? .nan : Swift.max($0, $1.relative)
    }
  }
}

extension Comparison.Deviation {
  fileprivate init(
    of values: [Double], against reference: [Double], channel: Int, of channels: Int,
    roundingBelow floor: Double
  ) {
    var square = 0.0
    var size = 0.0
    var largest = 0.0
    var count = 0.0
    for i in stride(from: channel, to: values.count, by: channels) {
      let difference = values[i] - reference[i]
      square += difference * difference
      size += reference[i] * reference[i]
      // A NaN must not hide behind the comparison.
      largest = difference.isNaN ? .nan : Swift.max(largest, abs(difference))
      count += 1
    }
    let difference = count == 0 ? 0 : (square / count).squareRoot()
    let own = count == 0 ? 0 : (size / count).squareRoot()
    let isSilent = own <= floor
    let isEqual = square == 0 || (isSilent && difference <= 2 * floor)
    rmse = isEqual ? 0 : difference
    max = isEqual ? 0 : square.isNaN ? .nan : largest
    self.size = isSilent ? 0 : own
    relative = isEqual ? 0 : isSilent ? .infinity : (square / size).squareRoot()
  }
}

extension Trajectory {
  /// The largest RMS over trials and steps of any z or κ.
  public var largestSize: Double {
    func largest(_ values: [Double], _ channels: Int) -> Double {
      (0..<channels).map { channel -> Double in
        let square = stride(from: channel, to: values.count, by: channels).reduce(0) {
          $0 + values[$1] * values[$1]
        }
        return (square / Double(Swift.max(values.count / channels, 1))).squareRoot()
      }.max() ?? 0
    }
    return Swift.max(largest(outputs, outputCount), largest(kappa, rank))
  }
}

/// How well a dynamics does the task, on one output.
public struct Performance: Sendable, Hashable {
  /// Fraction of the trials that are answered right by the trials' scoring: of those with a target that is not zero, those
  /// whose mean output over the response window has its sign; or those within the tolerance. `nil` when there are none, and
  /// for a graded output without a tolerance.
  public let accuracy: Double?
  /// Squared error averaged over each trial's response window, then over trials, as published (Dubreuil et al. 2022).
  public let loss: Double

  /// The performance of one output of a trajectory; `nil` without targets for it.
  public init?(of trajectory: Trajectory, trials: Trials, output: Int) {
    guard !trials.target.isEmpty, trials.outputs == trajectory.outputCount else { return nil }
    let window = ResponseWindow(trials, output: output, outputCount: trajectory.outputCount)
    let targets = window.means(of: trials.target)
    let outputs = window.means(of: trajectory.outputs)
    let squares = window.meanSquares(of: trajectory.outputs, against: trials.target)
    let asked = outputs.indices.compactMap { trial -> Bool? in
      guard let output = outputs[trial], let target = targets[trial] else { return nil }
      return trials.scoring.isRight(output, target: target, meanSquare: squares[trial] ?? 0)
    }
    accuracy =
      asked.isEmpty || !trials.decides(output, of: trajectory.outputCount)
      ? nil : Double(asked.count { $0 }) / Double(asked.count)
    loss = window.meanSquare(of: trajectory.outputs, against: trials.target)
  }
}
