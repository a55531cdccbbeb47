// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import Testing

@Suite struct GramTests {
  @Test func everyPathAgreesWithTheReference() {
    // A fixed pattern without structure; rows that fill groups, and some that do not.
    for (rows, width) in [(1, 8), (63, 32), (64, 24), (150, 16), (129, 80), (65, 104)] {
      var state: UInt64 = 88_172_645_463_325_252
      let a = (0..<(rows * width)).map { _ -> Double in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(Int64(bitPattern: state)) / 9.2e18
      }
      var expected = [Double](repeating: 0.5, count: width * width)
      kappa_gram_f64(.scalar, a, rows, width, &expected)
      for path in [KernelPath.baseline, .avx2, .avx512] where kappa_path_is_available(path) {
        var gram = [Double](repeating: 0.5, count: width * width)
        kappa_gram_f64(path, a, rows, width, &gram)
        for i in 0..<width {
          for j in i..<width {
            // Sums of `rows` products below 1 in another order.
            #expect(abs(gram[i * width + j] - expected[i * width + j]) < 1e-15 * Double(rows) + 1e-15)
          }
        }
      }
    }
  }
}
