// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies
import Synchronization

/// Shows on stderr what a study tells: remarks as lines, progress as one line that comes and goes.
///
/// What takes less than a second is not shown.
final class ConsoleObserver: Observer {
  /// The work under one title.
  private struct Work {
    var title = ""
    var start = ContinuousClock.now
    var lastShown: ContinuousClock.Instant?
  }

  private let work = Mutex(Work())

  var isCancelled: Bool { Interrupts.haveCome }

  func report(_ progress: Progress) {
    work.withLock { work in
      let now = ContinuousClock.now
      if progress.title != work.title { work = Work(title: progress.title, start: now) }
      guard !progress.isEnd else {
        if work.lastShown != nil && Console.isWatched { Console.write("\r\u{1B}[K") }
        work = Work()
        return
      }
      let pause: Duration = Console.isWatched ? .milliseconds(200) : .seconds(10)
      guard now - work.start > .seconds(1), now - (work.lastShown ?? work.start) > pause else { return }
      work.lastShown = now
      let part = progress.part.isEmpty ? "" : ", \(progress.part)"
      let text = "\(progress.title)\(part): \(Int(100 * min(max(progress.share, 0), 1))) %"
      Console.write(Console.isWatched ? "\r\u{1B}[K\(text)" : text + "\n")
    }
  }

  func remark(_ remark: Remark) {
    let text = OptionNames.inPlaceOfFields(remark.text)
    switch remark.weight {
    case .note: Console.note(text)
    case .warning: Console.warn(text)
    }
  }
}
