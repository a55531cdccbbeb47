// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Studies
import Tasks

/// Which trials are run: a file's, or a task's.
struct TrialOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Trials from an .npz file: u (B, T, K), optionally target and mask (B, T, O).", valueName: "file.npz"))
  var trials: String?

  @Option(
    help: ArgumentHelp(
      "Trials of a task: perceptual-decision, parametric-working-memory, context-dependent-decision, "
        + "multisensory-decision, delayed-match-to-sample, duration, cue-set-go, flip-flop, sequence; a file FILE.yaml that "
        + "describes one; or several in one network, A+B.", valueName: "name"))
  var task: String?

  @Option(name: .customLong("trial-count"), help: "How many trials of the task. (default: 300)")
  var wantedCount: Int?

  @OptionGroup var changes: TaskOptions

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1

  func validate() throws {
    if trials != nil && task != nil {
      throw ValidationError("--trials and --task: only one of them can say it.")
    }
    try check(TrialRequest(file: trials, task: nil, trialCount: wantedCount, seed: seed).validate)
  }

  /// Whether there are trials to run.
  var areGiven: Bool { trials != nil || task != nil }

  /// For commands that cannot do without.
  func require() throws {
    try check(
      TrialRequest(file: trials, task: task.map { TaskRequest($0) }, trialCount: nil, seed: seed).require)
  }

  /// The same as studies want it.
  ///
  /// - Throws: a failure when options of a task stand beside a file.
  func request() throws -> TrialRequest {
    if trials != nil {
      for name in changes.given + (wantedCount == nil ? [] : ["--trial-count"]) {
        throw StudyError(
          .usage, name, "expected --task beside it, found --trials: a file's trials are as they are")
      }
    }
    return TrialRequest(
      file: trials, task: try task.map { try changes.request($0) }, trialCount: wantedCount, seed: seed)
  }
}
