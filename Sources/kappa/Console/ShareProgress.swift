// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies
import Synchronization

/// Progress of work that tells its share done, in parts that may follow one another.
final class ShareProgress: Sendable {
  private let title: String
  private let start = ContinuousClock.now
  private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

  init(_ title: String) { self.title = title }

  /// Shows a share between 0 and 1; from any thread.
  func show(_ share: Double, of part: String = "") {
    lastShown.withLock { last in
      let now = ContinuousClock.now
      let pause: Duration = Console.isWatched ? .milliseconds(200) : .seconds(10)
      guard now - start > .seconds(1), now - (last ?? start) > pause else { return }
      last = now
      let text = "\(title)\(part.isEmpty ? "" : ", \(part)"): \(Int(100 * min(max(share, 0), 1))) %"
      Console.write(Console.isWatched ? "\r\u{1B}[K\(text)" : text + "\n")
    }
  }

  /// Removes the line.
  func finish() {
    lastShown.withLock { if $0 != nil && Console.isWatched { Console.write("\r\u{1B}[K") } }
  }
}

/// Work with a line on stderr that says how much of it is done.
func watched<Result>(_ title: String, _ work: (@escaping @Sendable (Double) -> Void) throws -> Result)
  rethrows
  -> Result
{
  let progress = ShareProgress(title)
  defer { progress.finish() }
  return try work { progress.show($0) }
}
