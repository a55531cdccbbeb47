// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A kind of file that arrays are read from. A new one is a type here and a line in `Containers.all`.
protocol ContainerReader: Sendable {
  /// Its name for people.
  static var name: String { get }
  /// Whether bytes begin like such a file; a quick look that takes no memory.
  static func matches(_ bytes: [UInt8]) -> Bool
  /// What is in the file.
  static func read(_ bytes: [UInt8], budget: inout MemoryBudget) throws -> FileContents
}

/// The arrays of a file, and what is in it beside them.
struct FileContents {
  var tensors: [Tensor] = []
  var unread: [UnreadEntry] = []
}

/// Something in a file that is no array of numbers or text, and was left alone.
public struct UnreadEntry: Sendable, Hashable, Codable {
  /// Its name in the file.
  public let name: String
  /// What it is, e.g. `complex numbers` or `the Python object argparse.Namespace`.
  public let what: String
}

/// All kinds of files that are known, in the order in which they are asked; also those that are known to be refused.
enum Containers {
  static let all: [any ContainerReader.Type] = [
    TorchZipReader.self, NPZReader.self, NPYFileReader.self, TorchLegacyReader.self, MATReader.self,
    PickleReader.self, HDF5Refusal.self, SafetensorsRefusal.self, CircuitRefusal.self,
  ]

  /// What the refusals and a file of no known kind say.
  static let known = "a NumPy .npz, PyTorch .pt, pickle or MATLAB .mat file"

  /// The reader of a file.
  static func reader(for bytes: [UInt8]) throws -> any ContainerReader.Type {
    guard let reader = all.first(where: { $0.matches(bytes) }) else {
      throw FormatError(expected: known, found: "one that begins like none of them")
    }
    return reader
  }
}

/// Elements that are neither numbers nor text: they matter only to somebody who needs them.
struct ForeignElements: Error {
  /// What they are.
  let what: String
}
