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

  private let driveVectors, weightVectors, projection, bias, start: [Float]
  private let biasedWeights: Int
  private let path: KernelPath

  /// The dynamics of a network, from x(0) = `initialState` (N values) or zero.
  ///
  /// - Throws: `LinearAlgebraError` when the projection on [m I] cannot be computed.
  public init(_ network: Network, initialState: [Double]? = nil) throws(LinearAlgebraError) {
    double = try NetworkDynamics(network, initialState: initialState)
    driveVectors = (network.m.elements + network.inputs.elements).map { Float($0) }
    weightVectors = (network.n.elements + network.readouts.elements).map { Float($0) }
    // The kernel divides by N what is a plain sum here.
    let units = Double(network.unitCount)
    projection = try LatentProjection(network).rows.prefix(network.rank * network.unitCount).map {
      Float($0 * units)
    }
    bias = network.bias?.values.map { Float($0) } ?? []
    biasedWeights = network.rank + (network.bias?.reachesReadout ?? true ? network.outputCount : 0)
    start = double.initialState().map { Float($0) }
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
    var x = [Float]()
    x.reserveCapacity(count * units)
    for _ in 0..<count { x += start }
    var coefficients = [Double](repeating: 0, count: count * drives)
    var sums = [Double](repeating: 0, count: count * weights)
    var kappa = [Double](repeating: 0, count: count * rank)
    var noise = [Float](repeating: 0, count: block.noise == nil ? 0 : count * units)
    var streams = (0..<count).map { block.stream(of: $0) }

    // φ(x(0)), before any step.
    step(count, decay: 1, coefficients, noise: [], &x, &sums, &kappa)
    for time in 0..<block.steps {
      for trial in 0..<count {
        for r in 0..<rank { coefficients[trial * drives + r] = alpha * sums[trial * weights + r] }
        let row = (trial * block.steps + time) * inputCount
        for k in 0..<inputCount { coefficients[trial * drives + rank + k] = alpha * block.input[row + k] }
      }
      if let deviation = block.noise?.deviation {
        for trial in 0..<count {
          for i in 0..<units { noise[trial * units + i] = Float(deviation * streams[trial].normal()) }
        }
      }
      step(count, decay: 1 - alpha, coefficients, noise: noise, &x, &sums, &kappa)
      for trial in 0..<count {
        let row = trial * block.steps + time
        for r in 0..<rank { block.kappa[row * rank + r] = kappa[trial * rank + r] }
        for o in 0..<outputCount { block.outputs[row * outputCount + o] = sums[trial * weights + rank + o] }
        if let states = block.states {
          for i in 0..<units { states[row * units + i] = Double(x[trial * units + i]) }
        }
      }
    }
  }

  /// One step of `trials` trials, and κ of the new x.
  private func step(
    _ trials: Int, decay: Double, _ coefficients: [Double], noise: [Float], _ x: inout [Float],
    _ sums: inout [Double], _ kappa: inout [Double]
  ) {
    let transfer = KernelTransfer(double.network.transfer)
    // Seven arrays at fixed addresses for the time of the call.
    driveVectors.withUnsafeBufferPointer { drive in
      weightVectors.withUnsafeBufferPointer { weight in
        projection.withUnsafeBufferPointer { projection in
          bias.withUnsafeBufferPointer { bias in
            noise.withUnsafeBufferPointer { noise in
              x.withUnsafeMutableBufferPointer { x in
                var network = kappa_network_f32(
                  units: dimension, drives: rank + inputCount, readouts: rank + outputCount,
                  biased_readouts: biasedWeights, drive_vectors: drive.baseAddress,
                  readout_vectors: weight.baseAddress, bias: bias.isEmpty ? nil : bias.baseAddress,
                  transfer: transfer)
                coefficients.withUnsafeBufferPointer { coefficients in
                  sums.withUnsafeMutableBufferPointer { sums in
                    kappa.withUnsafeMutableBufferPointer { kappa in
                      var state = kappa_step_f32_state(
                        trials: trials, decay: decay, noise_factor: 1, coefficients: coefficients.baseAddress,
                        from: x.baseAddress, noise: noise.isEmpty ? nil : noise.baseAddress,
                        to: x.baseAddress,
                        sums: sums.baseAddress)
                      var probe = kappa_probe_f32(
                        count: rank, vectors: projection.baseAddress, sums: kappa.baseAddress)
                      kappa_step_probed_f32(path, &network, &state, &probe)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
