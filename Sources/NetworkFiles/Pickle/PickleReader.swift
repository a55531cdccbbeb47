// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A plain pickle, such as `pickle.dump({'W_rec': array, …}, file)` writes.
enum PickleReader: ContainerReader {
  static let name = "Python pickle"

  /// PROTO 2 to 5; older protocols begin with their first object.
  static func matches(_ bytes: [UInt8]) -> Bool {
    bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
  }

  static func read(_ bytes: [UInt8], budget: inout MemoryBudget) throws -> FileContents {
    var cursor = ByteCursor(bytes)
    let (root, heap) = try Unpickler.load(&cursor)
    var contents = try ObjectWalk.contents(of: root, in: heap, budget: &budget) { storage, name in
      throw FormatError(
        expected: "data \(storage.key.quoted) for tensor \(name.quoted)", found: "a pickle without it",
        advice: "save the file with torch.save")
    }
    if cursor.remaining > 0 {
      contents.unread.append(
        UnreadEntry(name: "(after the first object)", what: "\(cursor.remaining) bytes of other objects"))
    }
    return contents
  }
}
