// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Cycles that a search found, and what it had no time to look at.
public struct CyclesFound<Cycle: Sendable & Hashable>: Sendable, Hashable {
  /// The cycles; there is never a proof that these are all.
  public let cycles: [Cycle]
  /// States that were followed to their end.
  public let starts: Int
  /// States that were to be followed.
  public let wanted: Int

  /// - Parameters:
  ///   - starts: states that were followed to their end.
  ///   - wanted: states that were to be followed.
  public init(cycles: [Cycle], starts: Int = 0, of wanted: Int = 0) {
    (self.cycles, self.starts, self.wanted) = (cycles, starts, wanted)
  }

  /// What was left out because the work that a search may take was spent, in words; `nil` where nothing was.
  public var leftOut: String? {
    starts < wanted
      ? "the work that a search for cycles may take was spent after \(starts) of \(wanted) starts, and nothing was followed "
        + "from the others"
      : nil
  }
}
