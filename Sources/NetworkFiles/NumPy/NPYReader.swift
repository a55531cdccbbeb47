// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Arrays in NumPy's .npy format: C and Fortran order, both byte orders, numbers and fixed-width text.
enum NPYReader {
  /// The array in the bytes of a .npy file, which must hold it exactly.
  static func tensor(_ bytes: [UInt8], name: String, budget: inout MemoryBudget) throws -> Tensor {
    var cursor = ByteCursor(bytes)
    let header = try NPYHeader(&cursor)
    return try tensor(
      header.element, shape: header.shape, fortran: header.fortran, data: bytes[cursor.position...],
      name: name, budget: &budget)
  }

  /// The array that raw data holds exactly.
  static func tensor(
    _ element: NPYHeader.Element, shape: [Int], fortran: Bool, data: ArraySlice<UInt8>, name: String,
    budget: inout MemoryBudget
  ) throws -> Tensor {
    guard let strides = StridedLayout.denseStrides(shape, fortran: fortran) else {
      throw FormatError(expected: "an array that fits in memory", found: "shape \(describe(shape: shape))")
    }
    let elementSize =
      switch element {
      case .number(let type, _): type.size
      case .text(let characters, _): 4 * characters
      }
    // Text of no characters takes no bytes, so that the file's length says nothing about its shape.
    let capacity = elementSize == 0 ? (shape.isEmpty ? 1 : 0) : data.count / elementSize
    let layout = try StridedLayout(shape: shape, strides: strides, offset: 0, capacity: capacity)
    guard layout.count * elementSize == data.count else {
      throw FormatError(
        expected: "\(layout.count * elementSize) bytes for shape \(describe(shape: shape))",
        found: "\(data.count)", advice: "copy or save the file again")
    }
    try budget.take(layout.count)
    switch element {
    case .number(let type, let bigEndian):
      let values = data.withUnsafeBytes { layout.gather(type, from: $0, bigEndian: bigEndian) }
      return Tensor(name: name, shape: shape, elementType: type.rawValue, values: values)
    case .text(let characters, let bigEndian):
      var texts: [String] = []
      try layout.forEachPlace { place in
        let first = data.startIndex + place * elementSize
        texts.append(try text(data[first..<(first + 4 * characters)], bigEndian: bigEndian))
      }
      return Tensor(name: name, shape: shape, text: texts)
    }
  }

  /// UTF-32, padded with zeros.
  private static func text(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) throws -> String {
    var scalars = String.UnicodeScalarView()
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let quad = bytes[index..<(index + 4)]
      let code = (bigEndian ? Array(quad) : quad.reversed()).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      guard let scalar = Unicode.Scalar(code) else {
        throw FormatError(expected: "Unicode text", found: "the code \(code)")
      }
      scalars.append(scalar)
      index += 4
    }
    while scalars.last?.value == 0 { scalars.removeLast() }
    return String(scalars)
  }
}

/// A .npy file on its own: one array named `array`.
enum NPYFileReader: ContainerReader {
  static let name = "NumPy .npy"

  static func matches(_ bytes: [UInt8]) -> Bool { NPYHeader.matches(bytes) }

  static func read(_ bytes: [UInt8], budget: inout MemoryBudget) throws -> FileContents {
    do {
      return FileContents(tensors: [try NPYReader.tensor(bytes, name: "array", budget: &budget)])
    } catch let error as ForeignElements {
      return FileContents(unread: [UnreadEntry(name: "array", what: error.what)])
    }
  }
}
