// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The Gaussian circuit: R + K equations in (κ, v) whose couplings are a network's means and covariances.
///
/// Loadings of a unit are taken as a mixture Σ_p α_p N(ȳ_p, C_p). With q the coefficients of the drives (`LoadingLayout`):
///
///     μ_p = q·ȳ_p      Δ_p² = qᵀ C_p q + private noise
///     E[a φ] = Σ_p α_p { ā_p ⟨φ⟩_p + (C_p q)_a ⟨φ'⟩_p }                 a = n for κ, a = w for the readout
///
///     current form  τ dκ/dt = -κ + E[n φ]   τ dv/dt = -v + u   q = (κ, v, v_c, e, 1)   z = E[w φ] + z₀
///     rate form     τ dκ/dt = -κ + E[n φ]   τ dζ/dt = -ζ + E[w φ]   q = (κ, u, 1)      z = ζ + z₀
///
/// by Stein's lemma (Dubreuil et al. 2022, Beiran et al. 2021; derivation in notes/theory.md). All cross terms of Δ²
/// are kept. v_c and e are the filtered inputs of a bias in the current (u ≡ 1) and of an initial state outside the span of
/// m and I (u ≡ 0, e(0) = 1). In rate form private noise on r averages out of κ and ζ, and is not in Δ².
public struct EffectiveCircuit: Dynamics, Hashable {
  /// The means and covariances it is made of.
  public let statistics: ConnectivityStatistics
  /// φ, form, z₀ and where the latents start.
  public let settings: DynamicsSettings
  /// The state at t = 0.
  private let start: [Double]

  /// The averages of φ.
  let gain: Gain
  /// The populations' parameters as a step needs them.
  let flattened: [FlatPopulation]
  /// The same for many trials side by side; circuits that differ in their start alone share it.
  private let kernel: PreparedCircuitKernel

  /// One population, its parameters of n and w multiplied by α_p. D drives, A weights (n, w).
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
  ///
  /// - Parameters:
  ///   - statistics: means and covariances.
  ///   - settings: φ, form, z₀ and start; a start or z₀ whose sizes do not fit the statistics counts as zero.
  public init(_ statistics: ConnectivityStatistics, settings: DynamicsSettings) {
    self.statistics = statistics
    self.settings = settings
    start = DynamicsSettings.initialState(statistics.layout, settings)
    gain = Gain(settings.transfer)
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

  /// The circuit of given statistics, in current form and from zero.
  public init(
    _ statistics: ConnectivityStatistics, transfer: TransferFunction, biasReachesReadout: Bool = true
  ) {
    self.init(
      statistics, settings: DynamicsSettings(transfer: transfer, biasReachesReadout: biasReachesReadout))
  }

  /// The circuit of a network's m nᵀ/N, one population or, with `labels`, several.
  ///
  /// - Throws: `ShapeError` when the labels do not fit.
  public init(of network: Network, labels: [Int]? = nil) throws(ShapeError) {
    self.init(try ConnectivityStatistics(of: network, labels: labels), settings: network.settings)
  }

  /// The same circuit with other means and covariances, of the same layout.
  public func replacing(statistics: ConnectivityStatistics) -> EffectiveCircuit {
    EffectiveCircuit(statistics, settings: settings)
  }

  /// Current form or rate form.
  public var form: NetworkForm { settings.form }
  /// Whether a bias, if there is one, also acts on the rates that are read out.
  public var biasReachesReadout: Bool { settings.biasReachesReadout || settings.form == .rate }

  /// Current form: R + K, and one each for c and x0. Rate form: R + O.
  public var dimension: Int { start.count }
  /// R.
  public var rank: Int { statistics.layout.rank }
  /// K.
  public var inputCount: Int { statistics.layout.inputCount }
  /// O.
  public var outputCount: Int { statistics.layout.outputCount }

  /// The same circuit from another state, of which the first values are given: κ(0), then v(0) (rate form: ζ(0)). The
  /// rest starts where it did.
  public func starting(at start: [Double]) -> EffectiveCircuit {
    EffectiveCircuit(self, start: start)
  }

  private init(_ circuit: EffectiveCircuit, start: [Double]) {
    precondition(start.count <= circuit.dimension, "a start has no more values than the state")
    statistics = circuit.statistics
    gain = circuit.gain
    flattened = circuit.flattened
    kernel = circuit.kernel
    self.start = start + circuit.start.dropFirst(start.count)
    let (rank, inputs) = (circuit.rank, circuit.inputCount)
    let rest = self.start.dropFirst(rank)
    var settings = circuit.settings
    settings.start = ReducedStart(
      kappa: Array(self.start.prefix(rank)),
      filtered: settings.form == .current
        ? Array(rest.prefix(inputs)) : [Double](repeating: 0, count: inputs),
      readouts: settings.form == .rate ? Array(rest) : [Double](repeating: 0, count: circuit.outputCount))
    self.settings = settings
  }

  /// The state at t = 0; zero, units without activity, unless the settings say otherwise.
  public func initialState() -> [Double] { start }

  /// (-κ + E[n φ], -v + u, …), in rate form (-κ + E[n φ], -ζ + E[w φ]).
  public func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    for i in 0..<dimension { derivative[i] = -state[i] }
    switch form {
    case .current:
      for k in 0..<inputCount { derivative[rank + k] += input[k] }
      for (k, value) in statistics.layout.constantInputs.enumerated() {
        derivative[rank + inputCount + k] += value
      }
      addAverages(
        drive: drive(at: state, bias: 1), weights: 0..<rank, noiseVariance: noiseVariance, into: &derivative)
    case .rate:
      addAverages(
        drive: drive(at: state, input: input), weights: 0..<(rank + outputCount), noiseVariance: 0,
        into: &derivative)
    }
  }

  /// κ is the state's own first part.
  public func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    for r in 0..<rank { latents[r] = state[r] }
  }

  /// z = E[w φ] + z₀, in rate form ζ + z₀.
  public func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)
  {
    for o in 0..<outputCount { outputs[o] = settings.readoutBias(o) }
    switch form {
    case .current:
      addAverages(
        drive: drive(at: state, bias: biasReachesReadout ? 1 : 0), weights: rank..<(rank + outputCount),
        noiseVariance: noiseVariance, into: &outputs)
    case .rate: for o in 0..<outputCount { outputs[o] += state[rank + o] }
    }
  }

  /// q = (κ, v, v_c, e, 1) of a state in current form.
  private func drive(at state: Span<Double>, bias: Double) -> [Double] {
    (0..<statistics.layout.driveCount).map { $0 < dimension ? state[$0] : bias }
  }

  /// q = (κ, u, 1) of a state in rate form.
  private func drive(at state: Span<Double>, input: Span<Double>) -> [Double] {
    (0..<rank).map { state[$0] } + (0..<inputCount).map { input[$0] } + statistics.layout.stationaryExtras
  }

  /// Adds E[a φ] of the weights a in a range to `result`, whose first element belongs to the first of them.
  private func addAverages(
    drive q: [Double], weights: Range<Int>, noiseVariance: Double, into result: inout MutableSpan<Double>
  ) {
    let drives = q.count
    for population in flattened {
      var mean = 0.0
      var variance = noiseVariance
      var next = 0
      for j in 0..<drives {
        mean += population.mean[j] * q[j]
        var row = 0.0
        for k in j..<drives {
          row += population.quadratic[next] * q[k]
          next += 1
        }
        variance += row * q[j]
      }
      let (rate, gain) = gain.rateAndGain(mean: mean, variance: variance)
      for a in weights {
        var coupling = 0.0
        for j in 0..<drives { coupling += population.couplings[a * drives + j] * q[j] }
        result[a - weights.lowerBound] += population.weights[a] * rate + coupling * gain
      }
    }
  }

  /// Enough that the processor seldom waits for the last of them, few enough that they stay in the first-level cache.
  public var trialsPerBlock: Int { 128 }

  /// Forward Euler of all trials of a block side by side.
  public func runEuler(_ block: TrialBlock) {
    switch form {
    case .current: CircuitBlock(self, kernel: kernel(of: self), for: block).run(block)
    case .rate:
      RateCircuitBlock(self, kernel: kernel(of: self), for: block)
        .run(block, readoutBias: (0..<outputCount).map(settings.readoutBias))
    }
  }
}

extension EffectiveCircuit {
  /// Two circuits are equal when their parameters and initial states are.
  public static func == (left: EffectiveCircuit, right: EffectiveCircuit) -> Bool {
    left.statistics == right.statistics && left.settings == right.settings && left.start == right.start
  }

  /// Feeds the parameters into a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(statistics)
    hasher.combine(settings)
    hasher.combine(start)
  }
}
