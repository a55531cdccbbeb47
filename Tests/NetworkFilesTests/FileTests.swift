// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import TestSupport
import Testing

@testable import NetworkFiles

/// Paths that lead to no usable file.
struct FileTests {
  @Test(arguments: ["", "/nonexistent/x.npz", "/tmp", "/dev/null", "/tmp\0x", "/etc/hostname/x"])
  func noInput(path: String) throws {
    let error = #expect(throws: FileError.self) { try TensorFile.read(path) }
    #expect(error?.kind == .noSuchInput)
    #expect(error?.exitCode == 66)
  }

  @Test func aPipeDoesNotBlock() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = "\(folder.path)/pipe"
    try #require(mkfifo(path, 0o600) == 0)
    let error = #expect(throws: FileError.self) { try TensorFile.read(path) }
    #expect(error?.found == "a pipe")
  }

  @Test func emptyAndForeignFiles() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    for (name, contents) in [("empty", ""), ("text", "m,n,I,w\n1,2,3,4\n"), ("hdf", "\u{89}HDF\r\n\u{1A}\n")]
    {
      let path = "\(folder.path)/\(name)"
      try FileWriter.write(contents, to: path)
      let error = #expect(throws: FileError.self) { try NetworkFile.load(path) }
      #expect(error?.kind == .badData)
      #expect(error?.exitCode == 65)
      #expect(error?.description.hasPrefix("\(path): expected ") == true)
    }
  }

  /// A bias that was never trained is in many files: all of it zero, it is none, anywhere.
  @Test(arguments: [0, 0.25]) func aBiasOfZerosIsNone(value: Double) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = "\(folder.path)/net.npz"
    try NPZFile.write(
      ["m", "n", "I", "w"].map { Tensor(name: $0, shape: [3, 1], values: [1, 2, 3]) }
        + [Tensor(name: "bias", shape: [3], values: [0, value, 0])], to: path)
    #expect((try NetworkFile.load(path).network.bias == nil) == (value == 0))
  }

  @Test func messagesAreOneLine() {
    let error = FileError(
      kind: .badData, path: "a\nb", expected: "x", found: "y\r\u{2028}z\u{1B}", advice: "do\tthis")
    #expect(error.description == "a\u{FFFD}b: expected x, found y\u{FFFD}\u{FFFD}z\u{FFFD}, do\u{FFFD}this")
  }

  @Test(arguments: [
    (0x3C00 as UInt16, 1.0), (0xC000, -2), (0x3555, 0.333251953125), (0x0001, 0x1p-24),
    (0x03FF, 1023 * 0x1p-24),
    (0x0400, 0x1p-14), (0x7BFF, 65504), (0x7C00, .infinity), (0x8000, -0.0),
  ])
  func halfPrecision(bits: UInt16, value: Double) {
    #expect(ElementType.half(bits) == value)
    #expect(ElementType.half(bits).sign == value.sign)
    #expect(ElementType.half(0x7C01).isNaN)
  }
}
