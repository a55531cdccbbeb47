// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import Synchronization

/// Takes SIGTERM, SIGUSR1 and an interrupt as the wish to stop, and the end of the process that it works for: studies are
/// called off, and leave what going on needs.
public final class StoppingObserver: Observer {
  private static let wanted = Atomic(false)
  private let next: any Observer
  private let parent: pid_t?

  /// From now on these signals do not end the process. Everything else is passed on to another observer.
  ///
  /// - Parameter parent: the process that started this one and wants its results; `nil` if nobody has to live on.
  public init(passingTo next: any Observer = SilentObserver(), parent: Int32? = nil) {
    self.next = next
    self.parent = parent
    // Made before a signal asks for it.
    _ = Self.wanted.load(ordering: .relaxed)
    // A process started from a thread that blocks signals inherits that.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGTERM, SIGUSR1, SIGINT] {
      sigaddset(&signals, number)
      signal(number) { _ in StoppingObserver.wanted.store(true, ordering: .relaxed) }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Passed on.
  public func report(_ progress: Progress) { next.report(progress) }
  /// Passed on.
  public func remark(_ remark: Remark) { next.remark(remark) }
  /// Whether one of the signals has come, or the parent is no more: whoever is left an orphan gets another one.
  public var isCancelled: Bool {
    Self.wanted.load(ordering: .relaxed) || parent.map { getppid() != $0 } ?? false || next.isCancelled
  }
}
