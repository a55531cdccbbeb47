// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Arrays as NumPy's .npy format 1.0 or, for texts beyond ASCII names, the same: little-endian float64 or UTF-32.
enum NPYWriter {
  static func bytes(_ tensor: Tensor) -> [UInt8] {
    if let text = tensor.text { return bytes(text, shape: tensor.shape) }
    var result = header("<f8", shape: tensor.shape)
    result.reserveCapacity(result.count + 8 * tensor.values.count)
    for value in tensor.values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { result.append(contentsOf: $0) }
    }
    return result
  }

  private static func bytes(_ texts: [String], shape: [Int]) -> [UInt8] {
    // NumPy knows no text of no characters at all: one zero stands for the empty one.
    let width = max(1, texts.map(\.unicodeScalars.count).max() ?? 0)
    var result = header("<U\(width)", shape: shape)
    for text in texts {
      let codes = text.unicodeScalars.map(\.value)
      for code in codes + [UInt32](repeating: 0, count: width - codes.count) {
        withUnsafeBytes(of: code.littleEndian) { result.append(contentsOf: $0) }
      }
    }
    return result
  }

  /// Magic, version, length and dictionary, padded so that the data begins at a multiple of 64 bytes.
  private static func header(_ descr: String, shape: [Int]) -> [UInt8] {
    var text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': \(describe(shape: shape)), }"
    let unpadded = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = UInt16(text.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }
}
