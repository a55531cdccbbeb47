// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks

/// When evidence is shown in each trial.
///
/// The epoch whose name says so (`stimulus`); without one, the epoch in which inputs differ most from trial to trial; without
/// epochs, the steps from the first to the last in which they differ by more than a twentieth of what they do at most.
/// Inputs that stay as they are throughout a trial, as a rule does, do not count in the last two.
struct EvidenceWindow: Sendable, Hashable {
  /// The steps of every trial, (B).
  let steps: [Range<Int>]
  /// When that is, e.g. `while the stimulus is on`.
  let name: String

  private static let least = 0.05

  init(_ set: TrialSet) {
    let stimulus = set.trials.stimulus
    let whole = [Range<Int>](repeating: 0..<stimulus.steps, count: stimulus.trials)
    let epochs = set.task?.epochs ?? []
    if !epochs.isEmpty, epochs.allSatisfy({ $0.contains(where: \.isStimulus) }) {
      steps = epochs.map { $0.first { $0.isStimulus }?.steps ?? 0..<stimulus.steps }
      name = "while the stimulus is on"
      return
    }
    let changing = (0..<stimulus.channels).filter { Self.changes($0, in: stimulus) }
    guard !changing.isEmpty, stimulus.trials > 1 else {
      (steps, name) = (whole, "over whole trials")
      return
    }
    if let found = Self.epoch(epochs, stimulus, changing) {
      steps = epochs.map { own in own.first { $0.name == found }?.steps ?? 0..<stimulus.steps }
      name = "during \(found)"
      return
    }
    // Noise differs between trials at all steps; what is shown differs more.
    let spread = (0..<stimulus.steps).map { step in
      changing.reduce(0) { sum, channel in
        sum + Self.variance((0..<stimulus.trials).map { stimulus[$0, step, channel] })
      }
    }
    let limit = Self.least * (spread.max() ?? 0)
    guard let first = spread.firstIndex(where: { $0 > limit }),
      let last = spread.lastIndex(where: { $0 > limit }),
      first > 0 || last < stimulus.steps - 1
    else {
      (steps, name) = (whole, "over whole trials")
      return
    }
    steps = [Range<Int>](repeating: first..<(last + 1), count: stimulus.trials)
    name = "while inputs differ between trials"
  }

  /// Whether an input changes within a trial.
  private static func changes(_ channel: Int, in stimulus: Stimulus) -> Bool {
    (0..<stimulus.trials).contains { trial in
      (1..<max(stimulus.steps, 1)).contains { stimulus[trial, $0, channel] != stimulus[trial, 0, channel] }
    }
  }

  /// The epoch in which inputs differ most between trials, where one does; `nil` where none stands out.
  private static func epoch(_ epochs: [[Epoch]], _ stimulus: Stimulus, _ channels: [Int]) -> String? {
    guard let first = epochs.first, first.count > 1 else { return nil }
    let names = first.map(\.name).filter { name in epochs.allSatisfy { $0.contains { $0.name == name } } }
    let spreads = channels.map { channel in
      names.map { name in
        variance(
          epochs.enumerated().map { trial, own in
            let steps = own.first { $0.name == name }?.steps ?? 0..<0
            let sum = steps.reduce(0) { $0 + stimulus[trial, $1, channel] }
            return sum / Double(max(steps.count, 1))
          })
      }
    }
    let scores = names.indices.map { index in
      spreads.reduce(0) { sum, own in
        let most = own.max() ?? 0
        return most > 0 ? sum + own[index] / most : sum
      }
    }
    guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }) else { return nil }
    let others = scores.indices.filter { $0 != best }.map { scores[$0] }.max() ?? 0
    return scores[best] > 1.05 * others ? names[best] : nil
  }

  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(values.count, 1))
  }
}
