// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// Whether a network was read right, as far as its trials can tell: against the user's own z, and against the targets.
public struct NetworkCheck: Sendable {
  /// The network's z against the user's own.
  public struct Recorded: Codable, Sendable, Hashable {
    /// RMS difference over RMS of the user's z, the worst output's.
    public let relative: Double
    /// The largest difference.
    public let max: Double
    /// Share of decisions that are the same, the worst output's; `nil` where there are none.
    public let agreement: Double?
  }

  /// Against the user's own z; `nil` where the trials hold none.
  public let recorded: Recorded?
  /// What is wrong, most weighty first.
  public let remarks: [Remark]

  /// A z that differs by more than this is not what the user's code computed: files in single precision differ by 1e-6.
  static let recordedLimit = 1e-4

  init(_ run: SideBySide) {
    var remarks: [Remark] = []
    recorded = run.recordedComparison.map { comparison in
      Recorded(
        relative: comparison.outputs.map { Fidelity.size($0.deviation.relative) }.max() ?? 0,
        max: comparison.outputs.map(\.deviation.max).max() ?? 0,
        agreement: comparison.outputs.compactMap(\.agreement).min())
    }
    // With noise of its own the network is away from any z.
    if let recorded, run.simulation.noise == nil, !(recorded.relative <= Self.recordedLimit) {
      remarks.append(
        .warning(
          "recorded-differs",
          "the network as it was read does not give the z in the trials: its own is \(percent(recorded.relative)) away; unless "
            + "that z has noise in it, `kappa inspect` with these trials finds how to read the file",
          values: ["relative": recorded.relative]))
    }
    let agrees = run.simulation.noise == nil && recorded.map { $0.relative <= Self.recordedLimit } ?? false
    let failure = Self.failure(run, isRightlyRead: agrees)
    if let failure { remarks.append(failure) }
    if let doubt = run.doubt, recorded == nil { remarks.append(doubt.remark) }
    // What agrees with the user's own z, or does its task, was read right, whatever its sizes.
    let isRight =
      recorded.map { $0.relative <= Self.recordedLimit }
      ?? (run.hasTargets && failure == nil && run.doubt == nil)
    if !isRight, let suspicion = ScalingSuspicion(run.imported, z: failure.map { _ in run.sizes }) {
      // Among the first two, so that nobody reads on without it.
      remarks.insert(suspicion.remark, at: min(1, remarks.count))
    }
    self.remarks = remarks
  }

  /// That the network does not do its task: half the targets' mean square is left, or with targets ±1 fewer than 80 % of
  /// decisions are right.
  private static func failure(_ run: SideBySide, isRightlyRead: Bool) -> Remark? {
    let trials = run.trials
    guard !trials.target.isEmpty else { return nil }
    let window = AskedSteps(trials)
    guard !window.isEmpty, run.hasTargets else { return nil }
    let size = window.meanSquare(trials.target)
    let loss = window.meanSquare(run.network.outputs, from: trials.target)
    let isChoice =
      (0..<trials.outputs).allSatisfy { trials.decides($0, of: trials.outputs) }
      && window.places.allSatisfy { [0, 1].contains(abs(trials.target[$0])) }
    let accuracies = run.networkPerformance.map { $0?.accuracy }
    let right = accuracies.compactMap(\.self).min()
    let worst = accuracies.firstIndex { $0 != nil && $0 == right } ?? 0
    guard (size > 0 && loss >= 0.5 * size) || (isChoice && right.map { $0 < 0.8 } ?? false) else {
      return nil
    }
    let which = accuracies.count == 1 ? "" : " of its worst output, z\(worst + 1),"
    let decisions = isChoice ? right.map { "\(percent($0)) of the decisions\(which)" } : nil
    // All signs right and all sizes wrong is no failure at the task, but no proof of a right reading either.
    let decides = isChoice && right.map { $0 >= 0.95 } ?? false
    let failing = decides ? "makes \(decisions ?? "") right, but misses its targets" : "does not do its task"
    let making = decides ? "" : decisions.map { ", and makes \($0) right" } ?? ""
    // A z that is the user's own says that the file was read right: then it is the network that fails.
    let (subject, advice) =
      isRightlyRead
      ? ("the network", "its z is the one in the trials, so that it was read right")
      : ("the network as it was read", "look at --scaling, --alpha, --transfer and --form")
    return .warning(
      "fails-task",
      "\(subject) \(failing): its mean squared error is \(text(loss, digits: 2)) where the "
        + "targets' mean square is \(text(size, digits: 2))\(making); \(advice)",
      values: ["loss": loss, "accuracy": right ?? .nan].filter { $0.value.isFinite })
  }

  /// The remarks as sentences that open a verdict.
  var sentences: [String] { remarks.map { $0.text.prefix(1).uppercased() + $0.text.dropFirst() + "." } }
}

extension SideBySide {
  /// Whether the trials say what z should be.
  fileprivate var hasTargets: Bool { !trials.target.isEmpty && trials.target.count == network.outputs.count }

  /// RMS of z and of the targets where z is asked for.
  fileprivate var sizes: (z: Double, target: Double) {
    let window = AskedSteps(trials)
    return hasTargets
      ? (window.meanSquare(network.outputs).squareRoot(), window.meanSquare(trials.target).squareRoot())
      : (0, 0)
  }
}
