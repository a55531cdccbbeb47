/// PyTorch's zip container: `<prefix>/data.pkl`, and each storage as `<prefix>/data/<key>`.
enum TorchZipReader {
  /// Longest pickle; a state_dict's has a few kilobytes.
  static let pickleLimit = 32 << 20

  /// The entry of the pickle, if the archive is a checkpoint.
  static func pickle(in archive: borrowing ZipArchive) -> ZipArchive.Entry? {
    for entry in archive.entries where entry.name == "data.pkl" || entry.name.hasSuffix("/data.pkl") {
      return entry
    }
    return nil
  }

  /// The tensors of a checkpoint, in its own order.
  static func tensors(
    _ archive: borrowing ZipArchive, pickle: ZipArchive.Entry, budget: inout MemoryBudget
  ) throws -> [Tensor] {
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
    var blocks: [String: [UInt8]] = [:]
    var tensors: [Tensor] = []
    for (name, tensor) in try TorchWalk.tensors(of: root, in: heap) {
      let storage = tensor.storage
      if blocks[storage.key] == nil {
        guard let entry = entries["\(prefix)data/\(storage.key)"] else {
          throw FormatError(
            expected: "data \(storage.key.quoted) for tensor \(name.quoted)", found: "no such entry",
            advice: "copy or save the file again")
        }
        blocks[storage.key] = try archive.read(entry)
      }
      tensors.append(
        try TorchWalk.materialise(
          tensor, name: name, bytes: blocks[storage.key] ?? [], bigEndian: bigEndian, budget: &budget))
    }
    return tensors
  }
}
