/// The full network: N units, state x.
///
///     τ dx/dt = -x + (1/N) m nᵀ φ(x + b) + I u        z = (1/N) wᵀ φ(x + b)
///
/// J is never formed: a step costs N (2R + K + O) products and N values of φ. κ is the joint projection of x on
/// [m I] (theory, section "Exact manifold").
public struct NetworkDynamics: Dynamics {
  /// The network that is simulated.
  public let network: Network
  private let start: [Double]
  let projection: LatentProjection
  private let loop: NetworkEuler<Double>

  /// The dynamics of a network, from x(0) = `initialState` (N values) or zero.
  ///
  /// - Throws: `LinearAlgebraError` when the projection on [m I] cannot be computed.
  public init(_ network: Network, initialState: [Double]? = nil) throws(LinearAlgebraError) {
    precondition(
      initialState == nil || initialState?.count == network.unitCount, "x(0) has one value per unit")
    self.network = network
    start = initialState ?? [Double](repeating: 0, count: network.unitCount)
    projection = try LatentProjection(network)
    loop = NetworkEuler(network, projection: projection, initialState: start)
  }

  /// N.
  public var dimension: Int { network.unitCount }
  /// R.
  public var rank: Int { network.rank }
  /// K.
  public var inputCount: Int { network.inputCount }
  /// O.
  public var outputCount: Int { network.outputCount }

  /// Whether x determines κ: the columns of [m I] are linearly independent. If they are not, `latents` is the shortest of
  /// the many solutions, and differs from the manifold's κ, which z does not.
  public var determinesLatents: Bool { projection.isUnique }

  /// x(0).
  public func initialState() -> [Double] { start }

  /// -x + m (nᵀφ/N) + I u.
  public func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    let count = network.unitCount
    var drive = [Double](repeating: 0, count: rank + inputCount)
    weightedRates(of: state, weights: network.n, bias: network.bias?.values, into: &drive)
    for k in 0..<inputCount { drive[rank + k] = input[k] }
    for i in 0..<count { derivative[i] = -state[i] }
    for (j, coefficient) in drive.enumerated() {
      let vector = j < rank ? network.m.column(j) : network.inputs.column(j - rank)
      for (i, value) in zip(0..<count, vector) { derivative[i] += value * coefficient }
    }
  }

  /// κ, the joint projection of x on [m I].
  public func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    projection.project(state, into: &latents)
  }

  /// z = wᵀφ/N.
  public func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)
  {
    var sums = [Double](repeating: 0, count: outputCount)
    let bias = network.bias.flatMap { $0.reachesReadout ? $0.values : nil }
    weightedRates(of: state, weights: network.readouts, bias: bias, into: &sums)
    for o in 0..<outputCount { outputs[o] = sums[o] }
  }

  /// As many as keep x in the second-level cache, and two at least: they share each read of the vectors.
  public var trialsPerBlock: Int { max(2, min(16, 32768 / max(1, network.unitCount))) }

  /// The fused loop over units.
  public func runEuler(_ block: TrialBlock) { loop.run(block) }

  /// (1/N) Σᵢ aᵢ φ(xᵢ + bᵢ) for every column a of `weights`.
  private func weightedRates(of x: Span<Double>, weights: Matrix, bias: [Double]?, into sums: inout [Double])
  {
    let count = network.unitCount
    let rates = (0..<count).map { network.transfer.value(x[$0] + (bias?[$0] ?? 0)) }
    weights.elements.withUnsafeBufferPointer { weights in
      rates.withUnsafeBufferPointer { rates in
        for a in 0..<(weights.count / count) {
          let column = UnsafeBufferPointer(rebasing: weights[(a * count)..<((a + 1) * count)])
          sums[a] = dot(column, rates) / Double(count)
        }
      }
    }
  }
}
