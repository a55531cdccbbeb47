// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension ManifoldDynamics: ReducedDynamics {
  /// φ, form, z₀ and start.
  public var settings: DynamicsSettings { network.settings }

  /// The manifold of the network without its readouts.
  public var latentsAlone: ManifoldDynamics {
    if outputCount == 0 { return self }
    return (try? ManifoldDynamics(network.withoutReadouts())) ?? self
  }

  /// Flow, readouts and their analytic derivatives under a constant input, where all that decays has decayed (c's drive
  /// is 1, that of x0 is 0):
  ///
  ///     ∂(nᵀφ/N)_r/∂q_j = (1/N) Σᵢ n_ir φ'(aᵢ) y_ij      y = (m, I), q = (κ, v)
  ///
  /// The full network has the eigenvalues of the κ-block and N - R times -1/τ.
  public func linearisation(kappa: [Double], input: [Double], noiseVariance: Double) -> Linearisation {
    precondition(kappa.count == rank && input.count == inputCount, "κ has R values and v has K")
    let variance = network.form == .rate ? 0 : noiseVariance
    var q = kappa + input + layout.stationaryExtras
    var (flow, jacobian) = weighted(network.n, at: argument(q), noiseVariance: variance)
    for r in 0..<rank {
      flow[r] -= kappa[r]
      jacobian[r, r] -= 1
    }
    if let bias = network.bias, !bias.reachesReadout { q[layout.driveCount - 1] = 0 }
    var (outputs, slopes) = weighted(network.readouts, at: argument(q), noiseVariance: variance)
    for o in 0..<outputCount { outputs[o] += network.readoutBias[o] }
    return Linearisation(flow: flow, jacobian: jacobian, outputs: outputs, outputJacobian: slopes)
  }

  /// (1/N) aᵀφ for every column a of `weights`, and its derivatives by κ and v.
  private func weighted(_ weights: Matrix, at activations: [Double], noiseVariance: Double) -> (
    values: [Double], slopes: Matrix
  ) {
    let count = network.unitCount
    let (rates, gains) =
      noiseVariance > 0
      ? averages(at: activations, noiseVariance: noiseVariance)
      : (activations.map(network.transfer.value), activations.map(network.transfer.derivative))
    var values = [Double](repeating: 0, count: weights.columns)
    var slopes = Matrix(rows: weights.columns, columns: rank + inputCount)
    var weightedGains = gains
    for a in 0..<weights.columns {
      let column = weights.column(a)
      for (i, weight) in zip(0..<count, column) { weightedGains[i] = weight * gains[i] }
      values[a] = inner(column, rates[...]) / Double(count)
      for j in 0..<slopes.columns {
        slopes[a, j] = inner(drives.column(j), weightedGains[...]) / Double(count)
      }
    }
    return (values, slopes)
  }

  private func inner(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { b in dot(a, b) } }
  }
}
