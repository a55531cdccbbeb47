// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// A program that runs beside this process: its output goes into a file, and it can be told to stop.
final class RowProcess {
  private let process: pid_t
  private var isOver = false
  private var stopped: ContinuousClock.Instant?
  private let patience: Duration?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - log: the file that both of its outputs are added to.
  ///   - patience: how long after it was told to stop it is killed with all that it started; `nil` waits for ever.
  /// - Throws: a `StudyError` when it cannot be started.
  init(_ arguments: [String], log: String, patience: Duration? = nil) throws(StudyError) {
    self.patience = patience
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o666)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // A program must hear of what this process ignores or blocks; a group of its own keeps a terminal's interrupt from
    // reaching it twice.
    var none = sigset_t()
    var defaults = sigset_t()
    sigemptyset(&none)
    sigemptyset(&defaults)
    for signal in [SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    )
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var process: pid_t = 0
    let problem = posix_spawnp(&process, arguments[0], &actions, &attributes, words, environ)
    guard problem == 0 else {
      throw StudyError(
        .noInput, arguments[0],
        "expected a program that can be started, found \(String(cString: strerror(problem)))")
    }
    self.process = process
  }

  /// Whether it has ended; it is then gone.
  var hasEnded: Bool {
    if isOver { return true }
    var status: Int32 = 0
    let answer = waitpid(process, &status, WNOHANG)
    // No such child: somebody threw its end away, which is an end as well.
    isOver = answer == process || (answer < 0 && errno != EINTR)
    return isOver
  }

  /// Tells it, and what it started, to stop: once, and after its patience for good.
  func stop() {
    guard !isOver else { return }
    guard let stopped else {
      self.stopped = ContinuousClock.now
      kill(-process, SIGTERM)
      return
    }
    if let patience, ContinuousClock.now - stopped > patience { kill(-process, SIGKILL) }
  }
}

extension SweepRun {
  /// Where Snakemake is, in folders with colons between them as PATH has them; `nil` where it is in none.
  public static func snakemake(in path: String) -> String? {
    path.split(separator: ":").map { "\($0)/snakemake" }.first { access($0, X_OK) == 0 }
  }
}
