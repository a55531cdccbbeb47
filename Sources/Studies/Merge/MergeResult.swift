// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// Networks of fewer and fewer units, and what became of them. Its JSON is that of `kappa merge`.
public struct MergeResult: Codable, Sendable {
  /// One size.
  public struct Row: Codable, Sendable, Hashable {
    /// N of the smaller network, and the largest number of original units that one of its units stands for.
    public let units, largestGroup: Int
    /// RMS difference of z from the original's, over the RMS of that.
    public let relative: Double
    /// The same before training.
    public let relativeBeforeTraining: Double?
    /// Mean square error and share of right answers on the task, where there are targets.
    public let loss, accuracy: Double?
    /// The kind of solution.
    public let solution: Solution
    /// What the truncation of the original's J gives that has as many numbers.
    public let truncation: Truncation?
  }

  /// What kind of solution a network is.
  public struct Solution: Codable, Sendable, Hashable {
    /// Fixed points without input, and how many of them are stable: those of the exact manifold; `nil` for a dense J, which has
    /// none of few dimensions, and above rank 3.
    public let fixedPoints, stable: Int?
    /// (Σλ)²/Σλ² of the rates, every unit counted as often as it stands for units of the original.
    public let participationRatio: Double
    /// How much of the variance of the original's first three components of rates a linear function of this network's first three gives
    /// back, on the same trials and steps: 1 for the same trajectories.
    public let sharedWithOriginal: Double
  }

  /// A reduction of low rank.
  public struct Truncation: Codable, Sendable, Hashable {
    /// Its rank: as many as 2NR numbers are not more than those of the smaller network's connectivity.
    public let rank: Int
    /// RMS difference of z from the original's, over the RMS of that.
    public let relative: Double
    /// Mean square error and share of right answers.
    public let loss, accuracy: Double?
  }

  /// The original.
  public let network: NetworkHeader
  /// What made units alike.
  public let by: Merge.Likeness
  /// Updates of training after each step.
  public let retrain: Int
  /// Where the trials come from.
  public let trialSource: String
  /// The sizes, from the original on.
  public let rows: [Row]
  /// The last of them once more, for tables that have no place for lists.
  public let smallest: Row?
  /// The smallest network; not part of the JSON.
  public private(set) var merged: Network?
  /// α = dt/τ; not part of the JSON.
  public private(set) var alpha = 0.2

  private enum CodingKeys: CodingKey { case network, by, retrain, trialSource, rows, smallest }

  init(
    _ network: NetworkHeader, by: Merge.Likeness, retrain: Int, trialSource: String, rows: [Row],
    network merged: Network,
    alpha: Double
  ) {
    self.network = network
    self.by = by
    self.retrain = retrain
    self.trialSource = trialSource
    self.rows = rows
    smallest = rows.last
    self.merged = merged
    self.alpha = alpha
  }

  /// What the .npz of the smallest network holds: m and n or J, I, w, and what else there is.
  public var arrays: [Tensor] {
    guard let network = merged else { return [] }
    var result =
      network.denseConnectivity.map { [Tensor(name: "J", $0)] }
      ?? [Tensor(name: "m", network.m), Tensor(name: "n", network.n)]
    result += [Tensor(name: "I", network.inputs), Tensor(name: "w", network.readouts)]
    func add(_ name: String, _ values: [Double]?) {
      if let values { result.append(Tensor(name: name, shape: [values.count], values: values)) }
    }
    add("bias", network.bias?.values)
    add("current", network.current)
    add("x0", network.start?.state)
    if network.readoutBias.contains(where: { $0 != 0 }) { add("z0", network.readoutBias) }
    return result + [
      Tensor(name: "alpha", scalar: alpha), Tensor(name: "transfer", text: network.transfer.rawValue),
      Tensor(name: "form", text: network.form.rawValue),
    ]
  }
}
