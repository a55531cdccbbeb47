// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import NetworkFiles

/// A row's right to be run: one process at a time has it.
///
/// A batch system may queue a row again while its old process is still dying, and people submit twice. The right ends with
/// the process, however that ends.
final class RowLock {
  private let descriptor: Int32
  private let path: String

  /// Takes the right.
  ///
  /// Where the disk knows no locks, everybody has it: results are written whole, so that two runs of a row do the work
  /// twice and leave the same bits.
  ///
  /// - Throws: a `StudyError` of kind `cannotWrite` when another process has it.
  init(_ folder: String, row: Int) throws(StudyError) {
    path = folder + "/lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw StudyError(
        .cannotWrite, path, "expected a file that can be written, found \(String(cString: strerror(errno)))")
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      throw StudyError(
        .cannotWrite, folder, "expected row \(row) for itself, found that another process is running it")
    }
  }

  /// Removes the lock's file: the row is finished, and whoever takes the right from now on looks at that first.
  func remove() { unlink(path) }

  deinit { close(descriptor) }
}
