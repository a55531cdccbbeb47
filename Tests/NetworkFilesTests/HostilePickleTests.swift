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
    ("torch._utils", "_rebuild_tensor"), ("collections", "defaultdict"), ("__main__", "LowRankRNN"),
    ("torch", "FloatStorage.__init__"), ("torch.storage", "_load_from_bytes"),
  ])
  func namesAreRefused(module: String, name: String) throws {
    var pickle = PickleBuilder()
    pickle.global(module, name)
    pickle.text("touch /tmp/kappa-was-here")
    pickle.raw([0x85])
    pickle.op("R")
    let error = try refusal(checkpoint(pickle.finished))
    #expect(error.found.contains("\(module).\(name)"))
    #expect(error.advice?.contains("nothing in the file was run") == true)

    var stacked = PickleBuilder()
    stacked.text(module)
    stacked.text(name)
    stacked.raw([0x93])
    #expect(try refusal(checkpoint(stacked.finished)).found.contains("\(module).\(name)"))
  }

  /// INST, OBJ, NEWOBJ, NEWOBJ_EX, EXT1, EXT2, EXT4, and the text operations of protocol 0.
  @Test(arguments: [0x69, 0x6F, 0x81, 0x92, 0x82, 0x83, 0x84, 0x49, 0x56, 0x67, 0x70, 0x00, 0xFF] as [UInt8])
  func operationsThatMakeObjectsAreRefused(code: UInt8) throws {
    var pickle = PickleBuilder()
    pickle.op("(")
    pickle.op(")")
    pickle.op(")")
    pickle.raw([code] + Array("os\nsystem\n".utf8))
    #expect(try refusal(checkpoint(pickle.finished)).found.contains("0x\(String(code, radix: 16))"))
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
