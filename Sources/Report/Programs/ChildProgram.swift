// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Runs a helper program (gnuplot, a browser) and waits for it, but not for ever.
///
/// The program is the child of a shell in a process group of its own. When the time is over, when it has ended and left
/// others behind, and when this process dies in whatever way, the whole group is killed: beside the program the shell
/// starts a watcher that reads from a pipe whose other end only this process holds.
enum ChildProgram {
  /// How it ended.
  enum Outcome: Equatable {
    /// With this code; 128 + the signal where a signal ended it. Where children's codes are thrown away (SIGCHLD ignored)
    /// it is 0: what a program was to leave has to be looked at anyway.
    case exited(Int32)
    /// There is no such program.
    case missing
    /// It was killed, because it took longer than it may.
    case tookTooLong
    /// It could not be started, with this errno.
    case notStarted(Int32)
  }

  /// Exit code of a shell that finds no such program.
  private static let notFound: Int32 = 127

  private static let script =
    #"cd "$1" || exit 126; shift; "$@" 3<&- </dev/null & child=$!; { read -r _ <&3; kill -9 0; } & wait "$child""#

  /// Runs a program found in PATH.
  ///
  /// - Parameters:
  ///   - arguments: the program and its arguments, as they are: no shell reads them.
  ///   - folder: where it runs; `nil` is where this process is.
  ///   - errors: the file that its complaints go to.
  ///   - limit: how long it may take.
  static func run(_ arguments: [String], in folder: String? = nil, errors: String, limit: Duration) -> Outcome
  {
    // A shell takes `-` for the folder before.
    let path = folder.map { $0.utf8.first == 0x2F ? $0 : "./" + $0 } ?? "."
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return .notStarted(errno) }
    defer {
      close(ends[0])
      close(ends[1])
    }
    // Neither end may stay open in the program: the watcher waits for the last writer to go.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Nothing to say on our own stdout, complaints into a file; the pipe is what the watcher reads from.
    let start = ProgramStart(
      ["sh", "-c", script, "sh", path] + arguments, path: "/bin/sh",
      descriptors: [(1, .new("/dev/null")), (2, .new(errors)), (3, .same(as: ends[0]))])
    let process: pid_t
    switch start.start() {
    case .success(let number): process = number
    case .failure(let error): return .notStarted(error.code)
    }
    switch wait(for: process, limit: limit) {
    case .lost: return .exited(0)
    case .over:
      kill(-process, SIGKILL)
      while waitpid(process, nil, 0) < 0 && errno == EINTR {}
      return .tookTooLong
    case .ended: break
    }
    // Before the shell is reaped its number, and with it the group's, cannot be anybody else's.
    kill(-process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { if errno != EINTR { return .exited(0) } }
    let signal = status & 0x7f
    let code = signal == 0 ? (status >> 8) & 0xff : 128 + signal
    return code == notFound ? .missing : .exited(code)
  }

  /// What became of a process that was waited for.
  private enum End {
    /// It has ended and is left to be reaped.
    case ended
    /// It still runs, and the time is over.
    case over
    /// It has ended, and nobody kept how: this process was started with SIGCHLD ignored, and the system reaps its
    /// children. The watcher ends what is left of the group.
    case lost
  }

  /// Waits until a process has ended.
  private static func wait(for process: pid_t, limit: Duration) -> End {
    let end = ContinuousClock.now + limit
    var pause = 1_000_000
    while true {
      var info = siginfo_t()
      let answer = waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
      if answer == 0 && info.si_signo != 0 { return .ended }
      if answer != 0 && errno != EINTR { return .lost }
      if ContinuousClock.now >= end { return .over }
      var time = timespec(tv_sec: 0, tv_nsec: pause)
      nanosleep(&time, nil)
      pause = min(2 * pause, 20_000_000)
    }
  }
}
