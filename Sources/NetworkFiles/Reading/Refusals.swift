// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// HDF5 files other than MATLAB's: refused with the line that converts one.
enum HDF5Refusal: ContainerReader {
  static let name = "HDF5"

  static func matches(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A])
  }

  static func read(_ bytes: [UInt8], budget: inout MemoryBudget) throws -> FileContents {
    throw FormatError(
      expected: FormatError.knownFiles, found: "an HDF5 file (.h5)",
      advice: "convert it: python3 -c \"import h5py, numpy; a = {}; "
        + "h5py.File('FILE.h5').visititems(lambda k, v: a.update({k.replace('/', '.'): v[()]}) "
        + "if hasattr(v, 'shape') else None); numpy.savez('FILE.npz', **a)\"")
  }
}

/// Safetensors: refused with the line that converts one.
enum SafetensorsRefusal: ContainerReader {
  static let name = "safetensors"

  /// Eight bytes of header length, then a JSON object.
  static func matches(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 10 else { return false }
    let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return length >= 2 && length <= UInt64(bytes.count - 8) && bytes[8] == UInt8(ascii: "{")
  }

  static func read(_ bytes: [UInt8], budget: inout MemoryBudget) throws -> FileContents {
    throw FormatError(
      expected: FormatError.knownFiles, found: "a .safetensors file",
      advice: "convert it: python3 -c \"import numpy, safetensors.numpy as s; "
        + "numpy.savez('FILE.npz', **s.load_file('FILE.safetensors'))\"")
  }
}

/// JSON, which circuits are written in: another option takes them.
enum CircuitRefusal: ContainerReader {
  static let name = "JSON"

  static func matches(_ bytes: [UInt8]) -> Bool { bytes.first == UInt8(ascii: "{") }

  static func read(_ bytes: [UInt8], budget: inout MemoryBudget) throws -> FileContents {
    throw FormatError(
      expected: FormatError.knownFiles, found: "a text that begins like JSON",
      advice:
        "a circuit.json goes to simulate, fixed-points, bifurcation, export or resample, or after --circuit")
  }
}
