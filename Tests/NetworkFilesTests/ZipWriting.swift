// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import TestSupport

@testable import NetworkFiles

/// The entries of a zip file.
func unzip(_ path: String) throws -> [(name: String, bytes: [UInt8])] {
  try readFile(path).withUnsafeBytes { buffer in
    let archive = try ZipArchive(buffer)
    var entries: [(name: String, bytes: [UInt8])] = []
    for entry in archive.entries { entries.append((entry.name, try archive.read(entry))) }
    return entries
  }
}

/// A stored zip archive written by hand, so that its fields can lie.
///
/// - Parameter declaredSize: the unpacked size that the directory claims for each entry; `nil` for the truth.
func zip(
  _ files: [(name: String, bytes: [UInt8])], method: UInt16 = 0, flags: UInt16 = 0,
  declaredSize: UInt32? = nil,
  crc: UInt32? = nil
) throws -> [UInt8] {
  var result: [UInt8] = []
  var directory: [UInt8] = []
  func put(_ value: some FixedWidthInteger, into bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
  for (name, bytes) in files {
    let offset = UInt32(result.count)
    let size = declaredSize ?? UInt32(bytes.count)
    var common: [UInt8] = []
    for field in [UInt16(20), flags, method, 0, 0x21] { put(field, into: &common) }
    for field in [crc ?? checksum(bytes), UInt32(bytes.count), size] { put(field, into: &common) }
    put(UInt16(name.utf8.count), into: &common)
    put(UInt16(0), into: &common)
    put(UInt32(0x0403_4B50), into: &result)
    result += common + Array(name.utf8) + bytes
    put(UInt32(0x0201_4B50), into: &directory)
    put(UInt16(20), into: &directory)
    directory += common
    for field in [UInt16(0), 0, 0] { put(field, into: &directory) }
    put(UInt32(0), into: &directory)
    put(offset, into: &directory)
    directory += Array(name.utf8)
  }
  let start = UInt32(result.count)
  result += directory
  put(UInt32(0x0605_4B50), into: &result)
  for field in [UInt16(0), 0, UInt16(files.count), UInt16(files.count)] { put(field, into: &result) }
  put(UInt32(directory.count), into: &result)
  put(start, into: &result)
  put(UInt16(0), into: &result)
  return result
}

private let checksumTable: [UInt32] = (0..<256).map { index in
  (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
}

/// CRC-32 of the zip format; pointers, because thousands of archives are made in builds without optimisation.
private func checksum(_ bytes: [UInt8]) -> UInt32 {
  checksumTable.withUnsafeBufferPointer { table in
    bytes.withUnsafeBufferPointer { bytes in
      var value = ~UInt32(0)
      var index = 0
      while index < bytes.count {
        value = table[Int((value ^ UInt32(bytes[index])) & 0xFF)] ^ (value >> 8)
        index &+= 1
      }
      return ~value
    }
  }
}
