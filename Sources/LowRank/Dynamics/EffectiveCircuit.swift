/// The Gaussian circuit: R + K equations in (κ, v) whose couplings are a network's means and covariances.
///
/// Loadings (m, n, I, w) of a unit are taken as a mixture Σ_p α_p N(ȳ_p, C_p). With q = (κ, v, 1) on (m, I, b):
///
///     μ_p = q·ȳ_p      Δ_p² = qᵀ C_p q + private noise
///     E[a φ] = Σ_p α_p { ā_p ⟨φ⟩_p + (C_p q)_a ⟨φ'⟩_p }                 a = n for κ, a = w for the readout
///     τ dκ/dt = -κ + E[n φ]      τ dv/dt = -v + u      z = E[w φ]
///
/// by Stein's lemma (Dubreuil et al. 2022, Beiran et al. 2021; derivation in notes/theory.md). All cross terms of Δ²
/// are kept.
public struct EffectiveCircuit: Dynamics, Hashable {
  /// The means and covariances it is made of.
  public let statistics: ConnectivityStatistics
  /// φ.
  public let transfer: TransferFunction
  /// Whether a bias, if there is one, also acts on the rates that are read out.
  public let biasReachesReadout: Bool

  private let gain: Gain
  /// Per population, flattened: fraction-free means and covariances of the drive (m, I, b), then of the weights (n, w)
  /// with the drive, already multiplied by α_p.
  private let coefficients: [Double]
  private let stride: Int

  /// The circuit of given statistics.
  public init(
    _ statistics: ConnectivityStatistics, transfer: TransferFunction, biasReachesReadout: Bool = true
  ) {
    self.statistics = statistics
    self.transfer = transfer
    self.biasReachesReadout = biasReachesReadout
    gain = Gain(transfer)
    let layout = statistics.layout
    let (weights, drives) = (layout.weightCount, layout.driveCount)
    stride = drives + drives * drives + weights + weights * drives
    coefficients = statistics.populations.flatMap { population -> [Double] in
      let mean = population.mean
      let covariance = population.covariance
      var row = Array(mean[weights...])
      for i in 0..<drives { for j in 0..<drives { row.append(covariance[weights + i, weights + j]) } }
      for a in 0..<weights { row.append(population.fraction * mean[a]) }
      for a in 0..<weights {
        for j in 0..<drives { row.append(population.fraction * covariance[a, weights + j]) }
      }
      return row
    }
  }

  /// The circuit of a network, one population or, with `labels`, several.
  ///
  /// - Throws: `ShapeError` when the labels do not fit.
  public init(of network: Network, labels: [Int]? = nil) throws(ShapeError) {
    self.init(
      try ConnectivityStatistics(of: network, labels: labels), transfer: network.transfer,
      biasReachesReadout: network.bias?.reachesReadout ?? true)
  }

  /// R + K.
  public var dimension: Int { rank + inputCount }
  /// R.
  public var rank: Int { statistics.layout.rank }
  /// K.
  public var inputCount: Int { statistics.layout.inputCount }
  /// O.
  public var outputCount: Int { statistics.layout.outputCount }

  /// (κ, v) = 0: units without activity.
  public func initialState() -> [Double] { [Double](repeating: 0, count: dimension) }

  /// (-κ + E[n φ], -v + u).
  public func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    for i in 0..<rank { derivative[i] = -state[i] }
    for k in 0..<inputCount { derivative[rank + k] = -state[rank + k] + input[k] }
    addAverages(at: state, weights: 0..<rank, bias: 1, noiseVariance: noiseVariance, into: &derivative)
  }

  /// κ is the state's own first part.
  public func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    for r in 0..<rank { latents[r] = state[r] }
  }

  /// z = E[w φ].
  public func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)
  {
    for o in 0..<outputCount { outputs[o] = 0 }
    addAverages(
      at: state, weights: rank..<(rank + outputCount), bias: biasReachesReadout ? 1 : 0,
      noiseVariance: noiseVariance, into: &outputs)
  }

  /// Adds E[a φ] of the weights a in a range to `result`, whose first element belongs to the first of them.
  private func addAverages(
    at state: Span<Double>, weights: Range<Int>, bias: Double, noiseVariance: Double,
    into result: inout MutableSpan<Double>
  ) {
    let layout = statistics.layout
    let drives = layout.driveCount
    let free = dimension
    @inline(__always) func q(_ j: Int) -> Double { j < free ? state[j] : bias }
    let table = coefficients.span
    var base = 0
    while base < table.count {
      let covariances = base + drives
      let means = covariances + drives * drives
      let couplings = means + layout.weightCount
      var mu = 0.0
      var variance = noiseVariance
      for j in 0..<drives {
        mu += table[base + j] * q(j)
        var row = 0.0
        for k in 0..<drives { row += table[covariances + j * drives + k] * q(k) }
        variance += row * q(j)
      }
      let (rate, gain) = gain.rateAndGain(mean: mu, variance: variance)
      for a in weights {
        var coupling = 0.0
        for j in 0..<drives { coupling += table[couplings + a * drives + j] * q(j) }
        result[a - weights.lowerBound] += table[means + a] * rate + coupling * gain
      }
      base += stride
    }
  }
}

extension EffectiveCircuit {
  /// Two circuits are equal when their parameters are.
  public static func == (left: EffectiveCircuit, right: EffectiveCircuit) -> Bool {
    left.statistics == right.statistics && left.transfer == right.transfer
      && left.biasReachesReadout == right.biasReachesReadout
  }

  /// Feeds the parameters into a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(statistics)
    hasher.combine(transfer)
    hasher.combine(biasReachesReadout)
  }
}
