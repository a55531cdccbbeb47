// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Synchronization

/// How much work a search has done and may do, in multiplications, about: the same on every machine, unlike seconds, so that
/// a search that ends early ends at the same place everywhere.
final class Effort: Sendable {
  /// What the whole search may take.
  private let allowance: Double
  private let spent = Atomic<Int>(0)

  /// - Parameter allowance: multiplications; without a limit unless it is given.
  init(allowance: Double = .infinity) { self.allowance = allowance }

  /// Counts work.
  func add(_ work: Double) {
    // One search is far below the number at which an integer overflows; many are stopped by it.
    spent.add(Int(min(work, 1e15)), ordering: .relaxed)
  }

  /// Whether so large a share of the allowance is spent.
  func isSpent(_ share: Double = 1) -> Bool { Double(spent.load(ordering: .relaxed)) >= share * allowance }
}
