// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import TestSupport
import Testing

@testable import NetworkFiles

/// Containers of make_container_fixtures.py: all hold the same network, m, n, I, w, α = 0.1 and φ = erf.
struct ContainerTests {
  private func expectNetwork(_ file: TensorFile, inside prefix: String = "", tolerance: Double = 1e-15) throws
  {
    func values(_ names: [String]) throws -> Tensor {
      try #require(names.compactMap { file[$0] }.first, "\(names) in \(file.tensors.map(\.name))")
    }
    for (name, rule, rows, columns) in [("m", "m", 6, 2), ("n", "nn", 6, 2), ("I", "III", 6, 3)] {
      let tensor = try values([prefix + name, "net.\(name)"])
      #expect(tensor.shape == [rows, columns])
      let expected = ruled(rule, count: rows * columns)
      #expect(
        zip(tensor.values, expected).allSatisfy {
          abs($0 - $1) <= (name == "n" ? max(tolerance, 1e-7) : tolerance)
        })
    }
    let w = try values([prefix + "w", "net.w"])
    #expect(w.values.count == 6)
    #expect(zip(w.values, ruled("wo1", count: 6)).allSatisfy { abs($0 - $1) <= tolerance })
    #expect(try values(["alpha"]).values == [0.1])
    #expect(try values(["transfer", "activation"]).text == ["erf"])
  }

  private func unread(_ file: TensorFile) -> [String: String] {
    Dictionary(uniqueKeysWithValues: file.unread.map { ($0.name, $0.what) })
  }

  /// Arrays of both orders, lists, numbers and texts are data in every protocol; everything else is named, not read.
  @Test(arguments: [2, 3, 4, 5])
  func plainPickles(version: Int) throws {
    let file = try TensorFile.read(fixture("dict\(version).pkl"))
    #expect(file.container == "Python pickle")
    try expectNetwork(file)
    #expect(file["epoch"]?.values == [3])
    #expect(file["best"]?.values == [0.5])
    #expect(file["done"]?.values == [1])
    #expect(file["labels"]?.text == ["a", "bc"])
    #expect(file["shapes.a"]?.values == [0, 1, 2])
    let unread = unread(file)
    #expect(unread["args"]?.contains("argparse.Namespace") == true)
    #expect(unread["share"]?.contains("fractions.Fraction") == true)
    #expect(unread["counts"]?.contains("collections.Counter") == true)
    #expect(unread["eigenvalues"]?.contains("complex") == true)
    #expect(unread["objects"]?.contains("objects") == true)
    #expect(unread["raw"] != nil)
    #expect(file["nothing"] == nil && unread["nothing"] == nil)
  }

  @Test func numpyObjectsInACheckpoint() throws {
    let file = try TensorFile.read(fixture("numpy_objects.pt"))
    #expect(file.container == "PyTorch (zip)")
    try expectNetwork(file, inside: "state_dict.", tolerance: 1e-7)
    #expect(file["rates"]?.values == [0, 1, 2, 3])
    #expect(file.unread.map(\.name) == ["args"])
    #expect(!file.tensors.contains { $0.name.hasPrefix("optimizer") })
  }

  /// A plain pickle of tensors holds each storage as a small torch file of its own.
  @Test func tensorsInAPlainPickle() throws {
    let file = try TensorFile.read(fixture("tensors.pkl"))
    #expect(file.container == "Python pickle")
    try expectNetwork(file, tolerance: 1e-7)
  }

  @Test func entriesThatNobodyNeeds() throws {
    let file = try TensorFile.read(fixture("odd_entries.npz"))
    try expectNetwork(file)
    let unread = unread(file)
    #expect(unread["config"]?.contains("Python objects") == true)
    #expect(unread["eigenvalues"]?.contains("complex") == true)
    #expect(unread["tag"]?.contains("byte strings") == true)
    #expect(unread["precise"]?.contains("float") == true)
  }

  #if KAPPA_MATIO
    @Test(arguments: ["five.mat", "five_deflated.mat", "seven.mat"])
    func matlab(name: String) throws {
      let file = try TensorFile.read(fixture(name))
      #expect(file.container == "MATLAB .mat")
      #expect(file["m"]?.elementType == "float64")
      #expect(file["n"]?.elementType == "float32")
      #expect(file["alpha"]?.shape == [1, 1])
      try expectNetwork(file)
      if name.hasPrefix("five") {
        #expect(file["sparse"]?.values == [1, 0, 0, 0, 0, 0, 0, 0, 2])
        #expect(file["count"]?.values == [-3])
        #expect(file["count"]?.elementType == "int16")
        #expect(file["flag"]?.elementType == "bool")
        #expect(unread(file) == ["eigenvalues": "complex numbers", "cell": "a cell array"])
      }
    }

    @Test func threadsMayReadAtOnce() async throws {
      let names = (0..<32).map { ["five.mat", "seven.mat", "five_deflated.mat"][$0 % 3] }
      try await withThrowingTaskGroup(of: Int.self) { group in
        for name in names { group.addTask { try TensorFile.read(fixture(name)).tensors.count } }
        for try await count in group { #expect(count >= 6) }
      }
    }
  #endif

  @Test(arguments: [("net.h5", "h5py"), ("net.safetensors", "safetensors.numpy")])
  func refusedWithTheLineToConvert(name: String, module: String) throws {
    let error = #expect(throws: FileError.self) { try TensorFile.read(fixture(name)) }
    #expect(error?.kind == .badData)
    #expect(error?.advice?.contains("python3 -c") == true)
    #expect(error?.advice?.contains(module) == true)
  }

  @Test(.enabled(if: Python.hasNumPy, "no python3 with numpy"))
  func whatNumPyPickles() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = "\(folder.path)/x.pkl"
    for type in ["f2", ">f4", "<f8", "i1", ">i2", "i4", "<i8", "u1", "u2", ">u4", "u8", "?"] {
      for version in 2...5 {
        let script = """
          import numpy as np, pickle
          a = (np.arange(24) % 2 if '\(type)' == '?' else np.arange(24)).astype('\(type)').reshape(2, 3, 4)
          pickle.dump({'c': a, 'f': np.asfortranarray(a), 'part': a[:, ::2], 's': a[1, 2, 3], 'none': a[:0]},
                      open('\(path)', 'wb'), \(version))
          """
        try #require(Python.run(script) == 0)
        let file = try TensorFile.read(path)
        let values = (0..<24).map { Double(type == "?" ? $0 % 2 : $0) }
        #expect(
          file["c"]
            == file["f"].map {
              Tensor(name: "c", shape: $0.shape, elementType: $0.elementType, values: $0.values)
            })
        #expect(file["c"]?.values == values)
        #expect(file["c"]?.shape == [2, 3, 4])
        #expect(file["part"]?.values == values.enumerated().filter { $0.offset / 4 % 3 != 1 }.map(\.element))
        #expect(file["s"]?.values == [values[23]])
        #expect(file["none"]?.shape == [0, 3, 4])
      }
    }
  }
}
