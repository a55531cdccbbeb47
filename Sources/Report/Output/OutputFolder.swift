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

/// The folder that results go to: looked at first, made last.
public struct OutputFolder: Sendable {
  /// Its path, without slashes at the end.
  public let path: String
  /// Files that are read and must not be written.
  public let inputs: [String]

  /// Refuses a path where no folder can be, or one in which something is in the way of the results.
  ///
  /// - Parameters:
  ///   - files: the names of what will be written into it.
  ///   - inputs: files that are read and must not be written.
  public init(_ path: String, writing files: [String], keeping inputs: [String]) throws(StudyError) {
    if path.isEmpty {
      throw StudyError(.usage, "output", "expected the name of a folder, found an empty one")
    }
    self.inputs = inputs
    var trimmed = Substring(path)
    while trimmed.count > 1 && trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.path = String(trimmed)
    let existing = Self.nearestExisting(self.path)
    guard Self.isFolder(existing) else {
      throw StudyError(
        .cannotWrite,
        path,
        existing == self.path
          ? "expected a folder or nothing, found a file"
          : "expected a folder \(existing) to make it in, found a file")
    }
    try OutputPath.checkWritable(existing, for: path)
    ResultFolder.recover(self.path)
    guard existing == self.path else {
      try Self.probe(self.path, in: existing)
      return
    }
    for name in files { try OutputPath.check(file(name), against: inputs) }
    do { try ResultFolder.check(self.path, for: files) } catch { throw StudyError(error) }
    let figures = file("figures")
    if FileManager.default.fileExists(atPath: figures) {
      guard Self.isFolder(figures) else {
        throw StudyError(.cannotWrite, figures, "expected a folder or nothing, found a file")
      }
      try OutputPath.checkWritable(figures, for: figures)
    }
  }

  /// Makes the first folder that is missing and removes it: some places let nobody make any, whatever their permissions
  /// say (/proc is one).
  private static func probe(_ path: String, in existing: String) throws(StudyError) {
    var first = path
    while FileWriter.parent(of: first) != existing { first = FileWriter.parent(of: first) }
    do {
      try FileManager.default.createDirectory(atPath: first, withIntermediateDirectories: false)
    } catch {
      throw StudyError(.cannotWrite, path, "expected to make this folder, found \(reason(error))")
    }
    rmdir(first)
  }

  /// The path itself if there is something, or else the first folder above it that there is.
  private static func nearestExisting(_ path: String) -> String {
    var path = path
    while !FileManager.default.fileExists(atPath: path) {
      let parent = FileWriter.parent(of: path)
      if parent == path { break }
      path = parent
    }
    return path
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
  }

  /// Writes results beside the folder and puts them into it in one step: whoever looks finds an earlier run's results
  /// or all of the new ones, whatever happens on the way. Files that are no results stay.
  ///
  /// - Parameters:
  ///   - files: names of results; one of an earlier run that is not written again goes.
  ///   - figures: the folder of figures in this one, empty for this one itself; stale figures go.
  ///   - observer: may call it off.
  ///   - write: writes everything into the folder whose path it is given.
  /// - Returns: what `write` returns.
  /// - Throws: `StudyError`; what stood in the folder stands there still.
  public func fill<Value>(
    _ files: [String] = [], figures: String = "figures", observer: some Observer = SilentObserver(),
    _ write: (String) throws -> Value
  ) throws(StudyError) -> Value {
    let staged: ResultFolder
    do { staged = try ResultFolder(at: path, holding: files) } catch { throw StudyError(error) }
    do {
      let value = try write(staged.temporary)
      try observer.check()
      let old = FigureFolder(path: figures.isEmpty ? path : file(figures))
      try staged.commit(removing: old.leftovers().map { figures.isEmpty ? $0 : figures + "/" + $0 })
      return value
    } catch {
      staged.discard()
      // Nobody has to know where the results stood until then.
      func named(_ text: String) -> String { text.replacing(staged.temporary, with: path) }
      let error = StudyError(error, about: path)
      throw StudyError(error.kind, named(error.quantity), named(error.text))
    }
  }

  /// Foundation's own texts are written for other readers.
  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileWriteNoPermission?: "no permission to"
    case .fileWriteFileExists?: "a file on the way"
    case .fileWriteOutOfSpace?: "no space left"
    case .fileWriteVolumeReadOnly?: "a read-only disk"
    case .fileNoSuchFile?, .fileReadNoSuchFile?, .fileWriteInvalidFileName?, .fileWriteUnknown?:
      "a place where none can be"
    default: "that the system refuses it"
    }
  }

  /// The path of a file in it.
  public func file(_ name: String) -> String { path == "/" ? "/" + name : path + "/" + name }
}
