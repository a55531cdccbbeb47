import CKernels

/// A network's loadings laid out for the fused kernels, and the calls into them.
///
/// Everything that touches all N units in a loop goes through here: a step of the network, the sums of the manifold.
struct UnitKernel: Sendable {
  /// N.
  let units: Int
  /// R + K.
  let drives: Int
  /// R + O.
  let weights: Int
  /// From the activations of one trial to the next, and from a probe's vector to the next.
  var stride: Int { driveVectors.stride }
  /// The instruction set used.
  let path: KernelPath

  private let driveVectors, weightVectors: AlignedVectors<Double>
  private let bias: AlignedVectors<Double>?
  private let biasedWeights: Int
  private let transfer: KernelTransfer

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
  ///   - probe: further vectors, N values each, whose sums with the new x are wanted in the same pass.
  func step(
    trials: Int, decay: Double, coefficients: UnsafePointer<Double>, from: UnsafePointer<Double>?,
    noise: UnsafePointer<Double>? = nil, to: UnsafeMutablePointer<Double>?,
    sums: UnsafeMutablePointer<Double>,
    probe: Probe? = nil
  ) {
    withDescription { description in
      var state = kappa_step_f64_state(
        trials: trials, decay: decay, noise_factor: 1, coefficients: coefficients, from: from, noise: noise,
        to: to,
        sums: sums)
      if let probe {
        var request = kappa_probe_f64(count: probe.count, vectors: probe.vectors, sums: probe.sums)
        kappa_step_probed_f64(path, description, &state, &request)
      } else {
        kappa_step_f64(path, description, &state)
      }
    }
  }

  /// Vectors P, (N, count), and where (1/N) Σ_i P_ia x_i goes for every trial, (B, count).
  struct Probe {
    let count: Int
    let vectors: UnsafePointer<Double>
    let sums: UnsafeMutablePointer<Double>
  }

  private func withDescription(_ body: (UnsafePointer<kappa_network_f64>) -> Void) {
    var description = kappa_network_f64(
      units: units, stride: driveVectors.stride, drives: drives, readouts: weights,
      biased_readouts: biasedWeights, drive_vectors: driveVectors.base, readout_vectors: weightVectors.base,
      bias: bias?.base, transfer: transfer)
    withExtendedLifetime(self) { body(&description) }
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
