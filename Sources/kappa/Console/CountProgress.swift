// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Synchronization

/// A line on stderr that says how many of some equal pieces of work are done; silent for what takes less than a second.
final class CountProgress: Sendable {
  private let line: ShareProgress
  private let total: Int
  private let done = Atomic(0)

  /// Progress over `total` pieces of work.
  init(_ title: String, total: Int) {
    line = ShareProgress(title)
    self.total = total
  }

  /// One piece is done; from any thread.
  func advance() {
    let count = done.wrappingAdd(1, ordering: .relaxed).newValue
    line.show(total == 0 ? 1 : Double(count) / Double(total))
  }

  /// Removes the line.
  func finish() { line.finish() }
}
