import CKernels

/// A network's loadings laid out for the fused kernels in one precision, and the calls into them.
///
/// Everything that touches all N units in a loop goes through here: a step of the network, the sums of the manifold.
struct UnitKernel<Unit: KernelUnit>: Sendable {
  /// N.
  let units: Int
  /// R + K.
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

  /// The kernel of a network, on the best path of this machine unless another is asked for.
  init(_ network: Network, path: KernelPath? = nil) {
    units = network.unitCount
    drives = network.rank + network.inputCount
    weights = network.rank + network.outputCount
    self.path = path ?? kappa_path_best()
    driveVectors = AlignedVectors(network.m.elements + network.inputs.elements, rows: units)
    weightVectors = AlignedVectors(network.n.elements + network.readouts.elements, rows: units)
    bias = network.bias.map { AlignedVectors($0.values, rows: network.unitCount) }
    biasedWeights =
      network.bias.map { $0.reachesReadout ? network.rank + network.outputCount : network.rank } ?? weights
    transfer = KernelTransfer(network.transfer)
  }

  /// x ← decay · from + Σ_j coefficients_j Y_j + noise; sums_a = (1/N) Σ_i A_ia φ(x_i + b_i).
  ///
  /// - Parameters:
  ///   - trials: B, trials side by side; every argument below has one part per trial, one after the other.
  ///   - decay: factor of `from`.
  ///   - coefficients: R + K coefficients of m and I.
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
