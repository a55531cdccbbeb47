// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import Testing

@Suite struct DenseProductTests {
  private let width = Int(kappa_dense_columns)
  private let panel = Int(kappa_dense_panel)

  private func numbers(_ count: Int, seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(Int64(bitPattern: state)) / 9.2e18
    }
  }

  @Test(arguments: [(1, 1), (1, 17), (3, 40), (9, 129)]) func everyPathAgreesWithTheReference(
    panels: Int, inner: Int
  ) {
    let a = numbers(panels * panel * inner, seed: 88_172_645_463_325_252)
    let b = numbers(inner * width, seed: 1_234_567)
    for adding in [false, true] {
      var expected = numbers(panels * panel * width, seed: 99)
      kappa_dense_product_f64(.scalar, panels, inner, a, b, adding, &expected)
      for path in [KernelPath.baseline, .avx2, .avx512] where kappa_path_is_available(path) {
        var c = numbers(panels * panel * width, seed: 99)
        kappa_dense_product_f64(path, panels, inner, a, b, adding, &c)
        for (found, value) in zip(c, expected) {
          // Sums of `inner` products below 1, fused or not.
          #expect(abs(found - value) <= 2e-16 * Double(inner) * 2)
        }
      }
    }
  }

  /// A column's bits are the same wherever it stands and whatever stands beside it.
  @Test func columnsDoNotKnowEachOther() {
    let (panels, inner) = (4, 50)
    let a = numbers(panels * panel * inner, seed: 5)
    let column = numbers(inner, seed: 6)
    for path in [KernelPath.scalar, .baseline, .avx2, .avx512] where kappa_path_is_available(path) {
      var first: [Double]?
      for place in [0, 3, 8, 15] {
        var b = numbers(inner * width, seed: UInt64(100 + place))
        for k in 0..<inner { b[k * width + place] = column[k] }
        var c = [Double](repeating: 0, count: panels * panel * width)
        kappa_dense_product_f64(path, panels, inner, a, b, false, &c)
        let own = (0..<(panels * panel)).map { c[$0 * width + place] }
        if let first { #expect(own == first) } else { first = own }
      }
    }
  }
}
