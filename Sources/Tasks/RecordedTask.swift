// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Trials of the user's own as something to train on: some to draw batches from, others held out.
struct RecordedTask: Sendable, Hashable {
  /// What it is called.
  let name: String
  /// Names of the channels.
  let inputNames: [String]
  /// α = dt/τ.
  let alpha: Double
  /// SD of the noise that is added to each step of each channel of a trial whenever it is drawn.
  let noise: Double
  /// The trials that batches are drawn from, and those that are held out.
  let drawn, heldOut: TaskTrials

  /// B trials: trial b is one of those to draw from, chosen by stream `first + b` of the seed, with fresh noise.
  func labelledTrials(count: Int, seed: UInt64, first: UInt64) -> TaskTrials {
    let available = drawn.trials.stimulus.trials
    var streams = (0..<count).map { RandomStream(seed: seed, stream: first &+ UInt64($0)) }
    var chosen: [Int] = []
    for b in 0..<count { chosen.append(streams[b].index(below: available)) }
    var trials = drawn.selecting(chosen)
    guard noise > 0 else { return trials }
    var stimulus = trials.trials.stimulus
    let width = stimulus.steps * stimulus.channels
    for b in 0..<count {
      for i in (b * width)..<((b + 1) * width) { stimulus.values[i] += noise * streams[b].normal() }
    }
    var noisy = trials.trials
    noisy.stimulus = stimulus
    trials = TaskTrials(trials: noisy, conditions: trials.conditions, epochs: trials.epochs)
    return trials
  }
}
