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
    do {
      process = try ProgramStart(
        arguments, descriptors: [(1, .appended(log)), (2, .same(as: 1))]
      ).start().get()
    } catch {
      throw StudyError(
        .noInput, arguments[0],
        "expected a program that can be started, found \(String(cString: strerror(error.code)))")
    }
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
