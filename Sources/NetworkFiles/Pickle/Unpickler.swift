// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A machine for pickles of arrays, numbers and texts, protocols 2 to 5, that executes nothing.
///
/// Every operation moves or makes at most one value per byte read, a number of operations bounds them all, and
/// containers are shared, never copied, so that no pickle makes more than it is long. REDUCE and NEWOBJ rebuild the
/// few things that are data (see `rebuild`); what they would make of any other name is an object of which only the name
/// is kept. Operations of protocols 0 and 1 that name classes (INST, OBJ) and registered extensions do not exist here.
struct Unpickler {
  private(set) var heap = PickleHeap()
  private var cursor: ByteCursor
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var copiedItems = 0
  private var copiedBytes = 0

  /// Most operations in one pickle; checkpoints have a few hundred.
  static let operationLimit = 2_000_000

  /// Runs the pickle at the cursor and leaves the cursor behind its STOP.
  ///
  /// - Returns: the object and the heap that its containers live in.
  static func load(_ cursor: inout ByteCursor) throws -> (root: PickleValue, heap: PickleHeap) {
    var machine = Unpickler(cursor: cursor)
    let root = try machine.run()
    cursor = machine.cursor
    return (root, machine.heap)
  }

  private init(cursor: ByteCursor) { self.cursor = cursor }

  private mutating func run() throws -> PickleValue {
    for _ in 0..<Self.operationLimit {
      let code = try cursor.byte()
      if code == UInt8(ascii: ".") { return try pop() }
      try execute(code)
    }
    throw Self.bad("more than \(Self.operationLimit) operations")
  }

  static func bad(_ found: String) -> FormatError {
    FormatError(expected: "a sound pickle", found: found, advice: "copy or save the file again")
  }

  // MARK: - Operations

  private mutating func execute(_ code: UInt8) throws {
    switch code {
    case 0x80:
      let version = try cursor.byte()
      guard version <= 5 else { throw Self.bad("pickle protocol \(version)") }
    case 0x95: _ = try cursor.length(8)  // FRAME
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): stack.append(try top())
    default:
      if try !pushScalar(code), try !pushText(code), try !build(code), try !remember(code) {
        try refer(code)
      }
    }
  }

  /// None, booleans and numbers.
  private mutating func pushScalar(_ code: UInt8) throws -> Bool {
    switch code {
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "J"):
      stack.append(.integer(Int(Int32(truncatingIfNeeded: try cursor.littleEndian(4)))))
    case UInt8(ascii: "K"): stack.append(.integer(Int(try cursor.byte())))
    case UInt8(ascii: "M"): stack.append(.integer(Int(try cursor.littleEndian(2))))
    case 0x8A: stack.append(try long(length: Int(try cursor.byte())))
    case 0x8B: stack.append(try long(length: Int(Int32(truncatingIfNeeded: try cursor.littleEndian(4)))))
    case UInt8(ascii: "G"):
      let bits = try cursor.take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      stack.append(.float(Double(bitPattern: bits)))
    default: return false
    }
    return true
  }

  /// A two's complement whole number of any length; lengths beyond 64 bytes serve no checkpoint.
  private mutating func long(length: Int) throws -> PickleValue {
    guard (0...64).contains(length) else { throw Self.bad("a whole number of \(length) bytes") }
    let bytes = Array(try cursor.take(length))
    guard length > 8 else {
      var value = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      if let last = bytes.last, last >= 0x80, length < 8 { value |= ~UInt64(0) << UInt64(8 * length) }
      return .integer(Int(truncatingIfNeeded: value))
    }
    return .bigInteger(bytes)
  }

  /// Texts and byte strings.
  private mutating func pushText(_ code: UInt8) throws -> Bool {
    let width: Int
    switch code {
    case 0x8C, UInt8(ascii: "U"), UInt8(ascii: "C"): width = 1
    case UInt8(ascii: "X"), UInt8(ascii: "T"), UInt8(ascii: "B"): width = 4
    case 0x8D, 0x8E, 0x96: width = 8
    default: return false
    }
    let length = try cursor.length(width)
    let bytes = try cursor.take(length)
    if [UInt8(ascii: "C"), UInt8(ascii: "B"), 0x8E, 0x96].contains(code) {
      stack.append(append(block: bytes))
    } else {
      stack.append(.string(String(decoding: bytes, as: UTF8.self)))
    }
    return true
  }

  /// Tuples, lists and dictionaries.
  private mutating func build(_ code: UInt8) throws -> Bool {
    switch code {
    case UInt8(ascii: ")"): push(tuple: [])
    case UInt8(ascii: "t"): push(tuple: try popToMark())
    case 0x85, 0x86, 0x87: push(tuple: try pop(count: Int(code) - 0x84))
    // A set is a list here, whose order nobody asks for.
    case UInt8(ascii: "]"), 0x8F: push(list: [])
    case UInt8(ascii: "l"), 0x91: push(list: try popToMark())
    case UInt8(ascii: "a"), UInt8(ascii: "e"), 0x90:
      let items = code == UInt8(ascii: "a") ? [try pop()] : try popToMark()
      switch try top() {
      case .list(let list): heap.lists[list] += items
      case .object: break
      default: throw Self.bad("an item appended to what is no list")
      }
    case UInt8(ascii: "}"), UInt8(ascii: "d"):
      let items = code == UInt8(ascii: "d") ? try popToMark() : []
      heap.dictionaries.append([])
      stack.append(.dictionary(heap.dictionaries.count - 1))
      try setItems(items)
    case UInt8(ascii: "s"): try setItems(try pop(count: 2))
    case UInt8(ascii: "u"): try setItems(try popToMark())
    default: return false
    }
    return true
  }

  private mutating func setItems(_ items: [PickleValue]) throws {
    if case .object = try top() { return }
    guard case .dictionary(let dictionary) = try top(), items.count.isMultiple(of: 2) else {
      throw Self.bad("items for what is no dictionary")
    }
    for index in stride(from: 0, to: items.count, by: 2) {
      heap.dictionaries[dictionary].append((items[index], items[index + 1]))
    }
  }

  /// The memo.
  private mutating func remember(_ code: UInt8) throws -> Bool {
    switch code {
    case UInt8(ascii: "q"): memo[Int(try cursor.byte())] = try top()
    case UInt8(ascii: "r"): memo[Int(try cursor.littleEndian(4))] = try top()
    case 0x94: memo[memo.count] = try top()
    case UInt8(ascii: "h"): try recall(Int(try cursor.byte()))
    case UInt8(ascii: "j"): try recall(Int(try cursor.littleEndian(4)))
    default: return false
    }
    return true
  }

  private mutating func recall(_ index: Int) throws {
    guard let value = memo[index] else { throw Self.bad("a reference to memo \(index), which is empty") }
    stack.append(value)
  }

  /// Names, persistent identifiers, and the three calls that are understood.
  private mutating func refer(_ code: UInt8) throws {
    switch code {
    case UInt8(ascii: "c"):
      let module = String(decoding: try cursor.line(limit: 512), as: UTF8.self)
      let name = String(decoding: try cursor.line(limit: 512), as: UTF8.self)
      stack.append(.global(try PickleGlobal(module: module, name: name)))
    case 0x93:
      let names = try pop(count: 2)
      guard case .string(let module) = names[0], case .string(let name) = names[1] else {
        throw Self.bad("a name that is no text")
      }
      stack.append(.global(try PickleGlobal(module: module, name: name)))
    case UInt8(ascii: "Q"): stack.append(try storage(try pop()))
    // NEWOBJ is REDUCE for classes; NEWOBJ_EX adds a dictionary of named arguments, which no array has.
    case UInt8(ascii: "R"), 0x81: try call(try pop(count: 2))
    case 0x92: try call(Array(try pop(count: 3).prefix(2)))
    case UInt8(ascii: "b"):
      let pair = try pop(count: 2)
      try setState(of: pair[0], to: pair[1])
      stack.append(pair[0])
    case 0x97, 0x98: throw Self.bad("data outside the pickle (protocol 5 with buffers)")
    default:
      throw FormatError(
        expected: "a pickle of tensors, numbers and texts",
        found: "pickle operation 0x\(String(code, radix: 16)), which makes other objects or is none",
        advice: "save it with pickle protocol 2 or later; nothing in the file was run")
    }
  }

  private mutating func call(_ pair: [PickleValue]) throws {
    switch pair[0] {
    case .global(let global):
      guard case .tuple(let arguments) = pair[1] else { throw Self.bad("a call without arguments") }
      stack.append(try rebuild(global, heap.tuples[arguments]))
    // What an unknown object's method would give is as unknown.
    case .object(let object): stack.append(.object(object))
    default: throw Self.bad("a call of what is no function")
    }
  }

  // MARK: - Stack

  private func top() throws -> PickleValue {
    guard let value = stack.last, stack.count > (marks.last ?? 0) else { throw Self.bad("an empty stack") }
    return value
  }

  private mutating func pop() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw Self.bad("an empty stack")
    }
    return value
  }

  private mutating func pop(count: Int) throws -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw Self.bad("an empty stack") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw Self.bad("no mark on the stack") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  // MARK: - Heap

  mutating func append(_ storage: PickleStorage) -> PickleValue {
    heap.storages.append(storage)
    return .storage(heap.storages.count - 1)
  }

  mutating func append(_ tensor: PickleTensor) -> PickleValue {
    heap.tensors.append(tensor)
    return .tensor(heap.tensors.count - 1)
  }

  mutating func append(_ type: PickleNumPyType) -> PickleValue {
    heap.types.append(type)
    return .numpyType(heap.types.count - 1)
  }

  mutating func append(_ array: PickleArray) -> PickleValue {
    heap.arrays.append(array)
    return .array(heap.arrays.count - 1)
  }

  mutating func append(object name: String) -> PickleValue {
    heap.objects.append(name)
    return .object(heap.objects.count - 1)
  }

  mutating func append(block: ArraySlice<UInt8>) -> PickleValue {
    heap.blocks.append(block)
    return .bytes(heap.blocks.count - 1)
  }

  /// A dictionary whose items were copied from elsewhere: an operation that could multiply data.
  mutating func append(_ items: [(key: PickleValue, value: PickleValue)]) throws -> PickleValue {
    try count(copiedItems: items.count)
    heap.dictionaries.append(items)
    return .dictionary(heap.dictionaries.count - 1)
  }

  /// Bytes that were made of a text.
  mutating func append(copy bytes: [UInt8]) throws -> PickleValue {
    copiedBytes += bytes.count
    guard copiedBytes <= cursor.end else { throw Self.bad("bytes made over and over") }
    return append(block: bytes[...])
  }

  mutating func setType(_ index: Int, order: String) { heap.types[index].order = order }
  mutating func setArray(_ index: Int, to array: PickleArray) { heap.arrays[index] = array }

  mutating func push(list: [PickleValue]) {
    heap.lists.append(list)
    stack.append(.list(heap.lists.count - 1))
  }

  private mutating func count(copiedItems count: Int) throws {
    copiedItems += count
    guard copiedItems <= Self.operationLimit else { throw Self.bad("dictionaries made over and over") }
  }

  private mutating func push(tuple: [PickleValue]) {
    heap.tuples.append(tuple)
    stack.append(.tuple(heap.tuples.count - 1))
  }
}
