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
///     let folder = try ResultFolder(at: "report", holding: ["circuit.json"])
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
  /// Whether the folder was there before, so that its entries change and not the folder as a whole.
  private let isFilled: Bool

  /// Begins a folder of results.
  ///
  /// - Parameters:
  ///   - path: the folder; it is made unless it is there, with the folders above it.
  ///   - results: the names of files that belong to the results. One of that name from an earlier run is replaced, or
  ///     removed if the new results have none. Whatever else is written is put in its place, too.
  /// - Throws: `FileError` (`cannotWrite`) when nothing can be written there.
  public init(at path: String, holding results: [String]) throws(FileError) {
    self.path = path
    let real = Self.resolved(path)
    let parent = FileWriter.parent(of: real)
    isFilled = Self.isFolder(real)
    if !isFilled {
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

  /// Does the rest of what a killed run had begun to put into a folder, and removes what it left half written.
  public static func recover(_ path: String) {
    let real = resolved(path)
    for folder in [FileWriter.parent(of: real), real] where isFolder(folder) { Leftovers.cleanNow(folder) }
  }

  /// The path under which an entry is written.
  public func file(_ name: String) -> String { temporary + "/" + name }

  /// Puts the results in their place.
  ///
  /// - Parameter stale: results of an earlier run that none of the new ones replaces, such as `figures/old.svg`.
  /// - Throws: `FileError` (`cannotWrite`) when that failed; what stood there stands there still.
  public func commit(removing stale: [String] = []) throws(FileError) {
    var names = names
    if isFilled {
      names += Self.files(in: temporary) + stale
      names = Set(names).subtracting(Self.folders(in: temporary)).sorted()
      try Self.check(path, for: names)
    }
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

  /// Refuses to put results where something stands that is neither a file nor nothing: a link would be replaced by a
  /// file, a pipe or a device would be lost.
  ///
  /// - Parameters:
  ///   - path: the folder, which need not be there.
  ///   - names: of results in it.
  /// - Throws: `FileError` (`cannotWrite`) that names the entry.
  public static func check(_ path: String, for names: [String]) throws(FileError) {
    for name in names {
      var status = stat()
      let entry = path + "/" + name
      guard lstat(entry, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { continue }
      let found =
        switch status.st_mode & S_IFMT {
        case S_IFLNK: "a link"
        case S_IFDIR: "a folder"
        default: "a device or a pipe"
        }
      throw FileError(
        kind: .cannotWrite, path: entry, expected: "a file or nothing", found: found,
        advice: "move it away, or name another folder")
    }
  }

  /// The files in a folder and in the folders in it.
  private static func files(in path: String) -> [String] {
    let folders = folders(in: path)
    let inside = folders.flatMap { folder in entries(of: path + "/" + folder).map { folder + "/" + $0 } }
    return entries(of: path).filter { !folders.contains($0) } + inside
  }

  private static func folders(in path: String) -> [String] {
    entries(of: path).filter { isFolder(path + "/" + $0) }
  }

  private static func entries(of path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
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
