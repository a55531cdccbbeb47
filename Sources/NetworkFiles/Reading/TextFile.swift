// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Files that are read as they are.
package enum TextFile {
  /// The bytes of a regular file.
  ///
  /// - Throws: `FileError` when it cannot be read, is empty or larger than `limit` bytes.
  package static func bytes(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    try readFile(path, limit: limit)
  }

  /// A text in UTF-8.
  ///
  /// - Throws: `FileError`, also when it is no UTF-8.
  package static func read(_ path: String, limit: Int) throws(FileError) -> String {
    guard let text = String(validating: try bytes(path, limit: limit), as: UTF8.self) else {
      throw FileError(
        kind: .badData, path: path, expected: "a text in UTF-8", found: "bytes that are none")
    }
    return text
  }
}
