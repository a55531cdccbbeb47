// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CZip

/// Writes NumPy's .npz archives.
public enum NPZFile {
  /// Writes arrays (float64 or text, C order, stored) under their names, the whole file or none of it.
  ///
  /// The same arrays make the same bytes: entries bear no time.
  ///
  /// - Parameters:
  ///   - tensors: the arrays; names differ from one another.
  ///   - path: the file.
  ///   - inputs: files that must not be overwritten, because they are being read.
  ///   - synchronised: whether the bytes are on the disk when the call returns.
  /// - Throws: `FileError` (`cannotWrite`).
  public static func write(
    _ tensors: [Tensor], to path: String, protecting inputs: [String] = [], synchronised: Bool = false
  ) throws(FileError) {
    let bytes: [UInt8]
    do {
      bytes = try archive(tensors)
    } catch {
      throw FileError(
        kind: .cannotWrite, path: path, expected: "a zip archive of the results", found: "\(error)")
    }
    try FileWriter.write(bytes, to: path, protecting: inputs, synchronised: synchronised)
  }

  /// The bytes of an archive.
  static func archive(_ tensors: [Tensor]) throws -> [UInt8] {
    precondition(
      Set(tensors.map(\.name)).count == tensors.count, "arrays of one .npz file have different names")
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    guard let target = zip_source_buffer_create(nil, 0, 0, &error) else { throw ZipWriteError(&error) }
    defer { zip_source_free(target) }
    guard let archive = zip_open_from_source(target, ZIP_TRUNCATE, &error) else {
      throw ZipWriteError(&error)
    }
    // zip_close frees the source that it writes to; one more reference keeps it for reading it out.
    zip_source_keep(target)
    var blocks: [UnsafeMutableRawBufferPointer] = []
    defer { blocks.forEach { $0.deallocate() } }
    do {
      for tensor in tensors {
        let bytes = NPYWriter.bytes(tensor)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        block.copyBytes(from: bytes)
        blocks.append(block)
        try add(block, name: tensor.name + NPZReader.suffix, to: archive)
      }
    } catch {
      zip_discard(archive)
      throw error
    }
    guard zip_close(archive) == 0 else {
      let failure = ZipWriteError(zip_get_error(archive))
      zip_discard(archive)
      throw failure
    }
    return try contents(of: target)
  }

  private static func add(_ block: UnsafeMutableRawBufferPointer, name: String, to archive: OpaquePointer)
    throws
  {
    guard let source = zip_source_buffer(archive, block.baseAddress, UInt64(block.count), 0) else {
      throw ZipWriteError(zip_get_error(archive))
    }
    let index = zip_file_add(archive, name, source, UInt32(ZIP_FL_ENC_UTF_8))
    guard index >= 0 else {
      zip_source_free(source)
      throw ZipWriteError(zip_get_error(archive))
    }
    // 1 January 1980, the zip format's zero, so that equal results are equal files.
    guard zip_set_file_compression(archive, UInt64(index), ZIP_CM_STORE, 0) == 0,
      zip_file_set_dostime(archive, UInt64(index), 0, 0x21, 0) == 0
    else { throw ZipWriteError(zip_get_error(archive)) }
  }

  private static func contents(of source: OpaquePointer) throws -> [UInt8] {
    var status = zip_stat_t()
    zip_stat_init(&status)
    guard zip_source_open(source) == 0 else { throw ZipWriteError(zip_source_error(source)) }
    defer { zip_source_close(source) }
    guard zip_source_stat(source, &status) == 0, status.valid & UInt64(ZIP_STAT_SIZE) != 0 else {
      throw ZipWriteError(zip_source_error(source))
    }
    let size = Int(status.size)
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = zip_source_read(source, buffer.baseAddress! + count, UInt64(size - count))
        if got <= 0 { break }
        count += Int(got)
      }
    }
    guard bytes.count == size else { throw ZipWriteError(zip_source_error(source)) }
    return bytes
  }
}

/// What libzip says when an archive cannot be made.
private struct ZipWriteError: Error, CustomStringConvertible {
  let description: String

  init(_ error: UnsafeMutablePointer<zip_error_t>?) {
    description =
      error.flatMap { zip_error_strerror($0) }.map { "libzip: \(String(cString: $0))" } ?? "an unknown error"
  }
}
