// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The header of a .npy file, versions 1.0 to 3.0: a Python dictionary literal, parsed and never evaluated.
struct NPYHeader {
  /// What an element is.
  enum Element {
    case number(ElementType, bigEndian: Bool)
    /// Fixed-width UTF-32 text of so many characters.
    case text(characters: Int, bigEndian: Bool)
  }

  let element: Element
  let fortran: Bool
  let shape: [Int]

  /// Longest header, in bytes. NumPy's are 118 bytes long unless an array has very many axes.
  static let lengthLimit = 65_536

  /// Whether bytes begin like a .npy file.
  static func matches(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x93] + Array("NUMPY".utf8)) }

  /// Reads a header and leaves the cursor at the data.
  init(_ cursor: inout ByteCursor) throws {
    guard try cursor.take(6).elementsEqual([0x93] + Array("NUMPY".utf8)) else {
      throw FormatError(expected: "NumPy's magic bytes", found: "others")
    }
    let (major, minor) = (try cursor.byte(), try cursor.byte())
    guard (1...3).contains(major), minor == 0 else {
      throw FormatError(expected: "NumPy format 1.0, 2.0 or 3.0", found: "\(major).\(minor)")
    }
    let length = try cursor.length(major == 1 ? 2 : 4)
    guard length <= Self.lengthLimit else {
      throw FormatError(expected: "a header of at most \(Self.lengthLimit) bytes", found: "\(length)")
    }
    var parser = LiteralParser(Array(try cursor.take(length)))
    let fields = try parser.header()
    element = try Self.element(fields.descr)
    fortran = fields.fortran
    shape = fields.shape
  }

  /// What elements of a NumPy type such as `<f8` are.
  ///
  /// - Throws: `ForeignElements` for those that are neither numbers nor text.
  static func element(_ descr: String) throws -> Element {
    let refused = ForeignElements(what: "elements of type \(descr.quoted)\(meaning(of: descr))")
    let characters = Array(descr.utf8)
    guard characters.count >= 2 else { throw refused }
    let order = characters[0]
    let bigEndian: Bool
    switch order {
    case UInt8(ascii: "<"), UInt8(ascii: "|"): bigEndian = false
    case UInt8(ascii: ">"): bigEndian = true
    case UInt8(ascii: "="): bigEndian = Int(1).bigEndian == 1
    default: throw refused
    }
    let code = String(decoding: characters[1...], as: UTF8.self)
    if code.hasPrefix("U"), let count = Int(code.dropFirst()), (0...1_000_000).contains(count) {
      return .text(characters: count, bigEndian: bigEndian)
    }
    let types: [String: ElementType] = [
      "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
      "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
    ]
    guard let type = types[code] else { throw refused }
    return .number(type, bigEndian: bigEndian)
  }

  private static func meaning(of descr: String) -> String {
    switch descr.dropFirst().first {
    case "O": " (Python objects, which cannot be read without running them)"
    case "c": " (complex numbers)"
    case "V": " (raw or structured records)"
    case "S": " (byte strings)"
    case "M", "m": " (dates)"
    case "f": " (a float this program does not know)"
    default: ""
    }
  }
}

/// A parser for the one form of Python literal that .npy headers have:
/// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
private struct LiteralParser {
  private let text: [UInt8]
  private var position = 0

  init(_ text: [UInt8]) { self.text = text }

  mutating func header() throws -> (descr: String, fortran: Bool, shape: [Int]) {
    var descr: String?
    var fortran: Bool?
    var shape: [Int]?
    try expect("{")
    while !accept("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where descr == nil:
        guard peek() != UInt8(ascii: "["), peek() != UInt8(ascii: "(") else {
          throw ForeignElements(what: "structured records")
        }
        descr = try string()
      case "fortran_order" where fortran == nil: fortran = try boolean()
      case "shape" where shape == nil: shape = try tuple()
      default: throw bad("the key \(key.quoted)")
      }
      if !accept(",") {
        try expect("}")
        break
      }
    }
    guard peek() == nil else { throw bad("text after the dictionary") }
    guard let descr, let fortran, let shape else { throw bad("a dictionary that lacks one") }
    return (descr, fortran, shape)
  }

  private func bad(_ found: String) -> FormatError {
    FormatError(expected: "a NumPy header with descr, fortran_order and shape", found: found)
  }

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
  }

  private mutating func peek() -> UInt8? {
    skipSpace()
    return position < text.count ? text[position] : nil
  }

  private mutating func accept(_ character: Character) -> Bool {
    guard let next = peek(), next == character.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Character) throws {
    guard accept(character) else { throw bad("no '\(character)' at its byte \(position)") }
  }

  private mutating func string() throws -> String {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw bad("no string at its byte \(position)")
    }
    position += 1
    let start = position
    while position < text.count, text[position] != quote {
      guard text[position] != UInt8(ascii: "\\") else { throw bad("an escape in a string") }
      position += 1
    }
    guard position < text.count else { throw bad("a string without end") }
    defer { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private mutating func boolean() throws -> Bool {
    for (word, value) in [("True", true), ("False", false)] {
      _ = peek()
      if text[position...].starts(with: word.utf8) {
        position += word.utf8.count
        return value
      }
    }
    throw bad("neither True nor False at its byte \(position)")
  }

  private mutating func tuple() throws -> [Int] {
    try expect("(")
    var lengths: [Int] = []
    while !accept(")") {
      lengths.append(try integer())
      guard lengths.count <= StridedLayout.axisLimit else {
        throw bad("more than \(StridedLayout.axisLimit) axes")
      }
      if !accept(",") {
        try expect(")")
        break
      }
    }
    return lengths
  }

  private mutating func integer() throws -> Int {
    _ = peek()
    var value = 0
    let start = position
    while position < text.count, (0x30...0x39).contains(text[position]) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = product.addingReportingOverflow(Int(text[position]) - 0x30)
      guard !overflow, !overflow2 else { throw bad("an axis longer than any memory") }
      value = sum
      position += 1
    }
    guard position > start else { throw bad("no length of an axis at its byte \(position)") }
    return value
  }
}
