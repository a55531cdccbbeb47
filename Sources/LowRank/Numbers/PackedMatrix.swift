// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// A matrix laid out for products with sixteen columns at once (`kappa_dense_product_f64`): panels of eight rows.
///
/// Nothing of it changes once it is made, so that threads may share it.
package final class PackedMatrix: @unchecked Sendable {
  /// How many columns a right-hand side has.
  package static let width = Int(kappa_dense_columns)

  private static let panel = Int(kappa_dense_panel)
  private let panels: Int
  private let inner: Int
  private let values: UnsafeMutablePointer<Double>
  private let path = kappa_path_best()

  /// Rows of a product: those of the matrix, filled up to whole panels.
  var rows: Int { panels * Self.panel }

  /// So many rows filled up to whole panels.
  package static func padded(_ rows: Int) -> Int { (rows + panel - 1) / panel * panel }

  /// Lays a matrix out.
  package init(_ matrix: Matrix) {
    panels = Self.padded(matrix.rows) / Self.panel
    inner = matrix.columns
    values = AlignedMemory.zeros(panels * Self.panel * inner)
    for column in 0..<inner {
      for (row, value) in matrix.column(column).enumerated() {
        values[(row / Self.panel * inner + column) * Self.panel + row % Self.panel] = value
      }
    }
  }

  deinit { values.deallocate() }

  /// c = A b, or c + A b with `adding`.
  ///
  /// - Parameters:
  ///   - b: row-major, (at least the matrix's columns, 16).
  ///   - c: row-major, (`rows`, 16).
  func multiply(_ b: [Double], adding: Bool = false, into c: inout [Double]) {
    precondition(
      b.count >= inner * Self.width && c.count >= rows * Self.width, "shapes of a product agree")
    withExtendedLifetime(self) { kappa_dense_product_f64(path, panels, inner, values, b, adding, &c) }
  }

  /// The same in memory of the caller's, which has to have those sizes.
  package func multiply(
    _ b: UnsafePointer<Double>, adding: Bool, into c: UnsafeMutablePointer<Double>
  ) {
    withExtendedLifetime(self) { kappa_dense_product_f64(path, panels, inner, values, b, adding, c) }
  }
}
