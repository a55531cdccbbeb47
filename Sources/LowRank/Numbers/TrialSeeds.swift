// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension RandomStream {
  /// What a task's trials are drawn for. One seed serves them all, and no two of them share a trial.
  public enum TrialPurpose: UInt64, Sendable, CaseIterable {
    /// To be run and judged by.
    case judged = 0
    /// To fit circuits to.
    case fitted = 1_000_003
    /// To choose between fits by.
    case chosenBy = 2_000_003
    /// For psychometric curves.
    case psychometric = 3_000_003
    /// With longer delays than the task's.
    case longerDelays = 4_000_003
    /// For the pages of the course.
    case course = 5_000_003
  }

  /// The seed of the trials for a purpose: the user's seed and the purpose's number added up.
  public static func seed(_ seed: UInt64, for purpose: TrialPurpose) -> UInt64 { seed &+ purpose.rawValue }

  /// The stream of a seed from which units are merged into average units.
  public static let mergedUnits: UInt64 = 5_000_003
}
