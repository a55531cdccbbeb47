// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Memory that begins at a multiple of 64 bytes, a cache line: loads that straddle two cost twice.
package enum AlignedMemory {
  /// `count` zeros, one at least; to be freed by `deallocate()`.
  package static func zeros<Number: Numeric>(_ count: Int) -> UnsafeMutablePointer<Number> {
    numbers(max(count, 1), zeros: max(count, 1))
  }

  /// `count` numbers, of which the first `zeros` are zero and the others what they happen to be; likewise to be freed.
  package static func numbers<Number: Numeric>(_ count: Int, zeros: Int) -> UnsafeMutablePointer<Number> {
    precondition(zeros <= count, "no more zeros than numbers")
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Number>.stride, alignment: 64)
    memory.initializeMemory(as: Number.self, repeating: 0, count: zeros)
    return memory.bindMemory(to: Number.self, capacity: max(count, 1))
  }
}
