// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// From an unpickled object to named arrays.
enum ObjectWalk {
  /// How deep containers may be nested.
  static let depthLimit = 32
  /// Longest name of an array, in bytes.
  static let nameLimit = 512
  /// Most arrays, numbers, texts and objects of one file.
  static let itemLimit = 65_536
  /// Longest text that is read, in bytes: names of nonlinearities are shorter, and logs and sources are not wanted.
  static let textLimit = 4096

  /// What may be found.
  enum Item {
    case tensor(PickleTensor)
    case array(PickleArray)
    case numbers([Double], shape: [Int], type: String)
    case text(String)
    case object(String)
  }

  /// All items reachable from `root`, named by the keys on the way there with dots between them.
  ///
  /// Each container is visited once, so that shared ones cost nothing more and cycles end. Lists of numbers are arrays.
  /// Numbers and objects of an optimiser or schedule are left out: nobody needs their learning rates.
  static func items(of root: PickleValue, in heap: PickleHeap) throws -> [(String, Item)] {
    var walk = Walk(heap: heap)
    try walk.visit(root, name: "", depth: 0)
    return walk.found
  }

  /// The arrays behind the items. `data` gives the bytes of a storage that lies outside the pickle.
  static func contents(
    of root: PickleValue, in heap: PickleHeap, bigEndian: Bool = false, budget: inout MemoryBudget,
    data: (PickleStorage, String) throws -> ArraySlice<UInt8>
  ) throws -> FileContents {
    var contents = FileContents()
    for (name, item) in try items(of: root, in: heap) {
      switch item {
      case .tensor(let tensor):
        let inline = tensor.storage.data
        let bytes = try inline ?? data(tensor.storage, name)
        contents.tensors.append(
          try materialise(
            tensor, name: name, bytes: bytes, bigEndian: inline == nil && bigEndian, budget: &budget))
      case .array(let array):
        do {
          contents.tensors.append(try materialise(array, name: name, budget: &budget))
        } catch let error as ForeignElements {
          contents.unread.append(UnreadEntry(name: name, what: error.what))
        }
      case .numbers(let values, let shape, let type):
        try budget.take(values.count)
        contents.tensors.append(Tensor(name: name, shape: shape, elementType: type, values: values))
      case .text(let text): contents.tensors.append(Tensor(name: name, text: text))
      case .object(let type):
        contents.unread.append(UnreadEntry(name: name, what: "the Python object \(type.quoted)"))
      }
    }
    return contents
  }

  /// The numbers of one tensor.
  private static func materialise(
    _ tensor: PickleTensor, name: String, bytes: ArraySlice<UInt8>, bigEndian: Bool,
    budget: inout MemoryBudget
  ) throws -> Tensor {
    let storage = tensor.storage
    let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
    guard !overflow, size <= bytes.count else {
      throw FormatError(
        expected: "\(storage.count) elements in the data of tensor \(name.quoted)",
        found: "\(bytes.count / storage.type.size)", advice: "copy or save the file again")
    }
    try budget.take(tensor.layout.count)
    let values = bytes.withUnsafeBytes {
      tensor.layout.gather(storage.type, from: $0, bigEndian: bigEndian)
    }
    return Tensor(
      name: name, shape: tensor.layout.shape, elementType: storage.type.rawValue, values: values)
  }

  /// The numbers or texts of one NumPy array, which are those of a .npy file without its header.
  private static func materialise(_ array: PickleArray, name: String, budget: inout MemoryBudget) throws
    -> Tensor
  {
    let element = try array.type.element
    guard let data = array.data else { throw ForeignElements(what: "an array of Python objects") }
    return try NPYReader.tensor(
      element, shape: array.shape, fortran: array.fortran, data: data, name: name, budget: &budget)
  }
}

private struct Walk {
  let heap: PickleHeap
  var found: [(String, ObjectWalk.Item)] = []
  private var names: Set<String> = []
  private var seen: (tuples: Set<Int>, lists: Set<Int>, dictionaries: Set<Int>) = ([], [], [])

  init(heap: PickleHeap) { self.heap = heap }

  mutating func visit(_ value: PickleValue, name: String, depth: Int) throws {
    guard depth <= ObjectWalk.depthLimit else {
      throw Unpickler.bad("containers nested more than \(ObjectWalk.depthLimit) deep")
    }
    switch value {
    case .tensor(let index): try add(.tensor(heap.tensors[index]), name.isEmpty ? "tensor" : name)
    case .array(let index): try add(.array(heap.arrays[index]), name.isEmpty ? "array" : name)
    case .object(let index): try addUnlessOptimiser(.object(heap.objects[index]), name)
    case .global(.unknown(let type)): try addUnlessOptimiser(.object(type), name)
    case .bytes: try addUnlessOptimiser(.object("bytes"), name)
    case .string(let text):
      let item: ObjectWalk.Item =
        text.utf8.count <= ObjectWalk.textLimit ? .text(text) : .object("str of \(text.utf8.count) bytes")
      try addUnlessOptimiser(item, name)
    case .bool, .integer, .float:
      if let (number, type) = number(value) {
        try addUnlessOptimiser(.numbers([number], shape: [], type: type), name)
      }
    case .dictionary(let index):
      guard seen.dictionaries.insert(index).inserted else { return }
      for (key, item) in heap.dictionaries[index] {
        switch key {
        case .string(let text): try visit(item, name: try join(name, text), depth: depth + 1)
        case .integer(let number): try visit(item, name: try join(name, "\(number)"), depth: depth + 1)
        default: continue
        }
      }
    case .list(let index):
      guard seen.lists.insert(index).inserted else { return }
      try visit(items: heap.lists[index], name: name, depth: depth)
    case .tuple(let index):
      guard seen.tuples.insert(index).inserted else { return }
      try visit(items: heap.tuples[index], name: name, depth: depth)
    default: return
    }
  }

  private mutating func visit(items: [PickleValue], name: String, depth: Int) throws {
    if !name.isEmpty, let (values, shape) = numbers(items) {
      return try addUnlessOptimiser(.numbers(values, shape: shape, type: "float64"), name)
    }
    for (place, item) in items.enumerated() {
      try visit(item, name: try join(name, "\(place)"), depth: depth + 1)
    }
  }

  private mutating func add(_ item: ObjectWalk.Item, _ name: String) throws {
    guard names.insert(name).inserted else {
      throw FormatError(expected: "each tensor name once", found: "\(name.quoted) twice")
    }
    guard found.count < ObjectWalk.itemLimit else {
      throw Unpickler.bad("more than \(ObjectWalk.itemLimit) tensors")
    }
    found.append((name, item))
  }

  private mutating func addUnlessOptimiser(_ item: ObjectWalk.Item, _ name: String) throws {
    let isOptimiser = name.split(separator: ".").contains {
      $0.hasPrefix("optim") || $0.hasSuffix("scheduler") || $0.hasSuffix("schedulers") || $0 == "param_groups"
    }
    if !isOptimiser { try add(item, name.isEmpty ? "object" : name) }
  }

  /// A list of numbers, or of lists of numbers of one length, as an array.
  private mutating func numbers(_ items: [PickleValue]) -> (values: [Double], shape: [Int])? {
    guard let first = items.first else { return nil }
    if number(first) != nil {
      let values = items.compactMap { number($0)?.value }
      return values.count == items.count ? (values, [items.count]) : nil
    }
    var values: [Double] = []
    var length: Int?
    for item in items {
      let row: [PickleValue]
      switch item {
      case .list(let index): row = heap.lists[index]
      case .tuple(let index): row = heap.tuples[index]
      default: return nil
      }
      guard row.count == length ?? row.count, !row.isEmpty,
        // Shared rows could make an array far larger than the file.
        values.count <= Unpickler.operationLimit
      else { return nil }
      length = row.count
      let numbers = row.compactMap { number($0)?.value }
      guard numbers.count == row.count else { return nil }
      values += numbers
    }
    return length.map { (values, [items.count, $0]) }
  }

  /// A number of Python, or a NumPy scalar.
  private func number(_ value: PickleValue) -> (value: Double, type: String)? {
    switch value {
    case .bool(let flag): return (flag ? 1 : 0, "bool")
    case .integer(let number): return (Double(number), "int64")
    case .float(let number): return (number, "float64")
    case .array(let index):
      let array = heap.arrays[index]
      guard array.shape.isEmpty, let data = array.data, let element = try? array.type.element,
        case .number(let type, let bigEndian) = element, data.count == type.size
      else { return nil }
      let value = data.withUnsafeBytes { type.value(in: $0, at: 0, bigEndian: bigEndian) }
      return (value, type.rawValue)
    default: return nil
    }
  }

  private func join(_ name: String, _ key: String) throws -> String {
    guard name.utf8.count + key.utf8.count < ObjectWalk.nameLimit else {
      throw Unpickler.bad("a name of more than \(ObjectWalk.nameLimit) bytes")
    }
    return name.isEmpty ? key : "\(name).\(key)"
  }
}
