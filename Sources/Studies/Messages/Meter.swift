// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Synchronization

/// Tells an observer how far one piece of work has come, by its share or by counting equal parts.
package final class Meter: Sendable {
  private let observer: any Observer
  private let title: String
  private let total: Int
  private let done = Atomic(0)

  /// A meter of `total` equal parts.
  package init(_ title: String, total: Int = 1, _ observer: any Observer) {
    self.title = title
    self.total = max(total, 1)
    self.observer = observer
    observer.report(Progress(title: title, share: 0))
  }

  /// The share that is done, perhaps of a part; from any thread.
  package func show(_ share: Double, of part: String = "") {
    // The end is told once, by `finish`.
    let share = part.isEmpty ? min(share, 1.0.nextDown) : min(share, 1)
    observer.report(Progress(title: title, part: part, share: max(share, 0)))
  }

  /// One more of the equal parts is done; from any thread.
  package func advance() {
    let count = done.wrappingAdd(1, ordering: .relaxed).newValue
    show(Double(count) / Double(total))
  }

  /// The work has ended, well or not.
  package func finish() { observer.report(Progress(title: title, share: 1)) }
}

extension Observer {
  /// Work with a meter, which ends with it; calls it off where nobody wants the answer any more.
  package func metered<Result>(
    _ title: String, total: Int = 1, _ work: (Meter) throws -> Result
  ) throws -> Result {
    try check()
    let meter = Meter(title, total: total, self)
    defer { meter.finish() }
    let result = try work(meter)
    try check()
    return result
  }
}
