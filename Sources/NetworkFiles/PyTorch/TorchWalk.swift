/// From an unpickled object to named tensors.
enum TorchWalk {
  /// How deep containers may be nested.
  static let depthLimit = 32
  /// Longest name of a tensor, in bytes.
  static let nameLimit = 512
  /// Most tensors of one checkpoint.
  static let tensorLimit = 65_536

  /// All tensors reachable from `root`, named by the keys on the way there with dots between them.
  ///
  /// Each container is visited once, so that shared ones cost nothing more and cycles end.
  static func tensors(of root: PickleValue, in heap: PickleHeap) throws -> [(String, PickleTensor)] {
    var walk = Walk(heap: heap)
    try walk.visit(root, name: "", depth: 0)
    return walk.found
  }

  /// The numbers of one tensor.
  static func materialise(
    _ tensor: PickleTensor, name: String, bytes: UnsafeRawBufferPointer, bigEndian: Bool,
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
    return Tensor(
      name: name, shape: tensor.layout.shape, elementType: storage.type.rawValue,
      values: tensor.layout.gather(storage.type, from: bytes, bigEndian: bigEndian))
  }

  /// The same from an array.
  static func materialise(
    _ tensor: PickleTensor, name: String, bytes: [UInt8], bigEndian: Bool, budget: inout MemoryBudget
  ) throws -> Tensor {
    try bytes.withUnsafeBytes {
      try materialise(tensor, name: name, bytes: $0, bigEndian: bigEndian, budget: &budget)
    }
  }
}

private struct Walk {
  let heap: PickleHeap
  var found: [(String, PickleTensor)] = []
  private var names: Set<String> = []
  private var seen: (tuples: Set<Int>, lists: Set<Int>, dictionaries: Set<Int>) = ([], [], [])

  init(heap: PickleHeap) { self.heap = heap }

  mutating func visit(_ value: PickleValue, name: String, depth: Int) throws {
    guard depth <= TorchWalk.depthLimit else {
      throw Unpickler.bad("containers nested more than \(TorchWalk.depthLimit) deep")
    }
    switch value {
    case .tensor(let index):
      let name = name.isEmpty ? "tensor" : name
      guard names.insert(name).inserted else {
        throw FormatError(expected: "each tensor name once", found: "\(name.quoted) twice")
      }
      guard found.count < TorchWalk.tensorLimit else {
        throw Unpickler.bad("more than \(TorchWalk.tensorLimit) tensors")
      }
      found.append((name, heap.tensors[index]))
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
    for (place, item) in items.enumerated() {
      try visit(item, name: try join(name, "\(place)"), depth: depth + 1)
    }
  }

  private func join(_ name: String, _ key: String) throws -> String {
    guard name.utf8.count + key.utf8.count < TorchWalk.nameLimit else {
      throw Unpickler.bad("a name of more than \(TorchWalk.nameLimit) bytes")
    }
    return name.isEmpty ? key : "\(name).\(key)"
  }
}
