/// Memory that begins at a multiple of 64 bytes, a cache line: loads that straddle two cost twice.
package enum AlignedMemory {
  /// `count` zeros, one at least; to be freed by `deallocate()`.
  package static func zeros<Number: Numeric>(_ count: Int) -> UnsafeMutablePointer<Number> {
    let count = max(count, 1)
    return UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Number>.stride, alignment: 64)
      .initializeMemory(as: Number.self, repeating: 0, count: count)
  }
}
