// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a run that was killed leaves beside its results, and how the next one cleans it up.
///
/// Everything half written has a hidden name that tells the machine and the process it belongs to,
/// `.kappa-MACHINE-PROCESS-XXXXXX`. What belongs to a process of this machine that is no more may go; what
/// belongs to a living one, or to another machine that shares the disk, stays.
public enum Leftovers {
  /// How the names of everything half written begin.
  static let prefix = ".kappa-"

  /// The template of a new name, for `mkstemp` and `mkdtemp`.
  static func template(in folder: String) -> String {
    _ = places.withLock { $0.insert(folder) }
    return "\(folder)/\(prefix)\(machine)-\(getpid())-XXXXXX"
  }

  /// Removes what killed runs left in a folder; each folder is looked at once by a process.
  static func clean(_ folder: String) {
    guard seen.withLock({ $0.insert(folder).inserted }) else { return }
    cleanNow(folder)
  }

  /// Removes what killed runs left in a folder. A step that had begun to put results in their place is finished.
  static func cleanNow(_ folder: String) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
    for name in names where isAbandoned(name) {
      let path = folder + "/" + name
      var status = stat()
      // What somebody else put there, in a folder that many may write to, is not ours to act upon.
      guard lstat(path, &status) == 0, status.st_uid == geteuid() else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        StagedEntries.finish(path, in: folder)
      } else if status.st_mode & S_IFMT == S_IFREG {
        unlink(path)
      }
    }
  }

  /// Whether a name is that of something half written by a process of this machine that has ended.
  static func isAbandoned(_ name: String) -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    let parts = name.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == machine, let process = Int32(parts[1]), process > 0,
      process != getpid()
    else { return false }
    return kill(process, 0) != 0 && errno == ESRCH
  }

  /// Eight digits that stand for this machine's name: names of machines may hold what file names should not.
  private static let machine: String = {
    var name = [CChar](repeating: 0, count: 256)
    _ = gethostname(&name, name.count - 1)
    var hash: UInt32 = 2_166_136_261  // FNV-1a
    for byte in name.prefix(while: { $0 != 0 }) {
      hash = (hash ^ UInt32(UInt8(bitPattern: byte))) &* 16_777_619
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }()

  /// Held while entries are put in their place.
  static let committing = Mutex(())

  /// Removes what this process has half written, because it is about to end. Results that are being put in their place
  /// are put there first.
  public static func removeOwn() {
    committing.withLock { _ in removeAll() }
  }

  private static func removeAll() {
    let own = "\(prefix)\(machine)-\(getpid())-"
    for folder in places.withLock({ $0 }) {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      where name.hasPrefix(own) {
        try? FileManager.default.removeItem(atPath: folder + "/" + name)
      }
    }
  }

  private static let seen = Mutex<Set<String>>([])
  /// Folders in which something was half written by this process.
  private static let places = Mutex<Set<String>>([])
}
