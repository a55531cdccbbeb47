/// Vectors of N numbers for the kernels, each beginning at a multiple of 64 bytes: a load that straddles two cache lines
/// costs twice. What lies between them is zero.
final class AlignedVectors<Real: BinaryFloatingPoint & Sendable>: @unchecked Sendable {
  /// The first number of the first vector.
  let base: UnsafeMutablePointer<Real>
  /// From one vector to the next.
  let stride: Int

  /// N for which the vectors lie `stride(for: N)` apart.
  static func stride(for rows: Int) -> Int {
    let line = 64 / MemoryLayout<Real>.size
    return (rows + line - 1) / line * line
  }

  /// The vectors of `elements`, one after the other, `rows` numbers each.
  init(_ elements: some Collection<Double>, rows: Int) {
    let columns = rows == 0 ? 0 : elements.count / rows
    stride = Self.stride(for: rows)
    let count = columns * stride
    base = AlignedMemory.zeros(count)
    for (index, element) in elements.enumerated() {
      base[index / rows * stride + index % rows] = Real(element)
    }
  }

  /// `columns` copies of one vector.
  convenience init(repeating vector: [Double], columns: Int) {
    self.init(repeatElement(vector, count: columns).joined().map { $0 }, rows: vector.count)
  }

  deinit { base.deallocate() }

  /// One vector.
  func column(_ index: Int, rows: Int) -> UnsafeMutableBufferPointer<Real> {
    UnsafeMutableBufferPointer(start: base + index * stride, count: rows)
  }
}
