// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Writes files whole: under a temporary name in the same folder, synchronised to the disk, then renamed.
///
/// Whoever reads the file sees the old contents or the new, never a part, and a failure leaves the old.
public enum FileWriter {
  /// Writes a text in UTF-8.
  ///
  /// - Parameter inputs: files that must not be overwritten, because they are being read.
  /// - Throws: `FileError` (`cannotWrite`) when the file is one of `inputs`, no regular file, or cannot be written.
  public static func write(_ text: String, to path: String, protecting inputs: [String] = [])
    throws(FileError)
  {
    try write(Array(text.utf8), to: path, protecting: inputs)
  }

  /// Writes bytes.
  ///
  /// - Throws: as `write(_:to:protecting:)` for texts.
  public static func write(_ bytes: [UInt8], to path: String, protecting inputs: [String] = [])
    throws(FileError)
  {
    func failure(_ found: String, expected: String = "a file that can be written") -> FileError {
      FileError(kind: .cannotWrite, path: path, expected: expected, found: found)
    }
    guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else {
      throw failure("an empty or impossible name")
    }
    var old = stat()
    let exists = stat(path, &old) == 0
    if exists, old.st_mode & S_IFMT != S_IFREG {
      throw failure(old.st_mode & S_IFMT == S_IFDIR ? "a directory" : "no regular file")
    }
    for input in inputs where exists {
      var other = stat()
      if stat(input, &other) == 0, other.st_dev == old.st_dev, other.st_ino == old.st_ino {
        throw failure("the input itself", expected: "a file other than the input")
      }
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    var template = Array("\(folder).kappa-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure(systemErrorText()) }
    let temporary = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    var problem = writeAll(bytes, to: descriptor)
    // mkstemp makes files for the owner's eyes only; give this one the rights that a new or the old file has.
    let mask = umask(0)
    umask(mask)
    if problem == 0, fchmod(descriptor, exists ? old.st_mode & 0o777 : 0o666 & ~mask) != 0 { problem = errno }
    if problem == 0, fsync(descriptor) != 0 { problem = errno }
    if close(descriptor) != 0, problem == 0 { problem = errno }
    if problem == 0, rename(temporary, path) != 0 { problem = errno }
    guard problem == 0 else {
      unlink(temporary)
      throw failure(systemErrorText(problem))
    }
  }

  /// Writes every byte; returns 0 or the error number.
  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        #if canImport(Darwin)
          let count = Darwin.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
        #elseif canImport(Glibc)
          let count = Glibc.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
        #else
          let count = Musl.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
        #endif
        if count >= 0 { done += count } else if errno != EINTR { return errno }
      }
      return 0
    }
  }
}
