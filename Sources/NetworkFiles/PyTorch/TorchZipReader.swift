// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// PyTorch's zip container: `<prefix>/data.pkl`, and each storage as `<prefix>/data/<key>`.
enum TorchZipReader: ContainerReader {
  static let name = "PyTorch (zip)"
  /// Longest pickle; a state_dict's has a few kilobytes, but arrays of NumPy stand inside.
  private static let pickleLimit = 1 << 30

  static func matches(_ bytes: [UInt8]) -> Bool {
    guard ZipArchive.isArchive(bytes) else { return false }
    return bytes.withUnsafeBytes { buffer in
      // A damaged archive is the next reader's to complain of.
      guard let archive = try? ZipArchive(buffer) else { return false }
      return pickle(in: archive) != nil
    }
  }

  static func read(_ bytes: [UInt8], budget: inout MemoryBudget) throws -> FileContents {
    try bytes.withUnsafeBytes { buffer in
      let archive = try ZipArchive(buffer)
      guard let pickle = pickle(in: archive) else {
        throw FormatError(expected: "a PyTorch checkpoint", found: "no data.pkl")
      }
      return try contents(archive, pickle: pickle, budget: &budget)
    }
  }

  /// The entry of the pickle, if the archive is a checkpoint.
  private static func pickle(in archive: borrowing ZipArchive) -> ZipArchive.Entry? {
    for entry in archive.entries where entry.name == "data.pkl" || entry.name.hasSuffix("/data.pkl") {
      return entry
    }
    return nil
  }

  private static func contents(
    _ archive: borrowing ZipArchive, pickle: ZipArchive.Entry, budget: inout MemoryBudget
  ) throws -> FileContents {
    guard pickle.size <= pickleLimit else {
      throw FormatError(
        expected: "a pickle of at most \(pickleLimit >> 20) MiB", found: "\(pickle.size >> 20) MiB")
    }
    let prefix = pickle.name.dropLast("data.pkl".count)
    var entries: [String: ZipArchive.Entry] = [:]
    for entry in archive.entries { entries[entry.name] = entry }
    var bigEndian = false
    if let order = entries["\(prefix)byteorder"] {
      guard order.size <= 16 else {
        throw FormatError(expected: "byte order little or big", found: "\(order.size) bytes")
      }
      let text = String(decoding: try archive.read(order), as: UTF8.self)
      guard text == "little" || text == "big" else {
        throw FormatError(expected: "byte order little or big", found: text.quoted)
      }
      bigEndian = text == "big"
    }
    var cursor = ByteCursor(try archive.read(pickle))
    let (root, heap) = try Unpickler.load(&cursor)
    // The storages in use are read before the walk, which cannot borrow the archive.
    var blocks: [String: [UInt8]] = [:]
    for case (let name, .tensor(let tensor)) in try ObjectWalk.items(of: root, in: heap)
    where tensor.storage.data == nil && blocks[tensor.storage.key] == nil {
      guard let entry = entries["\(prefix)data/\(tensor.storage.key)"] else {
        throw FormatError(
          expected: "data \(tensor.storage.key.quoted) for tensor \(name.quoted)", found: "no such entry",
          advice: "copy or save the file again")
      }
      blocks[tensor.storage.key] = try archive.read(entry)
    }
    return try ObjectWalk.contents(of: root, in: heap, bigEndian: bigEndian, budget: &budget) { storage, _ in
      (blocks[storage.key] ?? [])[...]
    }
  }
}
