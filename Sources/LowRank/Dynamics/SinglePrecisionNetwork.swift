/// The full network with its N units in single precision: about twice as fast.
///
/// x, φ(x) and the vectors are single; coefficients, sums over units, κ and z are double. A step rounds each x to 6e-8
/// of its size, and contracting dynamics forget it at the rate they forget everything else; how far a whole trial is
/// from double precision is measured by comparing the two, not promised.
///
/// Forward Euler runs in single precision; every other rule sees the same network in double.
public struct SinglePrecisionNetwork: Dynamics {
  /// The same dynamics in double precision.
  public let double: NetworkDynamics

  private let loop: NetworkEuler<Float>

  /// The dynamics of a network, from x(0) = `initialState` (N values) or zero.
  ///
  /// - Throws: `LinearAlgebraError` when the projection on [m I] cannot be computed.
  public init(_ network: Network, initialState: [Double]? = nil) throws(LinearAlgebraError) {
    double = try NetworkDynamics(network, initialState: initialState)
    loop = NetworkEuler(
      network, projection: double.projection, initialState: double.initialState())
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

  /// The fused loop over units, in single precision.
  public func runEuler(_ block: TrialBlock) { loop.run(block) }
}
