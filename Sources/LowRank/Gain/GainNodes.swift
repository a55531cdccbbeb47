// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// The trapezoid sums that tables are built from; see `kappa_gain_nodes_average`.
struct GainNodes {
  private let owner = Owner()

  /// (⟨tanh⟩, ⟨tanh'⟩, ⟨tanh''⟩, ⟨tanh'''⟩) and, in the fifth place, ⟨log 2cosh⟩ less its smoothed version.
  func averages(mean: Double, deviation: Double) -> SIMD8<Double> {
    var result = SIMD8<Double>()
    withUnsafeMutableBytes(of: &result) { bytes in
      guard let start = bytes.baseAddress else { return }
      // The owner frees them when nothing in Swift needs it any more: not before the call is done.
      withExtendedLifetime(owner) {
        kappa_gain_nodes_average(owner.nodes, mean, deviation, start.assumingMemoryBound(to: Double.self))
      }
    }
    return result
  }

  /// Ten kilobytes, freed with the last use.
  private final class Owner {
    let nodes = UnsafeMutablePointer<kappa_gain_nodes>.allocate(capacity: 1)
    init() { kappa_gain_nodes_prepare(nodes) }
    deinit { nodes.deallocate() }
  }
}
