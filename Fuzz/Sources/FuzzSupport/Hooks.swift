// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The fuzzer's own mutation: `LLVMFuzzerMutate(data, size, most)`.
@_silgen_name("LLVMFuzzerMutate")
func fuzzerMutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int) -> Int

/// Mutations on arrays.
public enum Mutation {
  /// The fuzzer's own mutation of some bytes.
  public static func plain(_ bytes: [UInt8], limit: Int) -> [UInt8] {
    var buffer = bytes + [UInt8](repeating: 0, count: max(1, limit - bytes.count))
    let size = buffer.withUnsafeMutableBufferPointer {
      fuzzerMutate($0.baseAddress!, bytes.count, max(1, limit))
    }
    return Array(buffer.prefix(size))
  }

  /// What a custom mutator of libFuzzer does with a buffer: `change` gives the new bytes, or nil for the plain mutation.
  public static func apply(
    _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int, seed: UInt32,
    _ change: ([UInt8], (Int) -> Int) -> [UInt8]?
  ) -> Int {
    var state = UInt64(seed) &+ 0x9E37_79B9_7F4A_7C15
    func random(_ below: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return below > 0 ? Int(state % UInt64(below)) : 0
    }
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    guard random(8) > 0, let changed = change(bytes, random), changed.count <= most else {
      return fuzzerMutate(data, size, most)
    }
    for (index, byte) in changed.enumerated() { data[index] = byte }
    return changed.count
  }
}
