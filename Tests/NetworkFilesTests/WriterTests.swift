// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import NetworkFiles

struct WriterTests {
  private let tensors = [
    Tensor(name: "a", shape: [2, 3], values: [1, -2.5, 1e-300, .pi, -0.0, 6]),
    Tensor(name: "scalar", scalar: 0.2), Tensor(name: "empty", shape: [0, 4], values: []),
    Tensor(name: "line", shape: [3], values: [1, 2, 3]), Tensor(name: "transfer", text: "tanh"),
    Tensor(name: "names", shape: [2], text: ["κ", "straße"]),
  ]

  @Test func whatIsWrittenIsRead() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = "\(folder.path)/x.npz"
    try NPZFile.write(tensors, to: path)
    #expect(try TensorFile.read(path).tensors == tensors)
    #expect(folder.contents == ["x.npz"])
  }

  @Test func equalArraysMakeEqualFiles() throws {
    #expect(try NPZFile.archive(tensors) == NPZFile.archive(tensors))
  }

  /// NumPy itself reads what is written here, where there is a NumPy.
  @Test(.enabled(if: Python.hasNumPy, "no python3 with numpy"))
  func numPyReadsIt() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = "\(folder.path)/x.npz"
    try NPZFile.write(tensors, to: path)
    let script = """
      import numpy as np
      f = np.load('\(path)')
      assert sorted(f.files) == ['a', 'empty', 'line', 'names', 'scalar', 'transfer'], f.files
      assert f['a'].dtype == np.float64 and f['a'].shape == (2, 3)
      assert f['a'].tolist() == [[1, -2.5, 1e-300], [np.pi, -0.0, 6]]
      assert f['scalar'].shape == () and f['scalar'] == 0.2
      assert f['empty'].shape == (0, 4) and f['line'].tolist() == [1, 2, 3]
      assert str(f['transfer']) == 'tanh' and f['names'].tolist() == ['κ', 'straße']
      """
    #expect(Python.run(script) == 0)
  }

  /// Every type in both byte orders and both orders of the axes, stored and deflated.
  @Test(.enabled(if: Python.hasNumPy, "no python3 with numpy"))
  func whatNumPyWritesIsRead() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let types = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"]
    let script = """
      import numpy as np
      arrays = {}
      for t in '\(types.joined(separator: " "))'.split():
          for order in '<>':
              a = (np.arange(24) % 2 if t == '?' else np.arange(24)).reshape(2, 3, 4).astype(order + t)
              arrays[f'{t}{order}C'] = a
              arrays[f'{t}{order}F'] = np.asfortranarray(a)
      arrays['text<'] = np.array(['tanh', 'é𝛋', ''], dtype='<U5')
      arrays['text>'] = arrays['text<'].astype('>U5')
      np.savez('\(folder.path)/stored.npz', **arrays)
      np.savez_compressed('\(folder.path)/deflated.npz', **arrays)
      """
    try #require(Python.run(script) == 0)
    for name in ["stored", "deflated"] {
      let file = try TensorFile.read("\(folder.path)/\(name).npz")
      #expect(file.tensors.count == 4 * types.count + 2)
      for tensor in file.tensors where tensor.text == nil {
        let modulus = tensor.name.hasPrefix("?") ? 2 : 24
        #expect(tensor.shape == [2, 3, 4])
        #expect(tensor.values == (0..<24).map { Double($0 % modulus) }, "\(tensor.name)")
      }
      #expect(file["text<"]?.text == ["tanh", "é𝛋", ""])
      #expect(file["text>"]?.text == ["tanh", "é𝛋", ""])
    }
  }

  @Test func inputsAreNotOverwritten() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = "\(folder.path)/in.npz"
    try FileWriter.write("old", to: path)
    let error = #expect(throws: FileError.self) {
      try FileWriter.write("new", to: "\(folder.path)/./in.npz", protecting: [path])
    }
    #expect(error?.kind == .cannotWrite)
    #expect(try readFile(path) == Array("old".utf8))
    try FileWriter.write("new", to: path)
    #expect(try readFile(path) == Array("new".utf8))
    #expect(folder.contents == ["in.npz"])
  }

  @Test(arguments: ["", "/nonexistent-folder/x", "/tmp/", "/tmp"])
  func whatCannotBeWritten(path: String) throws {
    let error = #expect(throws: FileError.self) { try FileWriter.write("x", to: path) }
    #expect(error?.kind == .cannotWrite)
    #expect(error?.exitCode == 73)
  }

  @Test func trials() throws {
    let trials = try TrialsFile.read(fixture("trials.npz"), channels: 3, outputs: 1)
    #expect(trials.stimulus.trials == 2)
    #expect(trials.stimulus.steps == 5)
    #expect(trials.stimulus.values == ruled("u", count: 30))
    #expect(trials.target.count == 10)
    #expect(trials.mask == [Double](repeating: 1, count: 10))
    #expect(throws: FileError.self) { try TrialsFile.read(fixture("trials.npz"), channels: 2) }
    #expect(throws: FileError.self) { try TrialsFile.read(fixture("trials.npz"), channels: 3, outputs: 2) }
    #expect(throws: FileError.self) { try TrialsFile.read(fixture("plain.npz")) }
  }

  @Test(arguments: [Double.nan, .infinity])
  func trialsMustBeFinite(value: Double) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = "\(folder.path)/x.npz"
    try NPZFile.write([Tensor(name: "u", shape: [1, 1, 2], values: [1, value])], to: path)
    let error = #expect(throws: FileError.self) { try TrialsFile.read(path) }
    #expect(error?.expected.contains("finite") == true)
  }
}
