// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Products of dense matrices for the passes of a full-rank network, in blocks that stay in registers.
enum BlockedProduct {
  /// Rows and columns of a block; sizes are rounded up to whole blocks.
  static let block = 4

  /// `count` rounded up to whole blocks.
  static func padded(_ count: Int) -> Int { (count + block - 1) / block * block }

  /// C_ij += scale Σ_k A_ik B_kj, k in increasing order.
  ///
  /// - Parameters:
  ///   - c: C, column-major with `rows` rows; rows and columns are multiples of `block`.
  ///   - a: A, column-major with `rows` rows.
  ///   - b: B with element (k, j) at `k * strideOfK + j * strideOfJ`.
  static func add(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, strideOfK: Int, strideOfJ: Int,
    to c: UnsafeMutablePointer<Double>, rows: Int, columns: Int, inner: Int, scale: Double
  ) {
    typealias Rows = SIMD4<Double>
    for j in stride(from: 0, to: columns, by: block) {
      let (b0, b1) = (b + j * strideOfJ, b + (j + 1) * strideOfJ)
      let (b2, b3) = (b + (j + 2) * strideOfJ, b + (j + 3) * strideOfJ)
      for i in stride(from: 0, to: rows, by: block) {
        var (s0, s1, s2, s3) = (Rows.zero, Rows.zero, Rows.zero, Rows.zero)
        var row = UnsafeRawPointer(a + i)
        var place = 0
        for _ in 0..<inner {
          let values = row.loadUnaligned(as: Rows.self)
          s0 += values * b0[place]
          s1 += values * b1[place]
          s2 += values * b2[place]
          s3 += values * b3[place]
          row += rows * MemoryLayout<Double>.stride
          place += strideOfK
        }
        for (column, sum) in [s0, s1, s2, s3].enumerated() {
          let target = UnsafeMutableRawPointer(c + (j + column) * rows + i)
          target.storeBytes(of: target.loadUnaligned(as: Rows.self) + scale * sum, as: Rows.self)
        }
      }
    }
  }
}
