// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A slip made on purpose, to show what it does: the circuit of one population whose gains follow the input u itself
/// instead of v, the input filtered by the units. Everything else is `EffectiveCircuit`'s.
///
///     τ dκ/dt = -κ + [σ_nm κ + σ_nI v] ⟨φ'⟩(Δ(κ, u)) + …
///
/// No network has these dynamics: units react to their input with the time constant τ. z is read with v, for a state
/// alone does not say what the input is.
public struct UnfilteredGainCircuit: Dynamics {
  /// The circuit without the slip.
  public let circuit: EffectiveCircuit
  private let gain: Gain

  /// The slip version of a circuit of one population without bias.
  public init(_ circuit: EffectiveCircuit) {
    precondition(
      circuit.statistics.populations.count == 1 && !circuit.statistics.layout.hasBias,
      "one population without bias")
    self.circuit = circuit
    gain = Gain(circuit.transfer)
  }

  /// R + K.
  public var dimension: Int { circuit.dimension }
  /// R.
  public var rank: Int { circuit.rank }
  /// K.
  public var inputCount: Int { circuit.inputCount }
  /// O.
  public var outputCount: Int { circuit.outputCount }
  /// (κ, v) = 0.
  public func initialState() -> [Double] { circuit.initialState() }

  /// The derivative with Δ and μ from (κ, u), couplings from (κ, v).
  public func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    let population = circuit.statistics.populations[0]
    let filtered = (0..<dimension).map { state[$0] }
    let (mean, variance) = population.moments(
      along: Array(filtered.prefix(rank)) + (0..<inputCount).map { input[$0] })
    let average = gain.rateAndGain(mean: mean, variance: variance + noiseVariance)
    for r in 0..<rank {
      let coupling = population.coupling(of: r, along: filtered)
      derivative[r] = -state[r] + population.mean[r] * average.rate + coupling * average.gain
    }
    for k in 0..<inputCount { derivative[rank + k] = -state[rank + k] + input[k] }
  }

  /// κ is the state's own first part.
  public func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    circuit.latents(of: state, into: &latents)
  }

  /// z of the circuit.
  public func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)
  {
    circuit.outputs(of: state, noiseVariance: noiseVariance, into: &outputs)
  }
}
