// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Writes pickles operation by operation, so that tests can write those that no pickler would.
struct PickleBuilder {
  private(set) var bytes: [UInt8] = [0x80, 2]

  mutating func op(_ code: Character) { bytes.append(code.asciiValue ?? 0) }
  mutating func raw(_ more: [UInt8]) { bytes += more }

  mutating func global(_ module: String, _ name: String) { raw(Array("c\(module)\n\(name)\n".utf8)) }

  mutating func text(_ text: String) {
    op("X")
    withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { raw(Array($0)) }
    raw(Array(text.utf8))
  }

  /// LONG1, which holds numbers of any size.
  mutating func integer(_ value: Int) {
    raw([0x8A, 8])
    withUnsafeBytes(of: value.littleEndian) { raw(Array($0)) }
  }

  mutating func tuple(_ values: [Int]) {
    op("(")
    values.forEach { integer($0) }
    op("t")
  }

  /// A float64 tensor of storage `key`.
  mutating func tensor(key: String, elements: Int, offset: Int, shape: [Int], strides: [Int]) {
    global("torch._utils", "_rebuild_tensor_v2")
    op("(")
    op("(")
    text("storage")
    global("torch", "DoubleStorage")
    text(key)
    text("cuda:0")
    integer(elements)
    op("t")
    op("Q")
    integer(offset)
    tuple(shape)
    tuple(strides)
    raw([0x89])
    op(")")
    op("t")
    op("R")
  }

  /// The finished pickle.
  var finished: [UInt8] { bytes + [UInt8(ascii: ".")] }
}

/// A PyTorch zip file of a pickle and storages of `doubles` zeros each.
func checkpoint(_ pickle: [UInt8], storages: [String: Int] = [:], byteOrder: String? = nil) throws -> [UInt8]
{
  var files: [(name: String, bytes: [UInt8])] = [("archive/data.pkl", pickle)]
  if let byteOrder { files.append(("archive/byteorder", Array(byteOrder.utf8))) }
  for (key, doubles) in storages.sorted(by: { $0.key < $1.key }) {
    files.append(("archive/data/\(key)", [UInt8](repeating: 0, count: 8 * doubles)))
  }
  return try zip(files)
}
