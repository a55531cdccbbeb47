// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Writes files whole: under a temporary name in the same folder, then renamed.
///
/// Whoever reads the file sees the old contents or the new, never a part, and a failure leaves the old. A link is
/// followed and stays a link; a device or a pipe (`/dev/stdout`) gets the bytes as they come. What must outlive a power
/// cut (a checkpoint) is synchronised to the disk before it is renamed; waiting for that costs more than the writing.
public enum FileWriter {
  /// Writes a text in UTF-8.
  ///
  /// - Parameters:
  ///   - inputs: files that must not be overwritten, because they are being read.
  ///   - synchronised: whether the bytes are on the disk when the call returns.
  /// - Throws: `FileError` (`cannotWrite`) when the file is one of `inputs`, a folder, or cannot be written.
  public static func write(
    _ text: String, to path: String, protecting inputs: [String] = [], synchronised: Bool = false
  ) throws(FileError) {
    try write(Array(text.utf8), to: path, protecting: inputs, synchronised: synchronised)
  }

  /// Writes bytes.
  ///
  /// - Throws: as `write(_:to:protecting:)` for texts.
  public static func write(
    _ bytes: [UInt8], to path: String, protecting inputs: [String] = [], synchronised: Bool = false
  ) throws(FileError) {
    func failure(_ found: String, expected: String = "a file that can be written") -> FileError {
      FileError(kind: .cannotWrite, path: path, expected: expected, found: found)
    }
    guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else {
      throw failure("an empty or impossible name")
    }
    var old = stat()
    let exists = stat(path, &old) == 0
    let kind = old.st_mode & S_IFMT
    if exists, kind == S_IFDIR { throw failure("a directory") }
    if exists, kind == S_IFBLK { throw failure("a disk") }
    for input in inputs where exists {
      var other = stat()
      if stat(input, &other) == 0, other.st_dev == old.st_dev, other.st_ino == old.st_ino {
        throw failure("the input itself", expected: "a file other than the input")
      }
    }
    if exists, kind != S_IFREG || isOpenFile(path) {
      let problem = stream(bytes, to: path)
      guard problem == 0 else { throw failure(systemErrorText(problem)) }
      return
    }
    let target = exists ? realPath(path) ?? path : danglingTarget(of: path)
    let folder = parent(of: target)
    Leftovers.clean(folder)
    var template = Array(Leftovers.template(in: folder).utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure(systemErrorText()) }
    let temporary = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    var problem = writeAll(bytes, to: descriptor)
    // mkstemp makes files for the owner's eyes only; give this one the rights that a new or the old file has.
    let mask = umask(0)
    umask(mask)
    if problem == 0, fchmod(descriptor, exists ? old.st_mode & 0o777 : 0o666 & ~mask) != 0 { problem = errno }
    if problem == 0, synchronised, fsync(descriptor) != 0 { problem = errno }
    if close(descriptor) != 0, problem == 0 { problem = errno }
    if problem == 0, rename(temporary, target) != 0 { problem = errno }
    guard problem == 0 else {
      unlink(temporary)
      throw failure(systemErrorText(problem))
    }
  }

  /// Whether a path names something that this process has open (`/dev/stdout`, `/dev/fd/3`): replacing the file
  /// behind it would take it away from whoever opened it.
  static func isOpenFile(_ path: String) -> Bool {
    ["/dev/std", "/dev/fd/", "/proc/self/fd/"].contains { path.hasPrefix($0) }
  }

  /// Whether a path leads to this process's own stdout: what is written there stands among what is printed.
  public static func isStandardOutput(_ path: String) -> Bool {
    var (target, output) = (stat(), stat())
    guard stat(path, &target) == 0, fstat(STDOUT_FILENO, &output) == 0 else { return false }
    let kind = target.st_mode & S_IFMT
    guard target.st_dev == output.st_dev, target.st_ino == output.st_ino else { return false }
    // /dev/null swallows both, and an ordinary file is replaced unless it is named as the open one.
    return kind == S_IFREG ? isOpenFile(path) : target.st_rdev != nullDevice || kind != S_IFCHR
  }

  /// Whether a path names something that takes bytes one after another: what is written twice stands there twice.
  package static func isStream(_ path: String) -> Bool {
    var target = stat()
    guard stat(path, &target) == 0 else { return false }
    switch target.st_mode & S_IFMT {
    case S_IFREG: return isOpenFile(path)
    case S_IFCHR: return target.st_rdev != nullDevice
    case S_IFDIR: return false
    default: return true
    }
  }

  private static let nullDevice: dev_t = {
    var device = stat()
    return stat("/dev/null", &device) == 0 ? device.st_rdev : 0
  }()

  /// Writes to something that cannot be replaced: a device, a pipe, an open file. Returns 0 or the error number.
  private static func stream(_ bytes: [UInt8], to path: String) -> Int32 {
    // As it is open: at its own place in a file, and also where it is a socket, which cannot be opened.
    if isStandardOutput(path) { return writeAll(bytes, to: STDOUT_FILENO) }
    let descriptor = open(path, O_WRONLY | O_APPEND)
    guard descriptor >= 0 else { return errno }
    let problem = writeAll(bytes, to: descriptor)
    return close(descriptor) != 0 && problem == 0 ? errno : problem
  }

  /// The path without links, or nil if there is nothing.
  package static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The folder that a path is in, `.` for a bare name.
  package static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Where a link to nothing leads; the path itself if it is no link.
  private static func danglingTarget(of path: String) -> String {
    var buffer = [CChar](repeating: 0, count: 4097)
    let count = readlink(path, &buffer, buffer.count - 1)
    guard count > 0 else { return path }
    let target = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if target.hasPrefix("/") { return target }
    return (path.lastIndex(of: "/").map { String(path[...$0]) } ?? "") + target
  }

  /// Writes every byte; returns 0 or the error number.
  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = LibC.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
        if count >= 0 { done += count } else if errno != EINTR { return errno }
      }
      return 0
    }
  }
}
