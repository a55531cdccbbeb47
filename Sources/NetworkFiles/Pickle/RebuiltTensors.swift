// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Unpickler {
  /// The storage that a persistent identifier ('storage', type, key, location, count[, view]) names.
  ///
  /// The location, such as `cuda:0`, does not matter here.
  mutating func storage(_ identifier: PickleValue) throws -> PickleValue {
    guard case .tuple(let index) = identifier, heap.tuples[index].count >= 5,
      case .string("storage") = heap.tuples[index][0],
      case .global(.storage(let type)) = heap.tuples[index][1],
      case .string(let key) = heap.tuples[index][2], case .integer(let count) = heap.tuples[index][4],
      count >= 0
    else { throw Self.bad("a reference to data that is no storage of numbers") }
    if heap.tuples[index].count > 5 {
      guard heap.tuples[index].count == 6, case .none = heap.tuples[index][5] else {
        throw FormatError(
          expected: "whole storages", found: "a view of one, as PyTorch before 0.4 wrote them",
          advice: "load and save the checkpoint with a newer PyTorch")
      }
    }
    return append(PickleStorage(type: type, key: key, count: count))
  }

  /// What a name makes of its arguments: data, or an object of which only the name is kept.
  mutating func rebuild(_ global: PickleGlobal, _ arguments: [PickleValue]) throws -> PickleValue {
    switch global {
    case .orderedDictionary: return try orderedDictionary(arguments)
    // Its argument is the class of the items that are missing.
    case .defaultDictionary: return try append([])
    case .rebuildTensor: return try tensor(arguments)
    case .rebuildParameter:
      switch arguments.first {
      case .tensor?, .array?, .object?: return arguments[0]
      default: throw Self.bad("a parameter that is no tensor")
      }
    case .storage: throw Self.bad("a call of a storage type")
    case .storageFromBytes: return try storage(inBytes: arguments)
    case .sequence:
      switch arguments.first {
      case .tuple?, .list?: return arguments[0]
      default: return append(object: "a Python sequence")
      }
    case .encode: return try encoded(arguments)
    case .bytes:
      switch arguments.first {
      case nil: return append(block: [])
      case .bytes(let block)?: return .bytes(block)
      case .string?: return try encoded(arguments)
      default: return append(object: "bytes")
      }
    case .numpyType: return try numpyType(arguments)
    case .numpyReconstruct: return append(PickleArray())
    case .numpyScalar: return try numpyScalar(arguments)
    case .numpyFromBuffer: return try numpyFromBuffer(arguments)
    case .numpyArray: return append(object: "numpy.ndarray")
    case .unknown(let name): return append(object: name)
    }
  }

  /// What BUILD adds to an object that was made before.
  ///
  /// A state_dict carries its `_metadata` as state, which says nothing about the tensors; objects are left alone.
  mutating func setState(of value: PickleValue, to state: PickleValue) throws {
    switch value {
    case .dictionary, .object, .tensor, .list: return
    case .numpyType(let index): try setState(ofType: index, to: state)
    case .array(let index): try setState(ofArray: index, to: state)
    default: throw Self.bad("state for what has none")
    }
  }

  /// torch.storage._load_from_bytes(bytes): a plain pickle of tensors holds each storage as a small torch file.
  private mutating func storage(inBytes arguments: [PickleValue]) throws -> PickleValue {
    guard case .bytes(let block)? = arguments.first else { throw Self.bad("a storage made of no bytes") }
    return append(try TorchStream.storage(heap.blocks[block]))
  }

  /// OrderedDict() or, from old Pythons, OrderedDict([[key, value], …]).
  private mutating func orderedDictionary(_ arguments: [PickleValue]) throws -> PickleValue {
    var items: [(key: PickleValue, value: PickleValue)] = []
    if let first = arguments.first {
      guard arguments.count == 1, case .list(let list) = first else {
        throw Self.bad("an OrderedDict made of something else than pairs")
      }
      for pair in heap.lists[list] {
        let elements: [PickleValue] =
          switch pair {
          case .list(let index): heap.lists[index]
          case .tuple(let index): heap.tuples[index]
          default: []
          }
        guard elements.count == 2 else {
          throw Self.bad("an OrderedDict made of something else than pairs")
        }
        items.append((elements[0], elements[1]))
      }
    }
    return try append(items)
  }

  /// _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks[, metadata]).
  private mutating func tensor(_ arguments: [PickleValue]) throws -> PickleValue {
    guard arguments.count >= 4, case .storage(let index) = arguments[0],
      case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
      let strides = integers(arguments[3])
    else { throw Self.bad("a tensor without storage, offset, size and stride") }
    let storage = heap.storages[index]
    let layout = try StridedLayout(shape: shape, strides: strides, offset: offset, capacity: storage.count)
    return append(PickleTensor(storage: storage, layout: layout))
  }

  func integers(_ value: PickleValue) -> [Int]? {
    guard case .tuple(let index) = value, heap.tuples[index].count <= StridedLayout.axisLimit else {
      return nil
    }
    var result: [Int] = []
    for element in heap.tuples[index] {
      guard case .integer(let number) = element else { return nil }
      result.append(number)
    }
    return result
  }
}
