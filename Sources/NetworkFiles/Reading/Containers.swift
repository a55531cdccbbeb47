// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// All kinds of files that are known, in the order in which they are asked; also those that are known to be refused.
enum Containers {
  static let all: [any ContainerReader.Type] = [
    TorchZipReader.self, NPZReader.self, NPYFileReader.self, TorchLegacyReader.self, MATReader.self,
    PickleReader.self, HDF5Refusal.self, SafetensorsRefusal.self, CircuitRefusal.self,
  ]

  /// The reader of a file.
  static func reader(for bytes: [UInt8]) throws -> any ContainerReader.Type {
    guard let reader = all.first(where: { $0.matches(bytes) }) else {
      throw FormatError(expected: FormatError.knownFiles, found: "one that begins like none of them")
    }
    return reader
  }
}
