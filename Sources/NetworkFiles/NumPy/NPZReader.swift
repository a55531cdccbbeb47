// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A .npz archive: a zip, stored or deflated, of .npy files.
///
/// Entries whose elements are neither numbers nor text (Python objects, complex numbers, byte strings, long doubles) are
/// listed as not read: real files have such entries beside arrays that are fine.
enum NPZReader: ContainerReader {
  static let name = "NumPy .npz"
  static let suffix = ".npy"

  static func matches(_ bytes: [UInt8]) -> Bool { ZipArchive.isArchive(bytes) }

  static func read(_ bytes: [UInt8], budget: inout MemoryBudget) throws -> FileContents {
    try bytes.withUnsafeBytes { buffer in
      let archive = try ZipArchive(buffer)
      guard archive.entries.contains(where: { $0.name.hasSuffix(suffix) }) else {
        throw FormatError(
          expected: "a zip archive with NumPy arrays or a PyTorch checkpoint",
          found: "one with \(archive.entries[0].name.quoted)")
      }
      return try contents(archive, budget: &budget)
    }
  }

  /// The arrays of an archive in its own order.
  private static func contents(_ archive: borrowing ZipArchive, budget: inout MemoryBudget) throws
    -> FileContents
  {
    var contents = FileContents()
    for entry in archive.entries where entry.name.hasSuffix(suffix) {
      let bytes = try archive.read(entry)
      let name = String(entry.name.dropLast(suffix.count))
      do {
        contents.tensors.append(try NPYReader.tensor(bytes, name: name, budget: &budget))
      } catch let error as ForeignElements {
        contents.unread.append(UnreadEntry(name: name, what: error.what))
      } catch let error as FormatError {
        throw FormatError(
          expected: "\(error.expected) in entry \(entry.name.quoted)", found: error.found,
          advice: error.advice)
      }
    }
    return contents
  }
}
