import CKernels

/// The full network with its N units in single precision: two to three times as fast, half the memory.
///
/// x, φ(x) and the vectors are single; coefficients, sums over units, κ and z are double. A step rounds each x to 6e-8
/// of its size, and contracting dynamics forget it at the rate they forget everything else; how far a whole trial is
/// from double precision is measured by comparing the two, not promised.
///
/// Forward Euler runs in single precision; every other rule sees the same network in double.
public struct SinglePrecisionNetwork: Dynamics {
  /// The same dynamics in double precision.
  public let double: NetworkDynamics

  private let driveVectors, weightVectors, projection: AlignedVectors<Float>
  private let bias: AlignedVectors<Float>?
  private let biasedWeights: Int
  private let path: KernelPath

  /// The dynamics of a network, from x(0) = `initialState` (N values) or zero.
  ///
  /// - Throws: `LinearAlgebraError` when the projection on [m I] cannot be computed.
  public init(_ network: Network, initialState: [Double]? = nil) throws(LinearAlgebraError) {
    double = try NetworkDynamics(network, initialState: initialState)
    let count = network.unitCount
    driveVectors = AlignedVectors(network.m.elements + network.inputs.elements, rows: count)
    weightVectors = AlignedVectors(network.n.elements + network.readouts.elements, rows: count)
    // The kernel divides by N what is a plain sum here.
    projection = AlignedVectors(
      try LatentProjection(network).rows.prefix(network.rank * count).map { $0 * Double(count) }, rows: count)
    bias = network.bias.map { AlignedVectors($0.values, rows: count) }
    biasedWeights = network.rank + (network.bias?.reachesReadout ?? true ? network.outputCount : 0)
    path = kappa_path_best()
  }

  /// N.
  public var dimension: Int { double.dimension }
  /// R.
  public var rank: Int { double.rank }
  /// K.
  public var inputCount: Int { double.inputCount }
  /// O.
  public var outputCount: Int { double.outputCount }
  /// As many as in double precision, so that either precision runs the same blocks.
  public var trialsPerBlock: Int { double.trialsPerBlock }

  /// x(0).
  public func initialState() -> [Double] { double.initialState() }

  /// -x + m (nᵀφ/N) + I u, in double precision.
  public func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    double.derivative(of: state, input: input, noiseVariance: noiseVariance, into: &derivative)
  }

  /// κ, the joint projection of x on [m I].
  public func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    double.latents(of: state, into: &latents)
  }

  /// z = wᵀφ/N, in double precision.
  public func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)
  {
    double.outputs(of: state, noiseVariance: noiseVariance, into: &outputs)
  }

  /// The fused loop of `NetworkDynamics`, in single precision.
  public func runEuler(_ block: TrialBlock) {
    let (units, count, alpha) = (dimension, block.count, block.alpha)
    let (drives, weights) = (rank + inputCount, rank + outputCount)
    let x = AlignedVectors<Float>(repeating: double.initialState(), columns: count)
    var coefficients = [Double](repeating: 0, count: count * drives)
    var sums = [Double](repeating: 0, count: count * weights)
    var kappa = [Double](repeating: 0, count: count * rank)
    let noise = block.noise.map { _ in
      AlignedVectors<Float>(repeating: [Double](repeating: 0, count: units), columns: count)
    }
    var streams = (0..<count).map { block.stream(of: $0) }

    // φ(x(0)), before any step.
    step(count, decay: 1, coefficients, noise: nil, x, &sums, &kappa)
    for time in 0..<block.steps {
      for trial in 0..<count {
        for r in 0..<rank { coefficients[trial * drives + r] = alpha * sums[trial * weights + r] }
        let row = (trial * block.steps + time) * inputCount
        for k in 0..<inputCount { coefficients[trial * drives + rank + k] = alpha * block.input[row + k] }
      }
      if let deviation = block.noise?.deviation, let noise {
        for trial in 0..<count {
          let own = noise.column(trial, rows: units)
          for i in 0..<units { own[i] = Float(deviation * streams[trial].normal()) }
        }
      }
      step(count, decay: 1 - alpha, coefficients, noise: noise, x, &sums, &kappa)
      for trial in 0..<count {
        let row = trial * block.steps + time
        for r in 0..<rank { block.kappa[row * rank + r] = kappa[trial * rank + r] }
        for o in 0..<outputCount { block.outputs[row * outputCount + o] = sums[trial * weights + rank + o] }
        if let states = block.states {
          for (i, value) in x.column(trial, rows: units).enumerated() {
            states[row * units + i] = Double(value)
          }
        }
      }
    }
  }

  /// One step of `trials` trials, and κ of the new x.
  private func step(
    _ trials: Int, decay: Double, _ coefficients: [Double], noise: AlignedVectors<Float>?,
    _ x: AlignedVectors<Float>, _ sums: inout [Double], _ kappa: inout [Double]
  ) {
    var network = kappa_network_f32(
      units: dimension, stride: driveVectors.stride, drives: rank + inputCount, readouts: rank + outputCount,
      biased_readouts: biasedWeights, drive_vectors: driveVectors.base, readout_vectors: weightVectors.base,
      bias: bias?.base, transfer: KernelTransfer(double.network.transfer))
    coefficients.withUnsafeBufferPointer { coefficients in
      sums.withUnsafeMutableBufferPointer { sums in
        kappa.withUnsafeMutableBufferPointer { kappa in
          var state = kappa_step_f32_state(
            trials: trials, decay: decay, noise_factor: 1, coefficients: coefficients.baseAddress,
            from: x.base, noise: noise?.base, to: x.base, sums: sums.baseAddress)
          var probe = kappa_probe_f32(count: rank, vectors: projection.base, sums: kappa.baseAddress)
          withExtendedLifetime((self, x, noise)) { kappa_step_probed_f32(path, &network, &state, &probe) }
        }
      }
    }
  }
}
