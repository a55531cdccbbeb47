// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

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
    stride = Self.stride(for: rows)
    base = AlignedMemory.zeros(rows == 0 ? 0 : elements.count / rows * stride)
    var (place, row) = (base, 0)
    for element in elements {
      place[row] = Real(element)
      row += 1
      if row == rows { (place, row) = (place + stride, 0) }
    }
  }

  /// `columns` vectors of `rows` zeros.
  init(rows: Int, columns: Int) {
    stride = Self.stride(for: rows)
    base = AlignedMemory.zeros(columns * stride)
  }

  /// `columns` copies of one vector.
  init(repeating vector: [Double], columns: Int) {
    stride = Self.stride(for: vector.count)
    base = AlignedMemory.zeros(columns * stride)
    for (row, element) in vector.enumerated() { base[row] = Real(element) }
    for column in 1..<max(columns, 1) {
      (base + column * stride).update(from: base, count: vector.count)
    }
  }

  deinit { base.deallocate() }

  /// One vector.
  func column(_ index: Int, rows: Int) -> UnsafeMutableBufferPointer<Real> {
    UnsafeMutableBufferPointer(start: base + index * stride, count: rows)
  }
}
