// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// What `torch.save` wrote before version 1.6, and writes for a storage inside a plain pickle: five pickles (magic number,
/// protocol, system, object, storage keys), then for each key its element count and raw data.
struct TorchStream {
  /// The object, where its parts are, and where the data of each storage key lies.
  let root: PickleValue
  let heap: PickleHeap
  let blocks: [String: Range<Int>]

  /// 0x1950a86a20f9469cfc6c, little-endian, with the sign byte that Python adds where it is needed.
  static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  /// Reads all of it.
  init(_ bytes: [UInt8]) throws {
    var cursor = ByteCursor(bytes)
    guard case .bigInteger(let number) = try Unpickler.load(&cursor).root, number == Self.magic else {
      throw FormatError(expected: "PyTorch's magic number", found: "another")
    }
    guard case .integer(1001) = try Unpickler.load(&cursor).root else {
      throw FormatError(expected: "PyTorch protocol 1001", found: "another")
    }
    try Self.checkSystem(try Unpickler.load(&cursor))
    (root, heap) = try Unpickler.load(&cursor)
    let (keyList, keyHeap) = try Unpickler.load(&cursor)
    guard case .list(let list) = keyList else {
      throw FormatError(expected: "a list of storage keys", found: "something else")
    }
    blocks = try Self.storages(keyHeap.lists[list], types: try Self.elementTypes(heap), cursor: &cursor)
  }

  /// The one storage of a small file inside a pickle.
  static func storage(_ bytes: ArraySlice<UInt8>) throws -> PickleStorage {
    let bytes = Array(bytes)
    let file = try TorchStream(bytes)
    guard case .storage(let index) = file.root, let range = file.blocks[file.heap.storages[index].key] else {
      throw Unpickler.bad("a storage without data")
    }
    var storage = file.heap.storages[index]
    guard range.count / storage.type.size >= storage.count else {
      throw Unpickler.bad("a storage that is longer than its data")
    }
    storage.data = bytes[range]
    return storage
  }

  private static func checkSystem(_ pickle: (root: PickleValue, heap: PickleHeap)) throws {
    guard case .dictionary(let index) = pickle.root else {
      throw FormatError(expected: "a description of the system that wrote it", found: "something else")
    }
    for (key, value) in pickle.heap.dictionaries[index] {
      if case .string("little_endian") = key, case .bool(false) = value {
        throw FormatError(
          expected: "little-endian data", found: "a checkpoint of a big-endian machine",
          advice: "save it with a newer PyTorch")
      }
    }
  }

  /// The element type of each storage key.
  private static func elementTypes(_ heap: PickleHeap) throws -> [String: ElementType] {
    var types: [String: ElementType] = [:]
    for storage in heap.storages {
      guard types[storage.key] == nil || types[storage.key] == storage.type else {
        throw FormatError(
          expected: "one element type per storage", found: "two for storage \(storage.key.quoted)")
      }
      types[storage.key] = storage.type
    }
    return types
  }

  /// Where each storage's data lies.
  private static func storages(
    _ keys: [PickleValue], types: [String: ElementType], cursor: inout ByteCursor
  ) throws -> [String: Range<Int>] {
    var ranges: [String: Range<Int>] = [:]
    for value in keys {
      guard case .string(let key) = value, let type = types[key] else {
        throw FormatError(expected: "keys of storages in use", found: "another storage key")
      }
      let count = try cursor.littleEndian(8)
      guard count <= UInt64(cursor.remaining / type.size) else { throw ByteCursor.truncated }
      let start = cursor.position
      _ = try cursor.take(Int(count) * type.size)
      ranges[key] = start..<cursor.position
    }
    return ranges
  }
}
