// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// PyTorch's container before version 1.6, a `TorchStream`.
enum TorchLegacyReader: ContainerReader {
  static let name = "PyTorch (legacy)"

  /// Whether bytes begin like such a file: PROTO 2, LONG1 of ten bytes, the magic number.
  static func matches(_ bytes: [UInt8]) -> Bool {
    bytes.count > 14 && bytes[0] == 0x80 && bytes[2] == 0x8A && bytes[3] == 10
      && bytes[4..<14].elementsEqual(TorchStream.magic)
  }

  static func read(_ bytes: [UInt8], budget: inout MemoryBudget) throws -> FileContents {
    let file = try TorchStream(bytes)
    return try ObjectWalk.contents(of: file.root, in: file.heap, budget: &budget) { storage, name in
      guard let range = file.blocks[storage.key] else {
        throw FormatError(
          expected: "data \(storage.key.quoted) for tensor \(name.quoted)", found: "no such storage",
          advice: "copy or save the file again")
      }
      return bytes[range]
    }
  }
}
