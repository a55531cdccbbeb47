// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CZip

/// The entries of a zip archive in memory, by libzip.
///
/// Sizes come from the central directory. Nothing is unpacked before the sum of all declared sizes has been found
/// acceptable, and no entry yields more bytes than it declared.
struct ZipArchive: ~Copyable {
  struct Entry {
    let name: String
    let index: UInt64
    let size: Int
  }

  private let handle: OpaquePointer
  /// The entries in the archive's order.
  let entries: [Entry]

  /// Most entries an archive may have.
  static let entryLimit = 65_536

  /// Whether bytes begin like a zip archive.
  static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }

  /// Opens an archive; `bytes` must outlive it.
  init(_ bytes: UnsafeRawBufferPointer) throws {
    let limit = Limits.contents(ofFileOfSize: bytes.count)
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    guard let source = zip_source_buffer_create(bytes.baseAddress, UInt64(bytes.count), 0, &error) else {
      throw Self.damaged(&error)
    }
    guard let handle = zip_open_from_source(source, ZIP_RDONLY, &error) else {
      zip_source_free(source)
      throw Self.damaged(&error)
    }
    do {
      entries = try Self.list(handle, limit: limit)
    } catch {
      zip_discard(handle)
      throw error
    }
    self.handle = handle
  }

  deinit { zip_discard(handle) }

  /// The unpacked contents of one entry; libzip checks its CRC.
  func read(_ entry: Entry) throws -> [UInt8] {
    guard let file = zip_fopen_index(handle, entry.index, 0) else {
      throw Self.damaged(zip_get_error(handle), entry: entry.name)
    }
    defer { zip_fclose(file) }
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: entry.size) { buffer, count in
      while count < entry.size {
        let got = zip_fread(file, buffer.baseAddress! + count, UInt64(entry.size - count))
        if got < 0 { failed = true }
        if got <= 0 { break }
        count += Int(got)
      }
    }
    guard !failed else { throw Self.damaged(zip_file_get_error(file), entry: entry.name) }
    guard bytes.count == entry.size else {
      throw FormatError(
        expected: "\(entry.size) bytes in entry \(entry.name.quoted)", found: "\(bytes.count)")
    }
    // Reading past the end makes libzip compare the CRC, and shows entries that unpack to more than they declare.
    var extra: UInt8 = 0
    let more = zip_fread(file, &extra, 1)
    if more < 0 { throw Self.damaged(zip_file_get_error(file), entry: entry.name) }
    if more > 0 {
      throw FormatError(
        expected: "\(entry.size) bytes in entry \(entry.name.quoted)", found: "more, as in a zip bomb")
    }
    return bytes
  }

  private static func list(_ handle: OpaquePointer, limit: Int) throws -> [Entry] {
    let count = zip_get_num_entries(handle, 0)
    guard count > 0, count <= Int64(entryLimit) else {
      throw FormatError(expected: "a zip archive of 1 to \(entryLimit) entries", found: "\(count)")
    }
    var entries: [Entry] = []
    var names: Set<String> = []
    var total = 0
    for index in 0..<UInt64(count) {
      var status = zip_stat_t()
      zip_stat_init(&status)
      let wanted = UInt64(ZIP_STAT_NAME | ZIP_STAT_SIZE)
      guard zip_stat_index(handle, index, 0, &status) == 0, status.valid & wanted == wanted,
        let cName = status.name
      else { throw damaged(zip_get_error(handle)) }
      let name = String(cString: cName)
      guard name.utf8.count <= 1024 else {
        throw FormatError(expected: "entry names of at most 1024 bytes", found: name.quoted)
      }
      guard names.insert(name).inserted else {
        throw FormatError(expected: "each entry once", found: "\(name.quoted) twice")
      }
      if status.valid & UInt64(ZIP_STAT_ENCRYPTION_METHOD) != 0,
        status.encryption_method != UInt16(ZIP_EM_NONE)
      {
        throw FormatError(expected: "an archive without a password", found: "an encrypted \(name.quoted)")
      }
      let (sum, overflow) = total.addingReportingOverflow(Int(clamping: status.size))
      guard !overflow, sum <= limit else {
        throw FormatError(
          expected: "entries of at most \(limit >> 20) MiB in all for an archive of this size",
          found: "more, as in a zip bomb")
      }
      total = sum
      entries.append(Entry(name: name, index: index, size: Int(status.size)))
    }
    return entries
  }

  private static func damaged(_ error: UnsafeMutablePointer<zip_error_t>?, entry: String? = nil)
    -> FormatError
  {
    let text = error.flatMap { zip_error_strerror($0) }.map { String(cString: $0) } ?? "unknown error"
    return FormatError(
      expected: "a complete zip archive",
      found: (entry.map { "a damaged entry \($0.quoted) (" } ?? "a damaged one (") + "libzip: \(text))",
      advice: "copy or save the file again")
  }
}
