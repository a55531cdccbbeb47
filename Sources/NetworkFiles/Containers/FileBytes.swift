// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Bounds on what a file may make this program take.
///
/// They are far above any network of the field and keep a hostile file of a few kilobytes from filling the memory.
enum Limits {
  /// Largest file, in bytes.
  static let fileBytes = 2 << 30
  /// Whatever a file declares (unpacked entries, tensors) may take this much in bytes…
  static let freeBytes = 64 << 20
  /// …and this many times its own size on top.
  static let expansion = 100

  /// The most bytes that the contents of a file of `size` bytes may take.
  static func contents(ofFileOfSize size: Int) -> Int { min(freeBytes + expansion * size, 4 << 30) }
}

/// What the arrays of one file may still take.
struct MemoryBudget {
  private var bytes: Int

  /// The budget of a file of `size` bytes.
  init(fileSize size: Int) { bytes = Limits.contents(ofFileOfSize: size) }

  /// Sets memory for `count` numbers aside, before it is taken.
  mutating func take(_ count: Int) throws {
    let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Double>.stride)
    guard !overflow, size <= bytes else {
      throw FormatError(
        expected: "arrays in proportion to the file's size", found: "an array of \(count) elements too many")
    }
    bytes -= size
  }
}

/// Reads a whole regular file.
///
/// - Throws: `FileError` for what is no readable regular file, is empty, or is larger than `limit`.
func readFile(_ path: String, limit: Int = Limits.fileBytes) throws(FileError) -> [UInt8] {
  func unreadable(_ found: String) -> FileError {
    FileError(kind: .noSuchInput, path: path, expected: "a readable file", found: found)
  }
  guard !path.isEmpty, !path.utf8.contains(0) else { throw unreadable("an empty or impossible name") }
  // O_NONBLOCK: opening a pipe must not wait for somebody to write to it.
  let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  guard descriptor >= 0 else { throw unreadable(systemErrorText()) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw unreadable(systemErrorText()) }
  switch status.st_mode & S_IFMT {
  case S_IFREG: break
  case S_IFDIR: throw unreadable("a directory")
  case S_IFIFO: throw unreadable("a pipe")
  default: throw unreadable("something that is no regular file")
  }
  let size = Int(status.st_size)
  guard size > 0 else {
    throw FileError(kind: .badData, path: path, expected: "a file with contents", found: "an empty one")
  }
  guard size <= limit else {
    throw FileError(
      kind: .badData, path: path, expected: "at most \(limit >> 20) MiB", found: "\(size >> 20) MiB")
  }
  var failure: Int32 = 0
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    while count < size {
      let got = read(descriptor, buffer.baseAddress! + count, size - count)
      if got > 0 {
        count += got
      } else if got == 0 {
        break
      } else if errno != EINTR {
        failure = errno
        break
      }
    }
  }
  guard failure == 0 else { throw unreadable(systemErrorText(failure)) }
  guard bytes.count == size else { throw unreadable("a file that shrank while it was read") }
  return bytes
}
