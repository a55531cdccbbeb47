// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A position in a file's bytes that never runs past their end.
struct ByteCursor {
  let bytes: [UInt8]
  private(set) var position: Int
  let end: Int

  init(_ bytes: [UInt8], from start: Int = 0) {
    self.bytes = bytes
    position = min(max(start, 0), bytes.count)
    end = bytes.count
  }

  var remaining: Int { end - position }

  mutating func byte() throws -> UInt8 {
    guard position < end else { throw Self.truncated }
    defer { position += 1 }
    return bytes[position]
  }

  /// The next `count` bytes; their number is checked before they are copied.
  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw Self.truncated }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  /// An unsigned little-endian number of up to 8 bytes.
  mutating func littleEndian(_ count: Int) throws -> UInt64 {
    try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A length of up to 8 bytes that is no larger than what is left.
  mutating func length(_ count: Int) throws -> Int {
    let value = try littleEndian(count)
    guard value <= UInt64(remaining) else { throw Self.truncated }
    return Int(value)
  }

  /// The bytes up to the next line feed, which is skipped.
  mutating func line(limit: Int) throws -> ArraySlice<UInt8> {
    let stop = min(end, position + limit)
    guard let feed = bytes[position..<stop].firstIndex(of: 0x0A) else { throw Self.truncated }
    defer { position = feed + 1 }
    return bytes[position..<feed]
  }

  static var truncated: FormatError {
    FormatError(expected: "more bytes", found: "the end of the data", advice: "copy or save the file again")
  }
}
