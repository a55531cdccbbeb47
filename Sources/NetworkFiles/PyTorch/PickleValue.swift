/// What the restricted unpickler can make: plain data, and nothing that runs.
///
/// Containers are numbers into `PickleHeap`, so that cycles leak nothing and deep nesting overflows no stack.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  /// A whole number beyond 64 bits, little-endian two's complement.
  case bigInteger([UInt8])
  case float(Double)
  case string(String)
  case bytes
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(PickleGlobal)
  case storage(Int)
  case tensor(Int)
}

/// The names a checkpoint may refer to. All others are refused.
enum PickleGlobal: Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  case storage(ElementType)

  init(module: String, name: String) throws {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    default:
      guard module == "torch" || module == "torch.cuda", let type = Self.storages[name] else {
        throw FormatError(
          expected: "a checkpoint of tensors, numbers and texts",
          found: "the Python object \("\(module).\(name)".quoted), which would have to be run",
          advice: "save model.state_dict() instead; nothing in the file was run")
      }
      self = .storage(type)
    }
  }

  private static let storages: [String: ElementType] = [
    "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "FloatStorage": .float32,
    "DoubleStorage": .float64, "CharStorage": .int8, "ShortStorage": .int16, "IntStorage": .int32,
    "LongStorage": .int64, "ByteStorage": .uint8, "BoolStorage": .bool,
  ]
}

/// A block of elements that tensors look into.
struct PickleStorage {
  let type: ElementType
  let key: String
  let count: Int
}

/// A tensor: a strided look into a storage.
struct PickleTensor {
  let storage: PickleStorage
  let layout: StridedLayout
}

/// All containers that one pickle has made.
struct PickleHeap {
  var tuples: [[PickleValue]] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [PickleStorage] = []
  var tensors: [PickleTensor] = []
}
