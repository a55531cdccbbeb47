// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder of results that is written beside its place and put there in one step.
///
///     let folder = try ResultFolder(at: "report", holding: ["circuit.json", "figures"])
///     do {
///       try FileWriter.write(text, to: folder.file("circuit.json"))
///       try folder.commit()
///     } catch {
///       folder.discard()
///       throw error
///     }
///
/// Whoever looks sees the results of an earlier run or all of the new ones, never a part of either, whether the disk
/// fills up, the run is called off or the process is killed. Files that are no results of Kappa stay where they are.
public struct ResultFolder: Sendable {
  /// Where the results will stand.
  public let path: String
  /// Where they are written.
  public let temporary: String
  private let entries: StagedEntries
  private let names: [String]

  /// Begins a folder of results.
  ///
  /// - Parameters:
  ///   - path: the folder; it is made unless it is there, with the folders above it.
  ///   - results: the names of all entries that belong to the results. An entry of that name from an earlier run is
  ///     replaced, or removed if the new results have none.
  /// - Throws: `FileError` (`cannotWrite`) when nothing can be written there.
  public init(at path: String, holding results: [String]) throws(FileError) {
    self.path = path
    let real = Self.resolved(path)
    let parent = FileWriter.parent(of: real)
    if !Self.isFolder(real) {
      // The whole folder is one entry of the folder above it.
      do {
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      } catch {
        throw FileError(
          kind: .cannotWrite, path: path, expected: "to make this folder",
          found: "that \(parent) cannot be made")
      }
      Leftovers.cleanNow(parent)
      entries = try Self.staged(in: parent, for: path)
      names = [Self.name(of: real)]
      temporary = entries.new + "/" + names[0]
      if mkdir(temporary, 0o777) != 0 {
        let text = systemErrorText()
        entries.discard()
        throw FileError(kind: .cannotWrite, path: path, expected: "to make this folder", found: text)
      }
    } else {
      // It may hold other files, be a disk of its own or be the folder that someone stands in: its entries change.
      Leftovers.cleanNow(parent)
      Leftovers.cleanNow(real)
      entries = try Self.staged(in: real, for: path)
      names = results
      temporary = entries.new
    }
  }

  /// The path under which an entry is written.
  public func file(_ name: String) -> String { temporary + "/" + name }

  /// Puts the results in their place.
  ///
  /// - Throws: `FileError` (`cannotWrite`) when that failed; what stood there stands there still.
  public func commit() throws(FileError) {
    do {
      try entries.commit(names)
    } catch {
      throw FileError(
        kind: .cannotWrite, path: path, expected: "to put the results in their place",
        found: systemErrorText(error.code))
    }
  }

  /// Removes what was written so far; what stood there before stands there still.
  public func discard() { entries.discard() }

  private static func staged(in place: String, for path: String) throws(FileError) -> StagedEntries {
    do {
      return try StagedEntries(in: place)
    } catch {
      throw FileError(
        kind: .cannotWrite, path: path, expected: "a folder \(place) to write into",
        found: systemErrorText(error.code))
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The path that a link leads to, or the path itself, without slashes at its end.
  private static func resolved(_ path: String) -> String {
    if let real = FileWriter.realPath(path) { return real }
    var trimmed = Substring(path)
    while trimmed.utf8.count > 1, trimmed.utf8.last == UInt8(ascii: "/") { trimmed.removeLast() }
    return String(trimmed)
  }

  private static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}
