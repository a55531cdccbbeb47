// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder for files that nobody is to keep. Its name is that of something half written: what a killed run leaves of it
/// is removed by the next one in the same place.
package struct ScratchFolder: Sendable {
  /// Its path.
  package let path: String

  /// Makes a folder in `place`, which must exist.
  ///
  /// - Throws: a `FileError` when it cannot be made.
  package init(in place: String) throws(FileError) {
    Leftovers.clean(place)
    var template = Array(Leftovers.template(in: place).utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileError(
        kind: .cannotWrite, path: place, expected: "a folder that files can be made in",
        found: systemErrorText(),
        advice: "set TMPDIR to another")
    }
    path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }

  /// Removes the folder and all that is in it.
  package func remove() { try? FileManager.default.removeItem(atPath: path) }
}
