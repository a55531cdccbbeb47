// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import TestSupport
import Testing

@testable import NetworkFiles

/// Pickles that want something run, or more memory than they deserve.
struct HostilePickleTests {
  private func refusal(_ bytes: [UInt8]) throws -> FormatError {
    try #require(#expect(throws: FormatError.self) { try TensorFile(bytes) })
  }

  @Test(arguments: [
    ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("__builtin__", "exec"), ("torch", "load"),
    ("subprocess", "Popen"), ("runpy", "run_path"), ("builtins", "__import__"),
  ])
  func namesThatDoHarmAreRefused(module: String, name: String) throws {
    for file in [try checkpoint(call(module, name)), call(module, name)] {
      let error = try refusal(file)
      #expect(error.found.contains("\(module).\(name)"))
      #expect(error.advice?.contains("nothing in the file was run") == true)
    }
    var stacked = PickleBuilder()
    stacked.text(module)
    stacked.text(name)
    stacked.raw([0x93])
    #expect(try refusal(checkpoint(stacked.finished)).found.contains("\(module).\(name)"))
  }

  /// Objects that are no data are named and left alone: alone in a file they are refused, beside tensors they are listed.
  @Test(arguments: [
    ("torch._utils", "_rebuild_tensor"), ("__main__", "LowRankRNN"), ("torch", "FloatStorage.__init__"),
    ("argparse", "Namespace"), ("builtins", "getattr"), ("copyreg", "_reconstructor"),
  ])
  func otherObjectsAreLeftAlone(module: String, name: String) throws {
    let error = try refusal(checkpoint(call(module, name)))
    #expect(error.found.contains("\(module).\(name)"))
    #expect(error.advice?.contains("nothing in the file was run") == true)

    // {'x': tensor, 'o': object(…).__setstate__({…}), with items set and appended}
    var pickle = PickleBuilder()
    pickle.raw(Array("}(".utf8))
    pickle.text("x")
    pickle.tensor(key: "0", elements: 4, offset: 0, shape: [4], strides: [1])
    pickle.text("o")
    pickle.global(module, name)
    pickle.raw(Array("(K\u{1}tR}bK\u{1}K\u{2}s(K\u{1}K\u{2}e".utf8))
    pickle.raw(Array("u".utf8))
    let file = try TensorFile(checkpoint(pickle.finished, storages: ["0": 4]))
    #expect(file.tensors.map(\.name) == ["x"])
    #expect(file.unread.map(\.name) == ["o"])
    #expect(file.unread.first?.what.contains("\(module).\(name)") == true)
  }

  /// A pickle that calls a name with a text.
  private func call(_ module: String, _ name: String) -> [UInt8] {
    var pickle = PickleBuilder()
    pickle.global(module, name)
    pickle.text("touch /tmp/kappa-was-here")
    pickle.raw([0x85])
    pickle.op("R")
    return pickle.finished
  }

  /// INST, OBJ, EXT1, EXT2, EXT4, the text operations of protocol 0, and buffers outside the pickle.
  @Test(arguments: [0x69, 0x6F, 0x82, 0x83, 0x84, 0x49, 0x56, 0x67, 0x70, 0x00, 0xFF] as [UInt8])
  func operationsThatMakeObjectsAreRefused(code: UInt8) throws {
    var pickle = PickleBuilder()
    pickle.op("(")
    pickle.op(")")
    pickle.op(")")
    pickle.raw([code] + Array("os\nsystem\n".utf8))
    #expect(try refusal(checkpoint(pickle.finished)).found.contains("0x\(String(code, radix: 16))"))
    #expect(try refusal(pickle.finished).found.contains("0x\(String(code, radix: 16))"))
  }

  @Test(arguments: [0x97, 0x98] as [UInt8])
  func buffersOutsideThePickle(code: UInt8) throws {
    var pickle = PickleBuilder()
    pickle.raw([UInt8(ascii: "N"), code])
    #expect(try refusal(pickle.finished).found.contains("outside the pickle"))
  }

  @Test func controlCharactersDoNotReachTheTerminal() throws {
    var pickle = PickleBuilder()
    pickle.global("a\u{1B}[2J\r\u{202E}", String(repeating: "x", count: 400))
    let error = try refusal(checkpoint(pickle.finished))
    let line = FileError(kind: .badData, path: "a\nb", expected: error.expected, found: error.found)
      .description
    #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
    #expect(line.count < 400)
  }

  @Test func deepNestingOverflowsNothing() throws {
    var lists = PickleBuilder()
    lists.raw([UInt8](repeating: UInt8(ascii: "]"), count: 500_000))
    lists.raw([UInt8](repeating: UInt8(ascii: "a"), count: 499_999))
    #expect(try refusal(checkpoint(lists.finished)).found.contains("nested"))
    var tuples = PickleBuilder()
    tuples.raw([UInt8](repeating: UInt8(ascii: ")"), count: 1))
    tuples.raw([UInt8](repeating: 0x85, count: 500_000))
    #expect(try refusal(checkpoint(tuples.finished)).found.contains("nested"))
  }

  @Test func cyclesEnd() throws {
    var pickle = PickleBuilder()
    pickle.raw(Array("]q\0h\0a".utf8))
    #expect(try refusal(checkpoint(pickle.finished)).expected == "at least one array")
  }

  /// t₀ = (), tₙ₊₁ = (tₙ, tₙ): 2³⁰ leaves when walked, 30 containers here.
  @Test func sharedContainersAreVisitedOnce() throws {
    var pickle = PickleBuilder()
    pickle.op(")")
    for _ in 0..<30 { pickle.raw([UInt8(ascii: "2"), 0x86]) }
    #expect(try refusal(checkpoint(pickle.finished)).expected == "at least one array")
    for _ in 0..<300 { pickle.raw([UInt8(ascii: "2"), 0x86]) }
    #expect(try refusal(checkpoint(pickle.finished)).found.contains("nested"))
  }

  /// One long list made into a dictionary again and again.
  @Test func copiesAreBounded() throws {
    var pickle = PickleBuilder()
    pickle.raw(Array("](".utf8))
    for _ in 0..<5_000 { pickle.raw(Array("K\u{1}K\u{1}".utf8) + [0x86]) }
    pickle.raw(Array("eq\0".utf8))
    for _ in 0..<5_000 {
      pickle.global("collections", "OrderedDict")
      pickle.raw(Array("h\0".utf8) + [0x85, UInt8(ascii: "R")])
    }
    #expect(try refusal(checkpoint(pickle.finished)).found.contains("over and over"))
  }

  /// One long text made into bytes again and again.
  @Test func encodedBytesAreBounded() throws {
    var pickle = PickleBuilder()
    pickle.text(String(repeating: "x", count: 100_000))
    pickle.raw(Array("q\0".utf8))
    for _ in 0..<10_000 {
      pickle.global("_codecs", "encode")
      pickle.raw(Array("h\0".utf8))
      pickle.text("latin1")
      pickle.raw([0x86, UInt8(ascii: "R")])
    }
    #expect(try refusal(pickle.finished).found.contains("over and over"))
  }

  /// One row of numbers named again and again in a list of lists.
  @Test func sharedRowsAreBounded() throws {
    var pickle = PickleBuilder()
    pickle.raw(Array("](".utf8))
    for _ in 0..<5_000 { pickle.raw(Array("K\u{1}".utf8)) }
    pickle.raw(Array("eq\00}".utf8))
    pickle.text("rows")
    pickle.raw(Array("](".utf8))
    for _ in 0..<100_000 { pickle.raw(Array("h\0".utf8)) }
    pickle.raw(Array("es".utf8))
    // 2 kB of numbers that would be 5·10⁸.
    let count = try TensorFile(pickle.finished).tensors.reduce(0) { $0 + $1.values.count }
    #expect(count <= 3_000_000)
  }

  /// NumPy arrays whose state lies about itself: (shape, type, bytes).
  @Test(arguments: [
    ([3], "f8", 16), ([-1], "f8", 8), ([Int.max, 2], "f8", 16), ([1 << 40], "f8", 8), ([2], "U", 8),
    ([2], "f8", 17), ([Int](repeating: 1, count: 100), "f8", 8), ([1 << 30, 0], "f8", 8),
    ([2], "U1000000000", 8),
  ])
  func arraysHoldWhatTheySay(shape: [Int], type: String, count: Int) throws {
    #expect(throws: FormatError.self) { try TensorFile(array(shape: shape, type: type, count: count)) }
    _ = try TensorFile(array(shape: [2], type: "f8", count: 16))
  }

  @Test(arguments: [
    "O8", "c16", "V8", "S3", "M8", "", "f16", "\u{1b}[31m", String(repeating: "f", count: 100),
  ])
  func arraysOfOtherThingsAreListed(type: String) throws {
    let error = try refusal(array(shape: [2], type: type, count: 16))
    #expect(error.expected.contains("at least one array"))
    #expect(!error.found.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }

  /// _reconstruct(ndarray, (0,), b'b') with a state.
  private func array(shape: [Int], type: String, count: Int) -> [UInt8] {
    var pickle = PickleBuilder()
    pickle.global("numpy.core.multiarray", "_reconstruct")
    pickle.global("numpy", "ndarray")
    pickle.raw(Array("K\0".utf8) + [0x85] + Array("C\u{1}b".utf8) + [0x87, UInt8(ascii: "R")])
    pickle.raw(Array("(K\u{1}".utf8))
    pickle.tuple(shape)
    pickle.global("numpy", "dtype")
    pickle.text(type)
    pickle.raw([0x89, 0x88, 0x87, UInt8(ascii: "R")])
    pickle.raw(Array("(K\u{3}".utf8))
    pickle.text("<")
    pickle.raw(Array("NNNJ\u{7F}\u{7F}\u{7F}\u{7F}J\u{7F}\u{7F}\u{7F}\u{7F}K\0tb".utf8))
    pickle.raw([0x89, UInt8(ascii: "C"), UInt8(count)] + [UInt8](repeating: 0, count: count))
    pickle.raw(Array("tb".utf8))
    return pickle.finished
  }

  /// A storage inside a plain pickle that is no torch file, or a torch file of something else.
  @Test func storagesOfBytes() throws {
    for inner in [[], Array("junk".utf8), try readFile(fixture("valente_legacy.pt"))] as [[UInt8]] {
      var pickle = PickleBuilder()
      pickle.global("torch.storage", "_load_from_bytes")
      pickle.op("B")
      withUnsafeBytes(of: UInt32(inner.count).littleEndian) { pickle.raw(Array($0)) }
      pickle.raw(inner + [0x85, UInt8(ascii: "R")])
      _ = try refusal(pickle.finished)
    }
  }

  @Test func absurdLengths() throws {
    for code: [UInt8] in [
      [0x8B, 0xFF, 0xFF, 0xFF, 0x7F], [0x8B, 0xFF, 0xFF, 0xFF, 0xFF], [0x8A, 0xFF],
      [0x58, 0xFF, 0xFF, 0xFF, 0xFF],
      [0x8D] + [UInt8](repeating: 0xFF, count: 8), [0x95] + [UInt8](repeating: 0x7F, count: 8),
      [0x6A, 0xFF, 0xFF, 0xFF, 0xFF], [0x30], [0x31], [0x74], [0x52], [0x62], [0x51], [0x75], [0x61],
      [0x80, 9],
    ] {
      var pickle = PickleBuilder()
      pickle.raw(code)
      _ = try refusal(checkpoint(pickle.finished))
    }
    // A memo of the highest index costs no more than one of the lowest.
    var pickle = PickleBuilder()
    pickle.raw(Array("]r".utf8) + [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(try refusal(checkpoint(pickle.finished)).expected == "at least one array")
  }

  @Test(arguments: [
    (4, 0, [5], [1]), (4, 1, [4], [1]), (4, 0, [2, 3], [2, 1]), (4, -1, [1], [1]), (4, 0, [-1], [1]),
    (4, 3, [2], [-1]), (4, 0, [2], [Int.max]), (4, 0, [Int.max, Int.max], [0, 0]), (4, Int.max, [1], [1]),
    (4, 0, [1, 1], [1]), (Int.max, 0, [4], [1]), (-1, 0, [1], [1]), (1 << 40, 1 << 39, [4], [1]),
    (4, 0, [1 << 20, 1 << 10], [0, 0]),
    (4, 0, [Int](repeating: 1, count: 100), [Int](repeating: 1, count: 100)),
  ])
  func tensorsStayInsideTheirStorage(elements: Int, offset: Int, shape: [Int], strides: [Int]) throws {
    var pickle = PickleBuilder()
    pickle.tensor(key: "0", elements: elements, offset: offset, shape: shape, strides: strides)
    _ = try refusal(checkpoint(pickle.finished, storages: ["0": 4]))
  }

  /// Thousands of small tensors expanded from one element, together too large.
  @Test func expandedTensorsShareOneBudget() throws {
    var pickle = PickleBuilder()
    pickle.raw(Array("](".utf8))
    for _ in 0..<80 { pickle.tensor(key: "0", elements: 4, offset: 0, shape: [1 << 17], strides: [0]) }
    pickle.op("e")
    #expect(try refusal(checkpoint(pickle.finished, storages: ["0": 4])).expected.contains("proportion"))
  }

  @Test func soundTensorsAreRead() throws {
    var pickle = PickleBuilder()
    pickle.tensor(key: "0", elements: 4, offset: 1, shape: [3], strides: [1])
    let file = try TensorFile(checkpoint(pickle.finished, storages: ["0": 4]))
    #expect(file.tensors == [Tensor(name: "tensor", shape: [3], values: [0, 0, 0])])
    _ = try refusal(checkpoint(pickle.finished, storages: [:]))
    _ = try refusal(checkpoint(pickle.finished, storages: ["0": 3]))
    _ = try refusal(checkpoint(pickle.finished, storages: ["0": 4], byteOrder: "middle"))
  }

  @Test func bigEndianData() throws {
    var pickle = PickleBuilder()
    pickle.tensor(key: "0", elements: 1, offset: 0, shape: [1], strides: [1])
    let bytes = try zip([
      ("a/data.pkl", pickle.finished), ("a/byteorder", Array("big".utf8)),
      ("a/data/0", [0xC0, 0x04, 0, 0, 0, 0, 0, 0]),
    ])
    #expect(try TensorFile(bytes).tensors[0].values == [-2.5])
  }
}
