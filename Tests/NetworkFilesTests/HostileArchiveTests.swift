// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import TestSupport
import Testing

@testable import NetworkFiles

/// Zip archives and .npy headers that lie.
struct HostileArchiveTests {
  private func refusal(_ bytes: [UInt8]) throws -> FormatError {
    try #require(#expect(throws: FormatError.self) { try TensorFile(bytes) })
  }

  /// A deflate stream (fixed Huffman codes, RFC 1951) of one zero and then `runs` copies of 258 zeros, 13 bits each.
  private func zeros(runs: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var (bits, filled) = (UInt64(0), UInt64(0))
    func put(_ value: UInt64, _ count: UInt64) {
      bits |= value << filled
      filled += count
      while filled >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bits >>= 8
        filled -= 8
      }
    }
    put(0b011, 3)  // last block, fixed codes
    put(0b0000_1100, 8)  // literal 0: code 00110000, most significant bit first
    for _ in 0..<runs { put(0b00000_10100011, 13) }  // length 258: 11000101; distance 1: 00000
    put(0, 7)  // end of block
    put(0, 8)
    return bytes
  }

  @Test func declaredBombs() throws {
    let bomb = try zip([("m.npy", zeros(runs: 100))], method: 8, declaredSize: 0x7FFF_FFFF)
    #expect(try refusal(bomb).found.contains("zip bomb"))
    // Many entries, each acceptable by itself.
    let many = try zip((0..<40).map { ("\($0).npy", zeros(runs: 10)) }, method: 8, declaredSize: 4 << 20)
    #expect(try refusal(many).found.contains("zip bomb"))
  }

  /// 2581 bytes declared as 100: the hundred are read, and no more. Declared as 3000: less is found.
  @Test func bombsThatLie() throws {
    let small = try zip([("m.npy", zeros(runs: 10))], method: 8, declaredSize: 100)
    let error = try refusal(small)
    #expect(error.found.contains("zip bomb") || error.found.contains("libzip"))
    _ = try refusal(zip([("m.npy", zeros(runs: 10))], method: 8, declaredSize: 3000))
    _ = try refusal(zip([("m.npy", [1, 2, 3])], declaredSize: 3000))
  }

  @Test func otherArchives() throws {
    #expect(try refusal(zip([("a.txt", [1])])).found.contains("a.txt"))
    #expect(try refusal(zip([])).expected.contains("entries"))
    #expect(try refusal(zip([("m.npy", [1]), ("m.npy", [1])])).found.contains("twice"))
    #expect(try refusal(zip([("m.npy", [1])], flags: 1)).found.contains("encrypted"))
    _ = try refusal(zip([("m.npy", [1])], method: 99))
    _ = try refusal(
      zip([("m.npy", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }"))], crc: 7))
  }

  private func npy(_ header: String, data: Int = 8, version: UInt8 = 1) -> [UInt8] {
    let length = header.utf8.count
    let prefix: [UInt8] = [0x93] + Array("NUMPY".utf8) + [version, 0]
    let size: [UInt8] =
      version == 1
      ? [UInt8(length & 0xFF), UInt8(length >> 8)] : [UInt8(length & 0xFF), UInt8(length >> 8), 0, 0]
    return prefix + size + Array(header.utf8) + [UInt8](repeating: 0, count: data)
  }

  @Test(arguments: [1, 2, 3] as [UInt8])
  func soundHeaders(version: UInt8) throws {
    for header in [
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }",
      "{'descr':'<f8','fortran_order':True,'shape':()}",
      "{\"shape\": (1, 1), \"fortran_order\": False, \"descr\": \"=f8\"}  \n",
    ] {
      #expect(try TensorFile(npy(header, version: version)).tensors[0].values == [0])
    }
  }

  @Test(arguments: [
    "", "{", "{}", "[]", "{'descr': '<f8'}", "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 2), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (2147483648, 0), }",
    "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': 1, }",
    "{'descr': __import__('os').system('x'), 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}",
    "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), } + 1", "{'descr': '<f8",
    "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<f16', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '|V8', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<M8[s]', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '|S8', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<U99999999999999999999', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000,), }",
    "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }",
  ])
  func unsoundHeaders(header: String) throws {
    _ = try refusal(npy(header))
  }

  @Test func headersBeyondTheFile() throws {
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8)
    _ = try refusal(start + [1, 0, 0xFF, 0xFF])
    _ = try refusal(start + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF])
    _ = try refusal(start + [9, 0, 0, 0])
    _ = try refusal(start + [2, 0, 0, 0, 2, 0] + [UInt8](repeating: 0x20, count: 131_072))
    // So many axes that their number alone is a reason.
    _ = try refusal(
      npy("{'descr': '<f8', 'fortran_order': False, 'shape': (\(String(repeating: "1,", count: 5000))), }"))
  }

  @Test func vectorsThatDoNotFit() throws {
    let one = Tensor(name: "n", shape: [4, 1], values: [1, 2, 3, 4])
    func load(_ m: Tensor, _ inputs: Tensor) throws {
      let w = Tensor(name: "w", shape: [4], values: [1, 2, 3, 4])
      _ = try NetworkFile.importNetwork(
        TensorFile(container: "", tensors: [m, one, inputs, w]), ImportOptions())
    }
    let m = Tensor(name: "m", shape: [4], values: [1, 2, 3, 4])
    let inputs = Tensor(name: "I", shape: [2, 4], values: [Double](repeating: 1, count: 8))
    try load(m, inputs)
    for bad in [
      Tensor(name: "m", shape: [4], values: [1, .nan, 3, 4]),
      Tensor(name: "m", shape: [4], values: [1, .infinity, 3, 4]),
      Tensor(name: "m", shape: [5], values: [1, 2, 3, 4, 5]), Tensor(name: "m", shape: [0], values: []),
      Tensor(name: "m", shape: [], values: [1]), Tensor(name: "m", shape: [4, 1, 1], values: [1, 2, 3, 4]),
      Tensor(name: "m", shape: [4, 2], values: [Double](repeating: 1, count: 8)),
      Tensor(name: "m", text: "x"),
    ] {
      #expect(throws: FormatError.self) { try load(bad, inputs) }
    }
    #expect(throws: FormatError.self) {
      try load(m, Tensor(name: "I", shape: [2, 3], values: [1, 2, 3, 4, 5, 6]))
    }
    #expect(throws: FormatError.self) {
      try load(m, Tensor(name: "I", shape: [2, 2], values: [1, 2, 3, 4]))
    }
  }
}
