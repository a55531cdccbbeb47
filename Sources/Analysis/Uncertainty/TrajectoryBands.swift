// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Bands around κ and z of some trials, by the two kinds of resampling, and how often they hold the network's own course.
///
/// The exact manifold, the third answer to "how certain?", has no band: it is this network.
public struct TrajectoryBands: Sendable, Hashable {
  /// One kind of resampling.
  public struct Band: Sendable, Hashable {
    /// What was resampled.
    public let source: Uncertainty.Source
    /// Replicates that could be computed.
    public let replicates: Int
    /// Interval of every number, κ (B, T, R) and then z (B, T, O).
    public let intervals: [Uncertainty.Interval]
    /// Share of trials and steps at which the network's own value lies within, κ_1 … κ_R, then z_1 … z_O.
    public let coverage: [Double]
    /// Mean width over the RMS of the network's own value, in the same order.
    public let width: [Double]
  }

  /// The probability inside the bands.
  public let level: Double
  /// B.
  public let trials: Int
  /// T.
  public let steps: Int
  /// R.
  public let rank: Int
  /// O.
  public let outputCount: Int
  /// The bootstrap's band, then the redraws'.
  public let bands: [Band]

  /// Resamples the network's units, and redraws networks of its statistics, under the same trials.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - labels: populations of its units; `nil` for one.
  ///   - stimulus: the trials.
  ///   - own: the network's course on these trials.
  ///   - alpha: dt/τ.
  ///   - replicates: how many of each kind.
  ///   - seed: replicate k draws from stream k.
  ///   - progress: called after every replicate, from any thread.
  /// - Throws: what `Uncertainty` throws.
  public init(
    of network: Network, labels: [Int]?, stimulus: Stimulus, own: Trajectory, alpha: Double,
    replicates: Int, level: Double = 0.9, seed: UInt64, progress: (@Sendable () -> Void)? = nil
  ) throws {
    precondition(
      own.trials == stimulus.trials && own.steps == stimulus.steps, "the network's course on these trials")
    self.level = level
    (trials, steps, rank, outputCount) = (own.trials, own.steps, own.rank, own.outputCount)
    let values = own.kappa + own.outputs
    let width = own.rank + own.outputCount
    let points = own.trials * own.steps
    // The quantity that a number of κ and then z belongs to.
    func quantity(_ index: Int) -> Int {
      index < own.kappa.count
        ? index % own.rank : own.rank + (index - own.kappa.count) % max(own.outputCount, 1)
    }
    bands = try [Uncertainty.Source.bootstrap, .redraw].map { source in
      let found = try Uncertainty.trajectories(
        of: network, source: source, labels: labels, stimulus: stimulus, alpha: alpha,
        replicates: replicates, seed: seed, progress: progress)
      let intervals = found.intervals(level: level)
      var (inside, widths, squares) = (
        [Double](repeating: 0, count: width), [Double](repeating: 0, count: width),
        [Double](repeating: 0, count: width)
      )
      for (index, interval) in intervals.enumerated() {
        let place = quantity(index)
        if interval.contains(values[index]) { inside[place] += 1 }
        widths[place] += interval.upper - interval.lower
        squares[place] += values[index] * values[index]
      }
      let count = Double(max(points, 1))
      return Band(
        source: source, replicates: found.replicates.count, intervals: intervals,
        coverage: inside.map { $0 / count },
        width: zip(widths, squares).map { $0 / count / ($1 / count).squareRoot() })
    }
  }

  /// The interval of κ_r (`quantity` r) or z_o (`quantity` R + o) after a step of a trial.
  public func interval(_ band: Int, trial: Int, step: Int, quantity: Int) -> Uncertainty.Interval {
    let point = trial * steps + step
    let index =
      quantity < rank
      ? point * rank + quantity
      : trials * steps * rank + point * outputCount + quantity - rank
    return bands[band].intervals[index]
  }
}
