// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Any dynamics with the default Euler loop in place of its own.
struct PlainEuler<Base: Dynamics>: Dynamics {
  let base: Base
  var dimension: Int { base.dimension }
  var recordedDimension: Int { base.recordedDimension }
  var rank: Int { base.rank }
  var inputCount: Int { base.inputCount }
  var outputCount: Int { base.outputCount }
  func initialState() -> [Double] { base.initialState() }
  func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    base.derivative(of: state, input: input, noiseVariance: noiseVariance, into: &derivative)
  }
  func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    base.latents(of: state, into: &latents)
  }
  func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>) {
    base.outputs(of: state, noiseVariance: noiseVariance, into: &outputs)
  }
}
