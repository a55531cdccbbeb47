// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

extension TransferFunction {
  /// φ of many activations, in their place, by the vector kernel: the same to rounding as `value` of each.
  package func apply(to values: inout [Double]) {
    values.withUnsafeMutableBufferPointer { Double.apply(kappa_path_best(), self, $0) }
  }
}
