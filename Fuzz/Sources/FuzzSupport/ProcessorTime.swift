// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// How long an input may take, in seconds of the processor: the fuzzer's own limit counts those of the clock, in which a
/// loaded machine may do next to nothing.
public enum ProcessorTime {
  /// From now on an input has two seconds; then the process aborts, and the fuzzer keeps the input.
  public static func limit(seconds: Int = 2) {
    if !isWatched {
      signal(SIGPROF) { _ in
        var text = Array("ERROR: the input took more processor time than it may\n".utf8)
        _ = write(2, &text, text.count)
        abort()
      }
      isWatched = true
    }
    var time = itimerval(
      it_interval: timeval(tv_sec: 0, tv_usec: 0), it_value: timeval(tv_sec: seconds, tv_usec: 0))
    // ITIMER_PROF, which systems type in different ways.
    setitimer(2, &time, nil)
  }

  nonisolated(unsafe) private static var isWatched = false
}
