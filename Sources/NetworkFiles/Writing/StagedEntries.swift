// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Entries of a folder that change together: all are the new ones or all are the old ones.
///
/// The new ones are made in a hidden folder beside them (`new/`). To put them in their place, a journal is written that
/// says what will change; from then on the change is certain. Each old entry is moved to `old/` and each new one to its
/// place; if a step fails, the steps before it are undone. If the process is killed between two steps, the next run
/// finds the journal and does the rest. An entry is a name (`report.html`) or a name in a folder (`figures/phase.svg`).
struct StagedEntries: Sendable {
  /// The folder whose entries change.
  let place: String
  /// The hidden folder in it.
  let staging: String

  /// Where the new entries are made.
  var new: String { staging + "/new" }
  private var old: String { staging + "/old" }
  private var journal: String { staging + "/journal" }

  /// Makes the hidden folder in `place`, which must exist.
  ///
  /// - Throws: a number of `errno` when it cannot be made.
  init(in place: String) throws(SystemError) {
    self.place = place
    var template = Array(Leftovers.template(in: place).utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError(errno) }
    staging = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    for folder in [new, old] where mkdir(folder, 0o777) != 0 {
      let code = errno
      discard()
      throw SystemError(code)
    }
  }

  private init(place: String, staging: String) {
    self.place = place
    self.staging = staging
  }

  /// Removes everything that was made so far; nothing in the folder has changed.
  func discard() {
    // The journal goes first: without it, whatever of the rest stays has no consequences.
    guard unlink(journal) == 0 || errno == ENOENT else { return }
    try? FileManager.default.removeItem(atPath: staging)
  }

  /// Puts the new entries in their place and removes the old ones that have no successor.
  ///
  /// - Parameter names: the entries that belong together. Those that are in `new` are put in their place, the others
  ///   are removed from it.
  /// - Throws: a number of `errno` when a step failed; the folder is then as it was before.
  func commit(_ names: [String]) throws(SystemError) {
    // Whoever ends the process in a hurry waits until all entries are in their place.
    try Leftovers.committing.withLock { _ throws(SystemError) in try put(names) }
  }

  private func put(_ names: [String]) throws(SystemError) {
    let changes = names.map { Change(name: $0, isNew: Self.exists(new + "/" + $0)) }
    do {
      try FileWriter.write(Change.journal(changes), to: journal)
    } catch {
      let code = errno
      discard()
      throw SystemError(code == 0 ? EIO : code)
    }
    var undo: [(from: String, to: String)] = []
    makeFolders(changes)
    for change in changes {
      for (from, to) in steps(change) {
        guard rename(from, to) == 0 else {
          let code = errno
          let undone = undo.reversed().allSatisfy { rename($0.to, $0.from) == 0 }
          removeEmptyFolders(changes)
          // Where even the way back is barred, the journal stays and the next run tries again.
          if undone { discard() }
          throw SystemError(code)
        }
        undo.append((from, to))
      }
    }
    removeEmptyFolders(changes)
    discard()
  }

  /// Makes the folders that entries of folders are moved into. One that cannot be made fails at the move.
  private func makeFolders(_ changes: [Change]) {
    for change in changes {
      guard let folder = change.folder else { continue }
      mkdir(old + "/" + folder, 0o777)
      if change.isNew { mkdir(place + "/" + folder, 0o777) }
    }
  }

  /// Removes folders that hold nothing any more.
  private func removeEmptyFolders(_ changes: [Change]) {
    for folder in Set(changes.compactMap(\.folder)) { rmdir(place + "/" + folder) }
  }

  /// The renames that a change still needs. What was done already is not done again.
  private func steps(_ change: Change) -> [(from: String, to: String)] {
    let (here, new, old) = (place + "/" + change.name, new + "/" + change.name, old + "/" + change.name)
    let hasNew = Self.exists(new)
    var steps: [(from: String, to: String)] = []
    if Self.exists(here), change.isNew ? hasNew : true { steps.append((here, old)) }
    if hasNew { steps.append((new, here)) }
    return steps
  }

  /// Does the rest of a change that a killed process had begun, and removes the hidden folder.
  ///
  /// It stays where the rest could not be done: a later run tries again.
  static func finish(_ staging: String, in place: String) {
    let entries = StagedEntries(place: place, staging: staging)
    if let text = try? String(contentsOfFile: entries.journal, encoding: .utf8) {
      let changes = Change.read(text)
      entries.makeFolders(changes)
      for change in changes {
        for (from, to) in entries.steps(change) where rename(from, to) != 0 { return }
      }
      entries.removeEmptyFolders(changes)
    }
    entries.discard()
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// What becomes of one entry.
  private struct Change {
    let name: String
    /// Whether a new one takes its place; it is removed otherwise.
    let isNew: Bool

    /// The folder that the entry is in, `nil` for the place itself.
    var folder: Substring? { name.firstIndex(of: "/").map { name[..<$0] } }

    /// One line each; a name is any text without a zero, so zeros end them.
    static func journal(_ changes: [Change]) -> String {
      changes.map { ($0.isNew ? "+" : "-") + $0.name + "\0" }.joined()
    }

    /// Names that lead out of the folder are not followed, whoever wrote the journal.
    static func read(_ text: String) -> [Change] {
      text.split(separator: "\0").compactMap { line in
        let name = String(line.dropFirst())
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard let sign = line.first, sign == "+" || sign == "-", parts.count <= 2,
          parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
        else { return nil }
        return Change(name: name, isNew: sign == "+")
      }
    }
  }
}

/// A number of `errno`.
struct SystemError: Error {
  let code: Int32
  init(_ code: Int32) { self.code = code }
}
