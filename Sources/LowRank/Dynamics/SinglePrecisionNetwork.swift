// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The full network with its N units in single precision: about twice as fast.
///
/// x, φ(x) and the vectors are single; coefficients, sums over units, κ and z are double. A step rounds each x to 6e-8
/// of its size, and contracting dynamics forget it at the rate they forget everything else; how far a whole trial is
/// from double precision is measured by comparing the two, not promised.
///
/// Forward Euler of J = m nᵀ/N runs in single precision; every other rule, and a dense J, sees the network in double.
public struct SinglePrecisionNetwork: Dynamics {
  /// The same dynamics in double precision.
  public let double: NetworkDynamics

  private let loop: NetworkEuler<Float>?

  /// The dynamics of a network, from its own initial state or from another (N values).
  ///
  /// - Throws: `LinearAlgebraError` when the initial state does not fit or cannot be projected on [m I].
  public init(_ network: Network, initialState: [Double]? = nil) throws(LinearAlgebraError) {
    double = try NetworkDynamics(network, initialState: initialState)
    loop = network.denseConnectivity == nil ? NetworkEuler(double.network, start: double.initialState()) : nil
  }

  /// N + R; N in rate form.
  public var dimension: Int { double.dimension }
  /// N.
  public var recordedDimension: Int { double.recordedDimension }
  /// R.
  public var rank: Int { double.rank }
  /// K.
  public var inputCount: Int { double.inputCount }
  /// O.
  public var outputCount: Int { double.outputCount }
  /// As many as in double precision, so that either precision runs the same blocks.
  public var trialsPerBlock: Int { double.trialsPerBlock }

  /// The state at t = 0.
  public func initialState() -> [Double] { double.initialState() }

  /// τ times the state's derivative, in double precision.
  public func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    double.derivative(of: state, input: input, noiseVariance: noiseVariance, into: &derivative)
  }

  /// κ of a state.
  public func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    double.latents(of: state, into: &latents)
  }

  /// z of a state, in double precision.
  public func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)
  {
    double.outputs(of: state, noiseVariance: noiseVariance, into: &outputs)
  }

  /// The fused loop over units, in single precision; a dense J in double.
  public func runEuler(_ block: TrialBlock) {
    if let loop { loop.run(block) } else { double.runEuler(block) }
  }
}
