// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Changes what stands inside a zip archive and mends its sums, so that the readers behind the archive are reached.
///
/// A byte changed blindly is caught by the entry's CRC nearly always. Here one stored entry is given to the fuzzer's own
/// mutation and the archive written anew around it.
public enum ZipMutator {
  /// A custom mutator of libFuzzer that changes what stands inside an archive.
  public static func apply(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int, seed: UInt32) -> Int
  {
    Mutation.apply(data, size, most, seed: seed) { bytes, random in
      mutated(bytes, limit: most, choice: random(64)) { Mutation.plain($0, limit: $1) }
    }
  }

  /// An archive with one entry changed, or nil when the bytes are no archive of stored entries.
  ///
  /// - Parameters:
  ///   - choice: which entry is changed.
  ///   - mutate: changes bytes; it is given the bytes and the most that may come out.
  static func mutated(
    _ bytes: [UInt8], limit: Int, choice: Int, mutate: ([UInt8], Int) -> [UInt8]
  ) -> [UInt8]? {
    guard var entries = read(bytes), !entries.isEmpty else { return nil }
    let index = choice % entries.count
    entries[index].data = mutate(entries[index].data, min(limit, entries[index].data.count + 64))
    let result = write(entries)
    return result.count <= limit ? result : nil
  }

  private struct Entry {
    var name: [UInt8]
    var data: [UInt8]
  }

  /// The stored entries, by their local headers.
  private static func read(_ bytes: [UInt8]) -> [Entry]? {
    func number(_ at: Int, _ width: Int) -> Int {
      (0..<width).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    var entries: [Entry] = []
    var at = 0
    while at + 30 <= bytes.count, number(at, 4) == 0x0403_4B50 {
      let (method, size) = (number(at + 8, 2), number(at + 18, 4))
      let name = at + 30
      let data = name + number(at + 26, 2) + number(at + 28, 2)
      guard method == 0, number(at + 6, 2) & 8 == 0, data + size <= bytes.count else { return nil }
      entries.append(
        Entry(name: Array(bytes[name..<name + number(at + 26, 2)]), data: Array(bytes[data..<data + size])))
      at = data + size
    }
    return entries
  }

  private static func write(_ entries: [Entry]) -> [UInt8] {
    var result: [UInt8] = []
    var directory: [UInt8] = []
    func little(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    for entry in entries {
      let offset = result.count
      let sum = Int(crc(entry.data))
      let common =
        little(0, 2) + little(0, 2) + little(0, 2) + little(0x21, 2) + little(sum, 4)
        + little(entry.data.count, 4) + little(entry.data.count, 4) + little(entry.name.count, 2)
        + little(0, 2)
      result += little(0x0403_4B50, 4) + little(20, 2) + common + entry.name + entry.data
      directory +=
        little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + common + little(0, 2) + little(0, 2)
        + little(0, 2) + little(0, 4) + little(offset, 4) + entry.name
    }
    let start = result.count
    result += directory
    result +=
      little(0x0605_4B50, 4) + little(0, 4) + little(entries.count, 2) + little(entries.count, 2)
      + little(directory.count, 4) + little(start, 4) + little(0, 2)
    return result
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
  }
}
