extension ManifoldDynamics: ReducedDynamics {
  /// φ.
  public var transfer: TransferFunction { network.transfer }

  /// Flow, readouts and their analytic derivatives on the manifold itself, where the residual has decayed (c = 0):
  ///
  ///     ∂(nᵀφ/N)_r/∂q_j = (1/N) Σᵢ n_ir φ'(xᵢ + bᵢ) y_ij      y = (m, I), q = (κ, v)
  ///
  /// The full network has the eigenvalues of the κ-block and N - R times -1/τ.
  public func linearisation(kappa: [Double], input: [Double], noiseVariance: Double) -> Linearisation {
    precondition(kappa.count == rank && input.count == inputCount, "κ has R values and v has K")
    let q = kappa + input
    let state = q + [0]
    let x = activation(at: state.span)
    var (flow, jacobian) = weighted(
      network.n, at: x, bias: network.bias?.values, noiseVariance: noiseVariance)
    for r in 0..<rank {
      flow[r] -= kappa[r]
      jacobian[r, r] -= 1
    }
    let (outputs, slopes) = weighted(
      network.readouts, at: x, bias: network.bias.flatMap { $0.reachesReadout ? $0.values : nil },
      noiseVariance: noiseVariance)
    return Linearisation(flow: flow, jacobian: jacobian, outputs: outputs, outputJacobian: slopes)
  }

  /// (1/N) aᵀφ for every column a of `weights`, and its derivatives by κ and v.
  private func weighted(_ weights: Matrix, at x: [Double], bias: [Double]?, noiseVariance: Double) -> (
    values: [Double], slopes: Matrix
  ) {
    let count = network.unitCount
    let activations = bias.map { zip(x, $0).map { $0 + $1 } } ?? x
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
        let vector = j < rank ? network.m.column(j) : network.inputs.column(j - rank)
        slopes[a, j] = inner(vector, weightedGains[...]) / Double(count)
      }
    }
    return (values, slopes)
  }

  private func inner(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { b in dot(a, b) } }
  }
}
