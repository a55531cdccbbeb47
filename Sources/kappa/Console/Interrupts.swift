// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import NetworkFiles
import Synchronization

/// What an interrupt, a request to end or a closed terminal does: the study at work is called off, and ends with its
/// results as they were before. If it does not end soon, or is asked a second time, the process ends at once; what it
/// had half written is removed, and what an earlier run wrote stays.
enum Interrupts {
  /// The signal that came, 0 for none.
  private static let signal = Atomic<Int32>(0)
  /// The ends of a pipe that tells a waiting thread of a signal: a handler may do next to nothing itself.
  private static let bell = Atomic<Int32>(-1)
  private static let listener = Atomic<Int32>(-1)
  private static let patience = Atomic<Int32>(0)

  /// Whether a signal has come.
  static var haveCome: Bool { signal.load(ordering: .relaxed) != 0 }

  /// The exit code for a process that a signal has ended, as shells know it; `nil` if none has come.
  static var exitCode: Int32? { haveCome ? 128 + signal.load(ordering: .relaxed) : nil }

  /// What the command says at its end.
  static var message: String {
    let name =
      switch signal.load(ordering: .relaxed) {
      case SIGINT: "an interrupt"
      case SIGHUP: "a closed terminal (SIGHUP)"
      default: "a request to end (SIGTERM)"
      }
    return "stopped by \(name); results of earlier runs stand as they were"
  }

  /// From now on signals call studies off.
  ///
  /// - Parameter patience: how many seconds a study has to come to an end.
  static func watch(patience: Int32) {
    var ends: [Int32] = [-1, -1]
    guard LibC.pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    bell.store(ends[1], ordering: .relaxed)
    listener.store(ends[0], ordering: .relaxed)
    Self.patience.store(patience, ordering: .relaxed)
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    guard pthread_create(&thread, nil, { _ in Interrupts.wait() }, nil) == 0 else { return }
    var heard = sigset_t()
    sigemptyset(&heard)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      sigaddset(&heard, number)
      // What a shell lets run on in the background, or nohup beyond its terminal, is not to be disturbed.
      let before = LibC.signal(number, SIG_IGN)
      if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { continue }
      _ = LibC.signal(number) { came in
        Interrupts.signal.store(came, ordering: .relaxed)
        var byte: UInt8 = 0
        _ = write(Interrupts.bell.load(ordering: .relaxed), &byte, 1)
      }
    }
    // A process started from a thread that blocks signals inherits that.
    pthread_sigmask(SIG_UNBLOCK, &heard, nil)
  }

  /// Waits for a signal, and then for a second one or the end of patience.
  private static func wait() -> Never {
    let reading = listener.load(ordering: .relaxed)
    var byte: UInt8 = 0
    while read(reading, &byte, 1) < 0 && errno == EINTR {}
    let seconds = ContinuousClock.now + .seconds(patience.load(ordering: .relaxed))
    var more = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    while ContinuousClock.now < seconds, poll(&more, 1, 100) <= 0 {}
    Leftovers.removeOwn()
    Console.error(message)
    _exit(exitCode ?? 130)
  }
}
