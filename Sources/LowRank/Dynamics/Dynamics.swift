// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A dynamical system in time units of τ, driven by inputs and read out: the common ground of the full network,
/// its exact manifold and the Gaussian circuit.
///
/// A conformer says how its state changes; every integration scheme, simulation and comparison follows from that.
/// States are plain vectors: x and κ for a network, (κ, v) or more for the reduced dynamics.
///
/// Requirements beyond the types, which the conformance suite checks: `derivative` is a pure function; `outputs` and
/// `latents` depend on the state alone; a state from `initialState()` has `dimension` finite elements.
public protocol Dynamics: Sendable {
  /// Number of state variables.
  var dimension: Int { get }
  /// How many of a state's first variables are kept where states are kept; all of them unless a conformer says less.
  var recordedDimension: Int { get }
  /// R, the number of latents κ.
  var rank: Int { get }
  /// K, the number of input channels.
  var inputCount: Int { get }
  /// O, the number of readouts.
  var outputCount: Int { get }

  /// The state at t = 0.
  func initialState() -> [Double]

  /// τ dX/dt.
  ///
  /// - Parameters:
  ///   - state: `dimension` values.
  ///   - input: u, K values.
  ///   - noiseVariance: variance that private noise has built up in each unit's x. The network, whose noise is in
  ///     its state, ignores it; the reduced dynamics add it to Δ².
  ///   - derivative: receives `dimension` values.
  func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>)

  /// κ of a state, R values.
  func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>)

  /// z of a state, O values.
  func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)

  /// How many trials it likes to run side by side.
  var trialsPerBlock: Int { get }

  /// Runs a block of trials with forward Euler. There is a default for all; a conformer with a faster way to the same
  /// numbers, to rounding, provides its own. Not all steps need be kept: `TrialBlock.row(trial:step:)` knows where one
  /// goes, and `record` heeds it.
  func runEuler(_ block: TrialBlock)
}
