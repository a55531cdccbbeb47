// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import Synchronization

/// Takes SIGTERM, SIGUSR1 and an interrupt as the wish to stop: studies are called off, and leave what going on needs.
public final class StoppingObserver: Observer {
  private static let wanted = Atomic(false)
  private let next: any Observer

  /// From now on these signals do not end the process. Everything else is passed on to another observer.
  public init(passingTo next: any Observer = SilentObserver()) {
    self.next = next
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
  /// Whether one of the signals has come.
  public var isCancelled: Bool { Self.wanted.load(ordering: .relaxed) || next.isCancelled }
}
