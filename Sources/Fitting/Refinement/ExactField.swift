// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// E[n φ] and E[w φ] of the network itself at any drive, and their derivatives with respect to κ; z₀ is left out.
struct ExactField {
  private let network: Network
  private let driveVectors: [Double]
  private let readoutVectors: [Double]

  init(_ network: Network) {
    self.network = network
    let drives = network.layout.driveCount - (network.layout.hasBias ? 1 : 0)
    driveVectors = Array(network.driveVectors.elements.prefix(network.unitCount * drives))
    readoutVectors = network.n.elements + network.readouts.elements
  }

  /// Fields and Jacobians at many points.
  ///
  /// - Parameter points: the drives' coefficients without the bias's, (κ, v[, v_c, e]), (M, D).
  /// - Returns: field, (M, R + O); jacobian, (M, R + O, R): ∂field_a/∂κ_r.
  func evaluate(at points: [Double]) -> (field: [Double], jacobian: [Double]) {
    let (rank, drives) = (network.rank, driveVectors.count / network.unitCount)
    let weights = rank + network.outputCount
    let count = points.count / drives
    var field = [Double](repeating: 0, count: count * weights)
    var full = [Double](repeating: 0, count: count * weights * drives)
    let bias = network.bias?.values ?? []
    driveVectors.withUnsafeBufferPointer { drive in
      readoutVectors.withUnsafeBufferPointer { readout in
        bias.withUnsafeBufferPointer { bias in
          points.withUnsafeBufferPointer { points in
            field.withUnsafeMutableBufferPointer { field in
              full.withUnsafeMutableBufferPointer { full in
                var sums = kappa_network_f64()
                sums.units = network.unitCount
                sums.drives = drives
                sums.readouts = weights
                sums.biased_readouts = network.bias?.reachesReadout ?? true ? weights : rank
                sums.drive_vectors = drive.baseAddress
                sums.readout_vectors = readout.baseAddress
                sums.bias = bias.isEmpty ? nil : bias.baseAddress
                sums.transfer = KernelTransfer(network.transfer)
                var state = kappa_step_f64_state()
                state.trials = count
                state.coefficients = points.baseAddress
                state.sums = field.baseAddress
                if count > 0 { kappa_jacobian_f64(kappa_path_best(), &sums, &state, full.baseAddress) }
              }
            }
          }
        }
      }
    }
    var jacobian = [Double](repeating: 0, count: count * weights * rank)
    for row in 0..<(count * weights) {
      for r in 0..<rank { jacobian[row * rank + r] = full[row * drives + r] }
    }
    return (field, jacobian)
  }
}
