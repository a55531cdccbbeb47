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

extension FormatError {
  /// What the refusals and a file of no known kind say.
  static let knownFiles = "a NumPy .npz, PyTorch .pt, pickle or MATLAB .mat file"
}

/// Elements that are neither numbers nor text: they matter only to somebody who needs them.
struct ForeignElements: Error {
  /// What they are.
  let what: String
}
