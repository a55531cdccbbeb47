// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

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
  case bytes(Int)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(PickleGlobal)
  /// A storage of PyTorch, and a tensor that looks into one.
  case storage(Int)
  case tensor(Int)
  /// A NumPy element type, and an array of one.
  case numpyType(Int)
  case array(Int)
  /// An object of another kind, of which nothing but the name of its class is kept.
  case object(Int)
}

/// The names that a pickle may refer to.
enum PickleGlobal: Equatable {
  case orderedDictionary, defaultDictionary
  case rebuildTensor, rebuildParameter, storage(ElementType), storageFromBytes
  case numpyReconstruct, numpyArray, numpyType, numpyScalar, numpyFromBuffer, encode
  /// `bytes()`, which protocol 2 writes for empty ones, and `bytearray(…)`.
  case bytes
  /// `tuple`, `list`, `torch.Size` and the like: calls that hand over what they are given.
  case sequence
  /// Any other name. It is never looked up; objects made with it are left alone.
  case unknown(String)

  /// - Throws: `FormatError` for names that only a pickle made to do harm refers to.
  init(module: String, name: String) throws {
    if let known = Self.known["\(module).\(name)"] {
      self = known
    } else if module == "torch" || module == "torch.cuda", let type = Self.storages[name] {
      self = .storage(type)
    } else if Self.harmful.contains(module) || Self.harmful.contains("\(module).\(name)") {
      throw FormatError(
        expected: "a checkpoint of tensors, numbers and texts",
        found: "the Python object \("\(module).\(name)".quoted), which no network needs",
        advice: "do not open this file in Python; nothing in the file was run")
    } else {
      self = .unknown("\(module).\(name)")
    }
  }

  private static let known: [String: PickleGlobal] = {
    var names: [String: PickleGlobal] = [
      "collections.OrderedDict": .orderedDictionary, "collections.defaultdict": .defaultDictionary,
      "torch._utils._rebuild_tensor_v2": .rebuildTensor,
      "torch._utils._rebuild_parameter": .rebuildParameter,
      "torch.storage._load_from_bytes": .storageFromBytes,
      "torch.Size": .sequence, "builtins.tuple": .sequence, "builtins.list": .sequence,
      "builtins.bytes": .bytes, "__builtin__.bytes": .bytes, "builtins.bytearray": .bytes,
      "__builtin__.bytearray": .bytes, "numpy.ndarray": .numpyArray, "numpy.dtype": .numpyType,
      "_codecs.encode": .encode,
    ]
    for core in ["numpy.core", "numpy._core"] {
      names["\(core).multiarray._reconstruct"] = .numpyReconstruct
      names["\(core).multiarray.scalar"] = .numpyScalar
      names["\(core).numeric._frombuffer"] = .numpyFromBuffer
    }
    return names
  }()

  private static let storages: [String: ElementType] = [
    "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "FloatStorage": .float32,
    "DoubleStorage": .float64, "CharStorage": .int8, "ShortStorage": .int16, "IntStorage": .int32,
    "LongStorage": .int64, "ByteStorage": .uint8, "BoolStorage": .bool,
  ]

  /// Modules and functions that start programs, open files or import code. They would not be called either, but a file
  /// that refers to one is not what its reader thinks.
  private static let harmful: Set<String> = {
    var names: Set<String> = [
      "os", "posix", "nt", "subprocess", "pty", "sys", "socket", "shutil", "runpy", "importlib", "webbrowser",
      "ctypes", "torch.load",
    ]
    for function in ["eval", "exec", "compile", "open", "__import__", "input", "breakpoint", "execfile"] {
      names.insert("builtins.\(function)")
      names.insert("__builtin__.\(function)")
      names.insert("io.\(function)")
    }
    return names
  }()
}

/// A block of elements that tensors look into.
struct PickleStorage {
  let type: ElementType
  let key: String
  let count: Int
  /// Its data, where the pickle holds it itself and not the file around it.
  var data: ArraySlice<UInt8>?
}

/// A tensor: a strided look into a storage.
struct PickleTensor {
  let storage: PickleStorage
  let layout: StridedLayout
}

/// A NumPy element type: what `dtype('f8')` is given, and the byte order that its state adds.
struct PickleNumPyType {
  var code: String
  var order: String = "="

  /// What its elements are.
  ///
  /// - Throws: `ForeignElements` for those that are neither numbers nor text.
  var element: NPYHeader.Element {
    get throws {
      // `dtype('<f8')` carries its order in the code, `dtype('f8')` with state '<' beside it.
      if let first = code.first, "<>=|".contains(first) { return try NPYHeader.element(code) }
      return try NPYHeader.element("\(order == "|" ? "<" : order)\(code)")
    }
  }
}

/// A NumPy array or scalar, as yet undecoded.
struct PickleArray {
  var shape: [Int] = []
  var type = PickleNumPyType(code: "V0")
  var fortran = false
  /// Its bytes; `nil` for arrays of objects, whose elements are not read.
  var data: ArraySlice<UInt8>?
}

/// All containers that one pickle has made.
struct PickleHeap {
  var blocks: [ArraySlice<UInt8>] = []
  var tuples: [[PickleValue]] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [PickleStorage] = []
  var tensors: [PickleTensor] = []
  var types: [PickleNumPyType] = []
  var arrays: [PickleArray] = []
  var objects: [String] = []
}
