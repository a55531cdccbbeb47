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
  /// (κ(0), v(0)), R + K values; zero unless `starting(at:)` says otherwise.
  private let start: [Double]

  /// The averages of φ.
  let gain: Gain
  /// The populations' parameters as a step needs them.
  let flattened: [FlatPopulation]
  /// The same for many trials side by side; circuits that differ in their start alone share it.
  private let kernel: PreparedCircuitKernel

  /// One population, its parameters of n and w multiplied by α_p. D drives (m, I, b), A weights (n, w).
  struct FlatPopulation: Sendable {
    /// ȳ of the drives, (D).
    let mean: [Double]
    /// The coefficients of Δ² in q: the upper triangle of C among the drives row by row, what is off the diagonal doubled.
    let quadratic: [Double]
    /// α_p ā of the weights, (A).
    let weights: [Double]
    /// α_p cov(a, y), row-major (A, D).
    let couplings: [Double]
  }

  /// The circuit of given statistics.
  public init(
    _ statistics: ConnectivityStatistics, transfer: TransferFunction, biasReachesReadout: Bool = true
  ) {
    self.statistics = statistics
    self.transfer = transfer
    self.biasReachesReadout = biasReachesReadout
    start = [Double](repeating: 0, count: statistics.layout.rank + statistics.layout.inputCount)
    gain = Gain(transfer)
    kernel = PreparedCircuitKernel()
    let drive = statistics.layout.weightCount..<statistics.layout.count
    let weights = 0..<statistics.layout.weightCount
    flattened = statistics.populations.map { population in
      FlatPopulation(
        mean: Array(population.mean[drive]),
        quadratic: drive.flatMap { i in
          (i..<drive.upperBound).map { (i == $0 ? 1 : 2) * population.covariance[i, $0] }
        },
        weights: weights.map { population.fraction * population.mean[$0] },
        couplings: weights.flatMap { a in drive.map { population.fraction * population.covariance[a, $0] } })
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

  /// The same circuit with another (κ(0), v(0)), R + K values.
  public func starting(at start: [Double]) -> EffectiveCircuit {
    EffectiveCircuit(self, start: start)
  }

  private init(_ circuit: EffectiveCircuit, start: [Double]) {
    precondition(start.count == circuit.dimension, "(κ(0), v(0)) has R + K values")
    statistics = circuit.statistics
    transfer = circuit.transfer
    biasReachesReadout = circuit.biasReachesReadout
    gain = circuit.gain
    flattened = circuit.flattened
    kernel = circuit.kernel
    self.start = start
  }

  /// (κ(0), v(0)); zero, units without activity, unless given.
  public func initialState() -> [Double] { start }

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
    let drives = statistics.layout.driveCount
    let free = dimension
    func q(_ j: Int) -> Double { j < free ? state[j] : bias }
    for population in flattened {
      var mean = 0.0
      var variance = noiseVariance
      var next = 0
      for j in 0..<drives {
        mean += population.mean[j] * q(j)
        var row = 0.0
        for k in j..<drives {
          row += population.quadratic[next] * q(k)
          next += 1
        }
        variance += row * q(j)
      }
      let (rate, gain) = gain.rateAndGain(mean: mean, variance: variance)
      for a in weights {
        var coupling = 0.0
        for j in 0..<drives { coupling += population.couplings[a * drives + j] * q(j) }
        result[a - weights.lowerBound] += population.weights[a] * rate + coupling * gain
      }
    }
  }

  /// Enough that the processor seldom waits for the last of them, few enough that they stay in the first-level cache.
  public var trialsPerBlock: Int { 128 }

  /// Forward Euler of all trials of a block side by side.
  public func runEuler(_ block: TrialBlock) {
    CircuitBlock(self, kernel: kernel(of: self), for: block).run(block)
  }
}

extension EffectiveCircuit {
  /// Two circuits are equal when their parameters and initial states are.
  public static func == (left: EffectiveCircuit, right: EffectiveCircuit) -> Bool {
    left.statistics == right.statistics && left.transfer == right.transfer
      && left.biasReachesReadout == right.biasReachesReadout && left.start == right.start
  }

  /// Feeds the parameters into a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(statistics)
    hasher.combine(transfer)
    hasher.combine(biasReachesReadout)
    hasher.combine(start)
  }
}
