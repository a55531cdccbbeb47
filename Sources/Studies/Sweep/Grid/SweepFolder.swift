// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder of a sweep, RUNS: `tasks.tsv` says what its rows are, `rows/I` holds what row I left.
///
/// A row is finished when `rows/I/row.json` is there: the last thing that its run writes, in one step.
public struct SweepFolder: Sendable {
  /// Its path, without slashes at the end.
  public let path: String

  /// A folder that is or will be there.
  public init(_ path: String) {
    var trimmed = Substring(path)
    while trimmed.utf8.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.path = String(trimmed)
  }

  /// The path of a file in it.
  public func file(_ name: String) -> String { path == "/" ? "/" + name : path + "/" + name }
  /// The folder of a row.
  func row(_ number: Int) -> String { file("rows/\(number)") }
  /// What a finished row says.
  func result(_ number: Int) -> String { row(number) + "/row.json" }
  /// Why a row has not finished.
  func failure(_ number: Int) -> String { row(number) + "/failure.txt" }

  /// Whether a row is finished.
  func isFinished(_ number: Int) -> Bool { access(result(number), F_OK) == 0 }

  /// Makes a folder with those above it.
  static func make(_ path: String) throws(StudyError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw StudyError(
        .cannotWrite, path, "expected to make this folder, found a place where none can be made")
    }
  }
}
