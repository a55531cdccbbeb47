// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// A network's loadings laid out for the fused kernels in one precision, and the calls into them.
///
/// Everything that touches all N units in a loop goes through here: a step of the network, the sums of the manifold.
struct UnitKernel<Unit: KernelUnit>: Sendable {
  /// N.
  let units: Int
  /// The number of drive vectors.
  let drives: Int
  /// R + O.
  let weights: Int
  /// From the activations of one trial to the next.
  var stride: Int { driveVectors.stride }
  /// The instruction set used.
  let path: KernelPath

  fileprivate let driveVectors, weightVectors: AlignedVectors<Unit>
  fileprivate let bias: AlignedVectors<Unit>?
  fileprivate let biasedWeights: Int
  fileprivate let transfer: KernelTransfer

  /// The kernel of a network, on the best path of this machine.
  ///
  /// - Parameters:
  ///   - network: the network; its n and w weigh the rates.
  ///   - drives: the vectors Y that a step adds to x, (N, D).
  ///   - bias: b, which the rates see and x does not hold, or none.
  ///   - transfer: φ, if it is not the network's.
  init(_ network: Network, drives: Matrix, bias: [Double]?, transfer: TransferFunction? = nil) {
    units = network.unitCount
    self.drives = drives.columns
    weights = network.rank + network.outputCount
    path = kappa_path_best()
    driveVectors = AlignedVectors(drives.elements, rows: units)
    weightVectors = AlignedVectors(network.n.elements + network.readouts.elements, rows: units)
    self.bias = bias.map { AlignedVectors($0, rows: network.unitCount) }
    biasedWeights = network.bias?.reachesReadout ?? true ? weights : network.rank
    self.transfer = KernelTransfer(transfer ?? network.transfer)
  }

  /// x ← decay · from + Σ_j coefficients_j Y_j + noise; sums_a = (1/N) Σ_i A_ia φ(x_i + b_i).
  ///
  /// - Parameters:
  ///   - trials: B, trials side by side; every argument below has one part per trial, one after the other.
  ///   - decay: factor of `from`.
  ///   - coefficients: one for each drive vector.
  ///   - from: old x (N values, those of trials `stride` apart), or `nil` for zero.
  ///   - noise: what is added to x (likewise), or `nil`.
  ///   - to: receives x, or `nil` when it need not be kept; may be `from`.
  ///   - sums: receives R + O sums, n first.
  func step(
    trials: Int, decay: Double, coefficients: UnsafePointer<Double>, from: UnsafePointer<Unit>?,
    noise: UnsafePointer<Unit>? = nil, to: UnsafeMutablePointer<Unit>?, sums: UnsafeMutablePointer<Double>
  ) {
    withExtendedLifetime(self) {
      Unit.step(
        self,
        UnitStep(
          trials: trials, decay: decay, coefficients: coefficients, from: from, noise: noise, to: to,
          sums: sums))
    }
  }
}

/// The arguments of `UnitKernel.step`.
struct UnitStep<Unit> {
  let trials: Int
  let decay: Double
  let coefficients: UnsafePointer<Double>
  let from, noise: UnsafePointer<Unit>?
  let to: UnsafeMutablePointer<Unit>?
  let sums: UnsafeMutablePointer<Double>
}

/// A precision in which the kernels come.
protocol KernelUnit: BinaryFloatingPoint, Sendable {
  static func step(_ kernel: UnitKernel<Self>, _ step: UnitStep<Self>)
  /// φ of some values, in place.
  static func apply(
    _ path: KernelPath, _ transfer: TransferFunction, _ values: UnsafeMutableBufferPointer<Self>)
}

extension Double: KernelUnit {
  static func step(_ kernel: UnitKernel<Double>, _ step: UnitStep<Double>) {
    var network = kappa_network_f64(
      units: kernel.units, stride: kernel.stride, drives: kernel.drives, readouts: kernel.weights,
      biased_readouts: kernel.biasedWeights, drive_vectors: kernel.driveVectors.base,
      readout_vectors: kernel.weightVectors.base, bias: kernel.bias?.base, transfer: kernel.transfer)
    var state = kappa_step_f64_state(
      trials: step.trials, decay: step.decay, noise_factor: 1, coefficients: step.coefficients,
      from: step.from, noise: step.noise, to: step.to, sums: step.sums)
    kappa_step_f64(kernel.path, &network, &state)
  }

  static func apply(
    _ path: KernelPath, _ transfer: TransferFunction, _ values: UnsafeMutableBufferPointer<Double>
  ) {
    guard let base = values.baseAddress else { return }
    kappa_transfer_apply_f64(path, KernelTransfer(transfer), base, base, values.count)
  }
}

extension Float: KernelUnit {
  static func step(_ kernel: UnitKernel<Float>, _ step: UnitStep<Float>) {
    var network = kappa_network_f32(
      units: kernel.units, stride: kernel.stride, drives: kernel.drives, readouts: kernel.weights,
      biased_readouts: kernel.biasedWeights, drive_vectors: kernel.driveVectors.base,
      readout_vectors: kernel.weightVectors.base, bias: kernel.bias?.base, transfer: kernel.transfer)
    var state = kappa_step_f32_state(
      trials: step.trials, decay: step.decay, noise_factor: 1, coefficients: step.coefficients,
      from: step.from, noise: step.noise, to: step.to, sums: step.sums)
    kappa_step_f32(kernel.path, &network, &state)
  }

  static func apply(
    _ path: KernelPath, _ transfer: TransferFunction, _ values: UnsafeMutableBufferPointer<Float>
  ) {
    guard let base = values.baseAddress else { return }
    kappa_transfer_apply_f32(path, KernelTransfer(transfer), base, base, values.count)
  }
}

extension KernelTransfer {
  /// The kernels' number of a transfer function.
  package init(_ transfer: TransferFunction) {
    self =
      switch transfer {
      case .tanh: .tanh
      case .erf: .erf
      case .relu: .relu
      case .softplus: .softplus
      case .logistic: .logistic
      case .linear: .linear
      }
  }
}
