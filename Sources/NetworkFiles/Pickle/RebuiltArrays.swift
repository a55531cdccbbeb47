// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// NumPy arrays, scalars and element types, rebuilt as data as numpy.core.multiarray would make them.
extension Unpickler {
  /// dtype('f8', align, copy): its state follows with BUILD.
  mutating func numpyType(_ arguments: [PickleValue]) throws -> PickleValue {
    guard case .string(let code)? = arguments.first, code.utf8.count <= 64 else {
      return append(PickleNumPyType(code: "V0"))
    }
    return append(PickleNumPyType(code: code))
  }

  /// (version, byte order, …): of which the order alone matters to numbers and texts.
  mutating func setState(ofType index: Int, to state: PickleValue) throws {
    guard case .tuple(let tuple) = state, heap.tuples[tuple].count >= 2,
      case .string(let order) = heap.tuples[tuple][1], ["<", ">", "=", "|"].contains(order)
    else { throw Self.bad("a NumPy type without a byte order") }
    setType(index, order: order)
  }

  /// scalar(dtype, bytes); of the dtype O there is an object in place of bytes.
  mutating func numpyScalar(_ arguments: [PickleValue]) throws -> PickleValue {
    guard case .numpyType(let type)? = arguments.first else {
      throw Self.bad("a NumPy scalar without a type")
    }
    guard arguments.count == 2, case .bytes(let block) = arguments[1] else {
      return append(PickleArray(type: heap.types[type]))
    }
    return append(PickleArray(type: heap.types[type], data: heap.blocks[block]))
  }

  /// The state of an array: (version, shape, dtype, is Fortran order, bytes or list of objects).
  mutating func setState(ofArray index: Int, to state: PickleValue) throws {
    guard case .tuple(let tuple) = state, heap.tuples[tuple].count == 5 else {
      throw Self.bad("a NumPy array without shape, type, order and data")
    }
    let parts = heap.tuples[tuple]
    setArray(index, to: try array(shape: parts[1], type: parts[2], fortran: truth(parts[3]), data: parts[4]))
  }

  /// _frombuffer(buffer, dtype, shape, order), of protocol 5.
  mutating func numpyFromBuffer(_ arguments: [PickleValue]) throws -> PickleValue {
    guard arguments.count == 4 else {
      throw Self.bad("a NumPy array without data, type, shape and order")
    }
    var fortran = false
    if case .string("F") = arguments[3] { fortran = true }
    return append(
      try array(shape: arguments[2], type: arguments[1], fortran: fortran, data: arguments[0]))
  }

  private func array(shape: PickleValue, type: PickleValue, fortran: Bool, data: PickleValue) throws
    -> PickleArray
  {
    guard let lengths = integers(shape), case .numpyType(let index) = type else {
      throw Self.bad("a NumPy array without shape or type")
    }
    var bytes: ArraySlice<UInt8>?
    if case .bytes(let block) = data { bytes = heap.blocks[block] }
    return PickleArray(shape: lengths, type: heap.types[index], fortran: fortran, data: bytes)
  }

  private func truth(_ value: PickleValue) -> Bool {
    switch value {
    case .bool(let flag): flag
    case .integer(let number): number != 0
    default: false
    }
  }

  /// _codecs.encode(text, 'latin1'): how protocol 2 writes bytes.
  mutating func encoded(_ arguments: [PickleValue]) throws -> PickleValue {
    guard case .string(let text)? = arguments.first else { throw Self.bad("bytes made of no text") }
    if arguments.count > 1 {
      guard case .string(let codec) = arguments[1], ["latin1", "latin-1", "iso-8859-1"].contains(codec) else {
        throw Self.bad("bytes in another code than latin1")
      }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      guard scalar.value < 256 else { throw Self.bad("bytes beyond 255") }
      bytes.append(UInt8(scalar.value))
    }
    return try append(copy: bytes)
  }
}
