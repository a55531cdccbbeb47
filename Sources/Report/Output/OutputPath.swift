// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import NetworkFiles
import Studies

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Output paths are looked at before any work is done.
public enum OutputPath {
  /// Refuses an output that is one of the inputs, under whatever name, or whose folder does not exist.
  public static func check(_ output: String?, against inputs: [String?]) throws(StudyError) {
    guard let output else { return }
    let files = FileManager.default
    for case let input? in inputs where isSameFile(output, input) {
      throw StudyError(.usage, output, "expected an output that is not an input, found the same file")
    }
    var isFolder = false
    if files.fileExists(atPath: output, isDirectory: &isFolder), isFolder {
      throw StudyError(.cannotWrite, output, "expected a file to write, found a folder")
    }
    let folder = FileWriter.parent(of: output)
    if !files.fileExists(atPath: folder, isDirectory: &isFolder) || !isFolder {
      throw StudyError(
        .cannotWrite, output, "expected a folder \(folder) to write into, found none: create it first")
    }
    try checkWritable(folder, for: output)
  }

  /// Refuses a folder in which nothing can be made.
  static func checkWritable(_ folder: String, for output: String) throws(StudyError) {
    // Not FileManager: its answer for root is always yes, also on a read-only disk.
    if access(folder, W_OK | X_OK) == 0 { return }
    throw StudyError(
      .cannotWrite,
      output,
      "expected a folder \(folder) to write into, found \(errno == EROFS ? "a read-only disk" : "no permission to")"
    )
  }

  private static func isSameFile(_ a: String, _ b: String) -> Bool {
    if a == b { return true }
    var (left, right) = (stat(), stat())
    guard stat(a, &left) == 0, stat(b, &right) == 0 else { return false }
    return left.st_dev == right.st_dev && left.st_ino == right.st_ino
  }
}
