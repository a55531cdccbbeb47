/// Arrays in NumPy's .npy format: C and Fortran order, both byte orders, numbers and fixed-width text.
enum NPYReader {
  /// The array in the bytes of a .npy file, which must hold it exactly.
  static func tensor(_ bytes: [UInt8], name: String, budget: inout MemoryBudget) throws -> Tensor {
    var cursor = ByteCursor(bytes)
    let header = try NPYHeader(&cursor)
    guard let strides = StridedLayout.denseStrides(header.shape, fortran: header.fortran) else {
      throw FormatError(
        expected: "an array that fits in memory", found: "shape \(describe(shape: header.shape))")
    }
    let elementSize =
      switch header.element {
      case .number(let type, _): type.size
      case .text(let characters, _): 4 * characters
      }
    // Text of no characters takes no bytes, so that the file's length says nothing about its shape.
    let capacity = elementSize == 0 ? (header.shape.isEmpty ? 1 : 0) : cursor.remaining / elementSize
    let layout = try StridedLayout(shape: header.shape, strides: strides, offset: 0, capacity: capacity)
    guard layout.count * elementSize == cursor.remaining else {
      throw FormatError(
        expected: "\(layout.count * elementSize) bytes for shape \(describe(shape: header.shape))",
        found: "\(cursor.remaining)", advice: "copy or save the file again")
    }
    try budget.take(layout.count)
    let start = cursor.position
    switch header.element {
    case .number(let type, let bigEndian):
      let values = bytes.withUnsafeBytes {
        layout.gather(type, from: UnsafeRawBufferPointer(rebasing: $0[start...]), bigEndian: bigEndian)
      }
      return Tensor(name: name, shape: header.shape, elementType: type.rawValue, values: values)
    case .text(let characters, let bigEndian):
      var texts: [String] = []
      try layout.forEachPlace { place in
        let first = start + place * elementSize
        texts.append(try text(bytes[first..<(first + 4 * characters)], bigEndian: bigEndian))
      }
      return Tensor(name: name, shape: header.shape, text: texts)
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

/// A .npz archive: a zip, stored or deflated, of .npy files.
enum NPZReader {
  static let suffix = ".npy"

  /// The arrays of an archive in its own order.
  static func tensors(_ archive: borrowing ZipArchive, budget: inout MemoryBudget) throws -> [Tensor] {
    var tensors: [Tensor] = []
    for entry in archive.entries where entry.name.hasSuffix(suffix) {
      let bytes = try archive.read(entry)
      do {
        let name = String(entry.name.dropLast(suffix.count))
        tensors.append(try NPYReader.tensor(bytes, name: name, budget: &budget))
      } catch let error as FormatError {
        throw FormatError(
          expected: "\(error.expected) in entry \(entry.name.quoted)", found: error.found,
          advice: error.advice)
      }
    }
    return tensors
  }
}
