// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The arrays of a file, whatever its container.
public struct TensorFile: Sendable {
  /// What the file is: `NumPy .npz`, `NumPy .npy`, `PyTorch (zip)`, `PyTorch (legacy)`, `Python pickle` or `MATLAB .mat`.
  public let container: String
  /// Its arrays, in the file's order; Python's numbers and texts are arrays of shape ().
  public let tensors: [Tensor]
  /// What else is in it: objects, complex numbers and the like, which nobody can have as numbers or text.
  public let unread: [UnreadEntry]

  /// Reads a .npy, .npz, .pt, .pth, .pkl or .mat file; its first bytes tell which, not its name.
  ///
  /// Nothing in a pickle is run: arrays, numbers and texts are rebuilt as data, and any other object is left alone and
  /// listed in `unread`.
  ///
  /// - Throws: `FileError` for a file that cannot be read or is none of these, is damaged, holds nothing but objects, or
  ///   declares contents out of proportion to its size.
  public static func read(_ path: String) throws(FileError) -> TensorFile {
    let bytes = try readFile(path)
    return try reading(path) { try TensorFile(bytes) }
  }

  /// The first array of a name.
  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  init(container: String, tensors: [Tensor], unread: [UnreadEntry] = []) {
    self.container = container
    self.tensors = tensors
    self.unread = unread
  }

  /// Arrays that are in memory already, named as a file's would be.
  public init(inMemory tensors: [Tensor]) { self.init(container: "memory", tensors: tensors) }

  init(_ bytes: [UInt8]) throws {
    let reader = try Containers.reader(for: bytes)
    var budget = MemoryBudget(fileSize: bytes.count)
    let contents = try reader.read(bytes, budget: &budget)
    container = reader.name
    tensors = contents.tensors
    unread = contents.unread
    if tensors.isEmpty {
      guard let first = unread.first else {
        throw FormatError(expected: "at least one array", found: "none")
      }
      throw FormatError(
        expected: "at least one array of numbers", found: "only \(first.what) in \(first.name.quoted)",
        advice: reader == NPZReader.self || reader == MATReader.self
          ? "save plain float64 arrays"
          : "save the arrays or model.state_dict() instead; nothing in the file was run")
    }
  }
}
