// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How far a search for fixed points came, in words: what it looked at, and what was left out.
struct SearchReach {
  /// How deflation ended.
  enum Deflation {
    /// A round of it found nothing new.
    case exhausted
    /// Its last round still found something.
    case stillFinding
    /// It would have taken too long.
    case tooLong
  }

  let rank: Int
  /// Random starts that were asked for.
  let wanted: Int
  /// Random starts that were made.
  var starts = 0
  /// How deflation ended.
  var deflation = Deflation.exhausted

  init(rank: Int, wanted: Int) {
    self.rank = rank
    self.wanted = wanted
  }

  /// Whether nothing was left out, and what was done last found nothing.
  var isWhole: Bool { !isShort && deflation == .exhausted }

  /// Whether there was no time for all starts; at rank 1 they are few, for there another method finds the roots.
  private var isShort: Bool { rank > 1 && starts < wanted }

  /// What was looked at.
  var text: String {
    if isShort {
      return "at rank \(rank) the work that a search may take was spent after \(starts) of \(wanted) starts, "
        + "so that deflation and a proof were cut short; to ask for more starts gives it more"
    }
    return switch deflation {
    case .exhausted: "\(wanted) starts and deflation found no more"
    case .stillFinding: "after \(wanted) starts deflation was still finding more when it ended"
    case .tooLong:
      "\(wanted) starts were made, but deflation would have taken too long at rank \(rank) and was ended"
    }
  }
}
