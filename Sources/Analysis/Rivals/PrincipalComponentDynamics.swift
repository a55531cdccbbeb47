import LowRank

/// The rival everybody knows: principal components of the network's activity, and the network's dynamics projected on them.
///
///     x ≈ U a      τ da/dt = -a + Uᵀ( (1/N) m nᵀφ(U a + b) + I u )      z = (1/N) wᵀφ(U a + b)
///
/// U are the leading d right singular vectors of visited states without a mean taken off (x = 0 is the resting state).
/// Since x stays in the span of [m I], d = R + K is the exact manifold in other coordinates; fewer are an approximation.
/// Every step still needs N rates and tells nothing about populations.
public struct PrincipalComponentDynamics: Dynamics {
  private let network: Network
  /// U, (N, d).
  public let components: Matrix
  /// Share of the states' mean square that each component carries, in descending order.
  public let shares: [Double]
  private let drive: Matrix
  private let feedback: Matrix
  private let projection: Matrix

  /// Components of the states (κ, v) visited under a stimulus.
  ///
  /// - Parameter dimensions: d, 1…R + K.
  /// - Throws: `LinearAlgebraError` when states are not finite or GSL fails.
  public init(_ network: Network, stimulus: Stimulus, alpha: Double, dimensions: Int)
    throws(LinearAlgebraError)
  {
    let free = network.rank + network.inputCount
    precondition((1...free).contains(dimensions), "between one component and R + K")
    let run = Simulation(alpha: alpha, keepsStates: true).run(try ManifoldDynamics(network), under: stimulus)
    let states = run.states ?? []
    let span = network.m.appending(columnsOf: network.inputs)
    let found = try PrincipalComponents(of: states, in: span, centred: false, keeping: dimensions)
    shares = Array(found.shares.prefix(dimensions))
    components = found.directions
    self.network = network
    feedback = components.transposed.times(network.m)
    drive = components.transposed.times(network.inputs)
    projection = try SingularValueDecomposition(of: span).pseudoInverse().times(components)
  }

  /// d.
  public var dimension: Int { components.columns }
  /// R.
  public var rank: Int { network.rank }
  /// K.
  public var inputCount: Int { network.inputCount }
  /// O.
  public var outputCount: Int { network.outputCount }

  /// a = 0: units without activity.
  public func initialState() -> [Double] { [Double](repeating: 0, count: dimension) }

  /// -a + Uᵀ(m nᵀφ/N + I u).
  public func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    let sums = weightedRates(at: state, network.n, biased: true)
    for d in 0..<dimension {
      var value = -state[d]
      for r in 0..<rank { value += feedback[d, r] * sums[r] }
      for k in 0..<inputCount { value += drive[d, k] * input[k] }
      derivative[d] = value
    }
  }

  /// κ of U a, by the joint projection on [m I].
  public func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    for r in 0..<rank {
      latents[r] = 0
      for d in 0..<dimension { latents[r] += projection[r, d] * state[d] }
    }
  }

  /// z = wᵀφ(U a + b)/N.
  public func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)
  {
    let sums = weightedRates(at: state, network.readouts, biased: network.bias?.reachesReadout ?? true)
    for o in 0..<outputCount { outputs[o] = sums[o] }
  }

  private func weightedRates(at state: Span<Double>, _ weights: Matrix, biased: Bool) -> [Double] {
    var sums = [Double](repeating: 0, count: weights.columns)
    for unit in 0..<network.unitCount {
      var x = biased ? network.bias?.values[unit] ?? 0 : 0
      for d in 0..<dimension { x += components[unit, d] * state[d] }
      let rate = network.transfer.value(x) / Double(network.unitCount)
      for a in 0..<weights.columns { sums[a] += weights[unit, a] * rate }
    }
    return sums
  }
}

extension Matrix {
  /// The matrix product.
  fileprivate func times(_ other: Matrix) -> Matrix {
    precondition(columns == other.rows, "inner dimensions agree")
    return Matrix(rows: rows, columns: other.columns) { i, j in
      (0..<columns).reduce(0) { $0 + self[i, $1] * other[$1, j] }
    }
  }
}
