// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The network on its exact manifold: R + K numbers instead of N, for any N and any φ.
///
///     current form  x(t) = m κ + I v + c v_c + x⊥(0) e                        q = (κ, v, v_c, e, 1)
///                   τ dκ/dt = -κ + nᵀφ(a)/N   τ dv/dt = -v + u   z = wᵀφ(a)/N + z₀
///     rate form     τ dκ/dt = -κ + nᵀφ(a)/N   τ dζ/dt = -ζ + wᵀφ(a)/N   z = ζ + z₀   q = (κ, u, 1)
///
/// with a unit's argument a = Σ_j y_j q_j, the sum of its loadings m, I, c, x0, b times their drives (`LoadingLayout`):
/// v_c is the filtered input of a bias in the current (u ≡ 1), e that of the initial state's part outside the span of m and
/// I (u ≡ 0, e(0) = 1). In rate form inputs act unfiltered and the readout is filtered.
///
/// Not an approximation of m nᵀ/N: forward Euler of this system equals forward Euler of that network step for step, which
/// is what tests every importer and simulator. Its cost is still N values of φ per step.
/// State: κ, v, and v_c and e where there are such; in rate form κ, ζ.
public struct ManifoldDynamics: Dynamics {
  /// The network that is reduced.
  public let network: Network
  private let start: [Double]
  private let kernel: UnitKernel<Double>
  /// Y, the vectors that span a unit's argument, (N, D), b last.
  let drives: Matrix
  /// The vectors it is made of, and their order.
  public let layout: LoadingLayout
  /// Averages over private noise, should there be any.
  let gain: Gain

  /// The manifold of a network, from its own initial state or from another.
  ///
  /// - Parameters:
  ///   - network: the network; of a dense J its m nᵀ/N.
  ///   - initialState: x(0), or r(0) in rate form, N values, if not the network's own.
  /// - Throws: `LinearAlgebraError` when the initial state does not fit or cannot be projected on [m I].
  public init(_ network: Network, initialState: [Double]? = nil) throws(LinearAlgebraError) {
    let network = try network.started(at: initialState)
    self.network = network
    gain = Gain(network.transfer)
    layout = network.layout
    drives = network.driveVectors
    // The bias is in the kernel's hands: a readout may not see it.
    let spanned = Matrix(
      rows: network.unitCount, columns: layout.driveCount - (layout.hasBias ? 1 : 0),
      elements: Array(
        drives.elements.prefix(network.unitCount * (layout.driveCount - (layout.hasBias ? 1 : 0)))))
    kernel = UnitKernel(network, drives: spanned, bias: network.bias?.values)
    // The circuit of the same settings starts where the manifold does.
    start = DynamicsSettings.initialState(layout, network.settings)
  }

  /// Current form: R + K, and one each for c and x0. Rate form: R + O.
  public var dimension: Int { start.count }
  /// R.
  public var rank: Int { network.rank }
  /// K.
  public var inputCount: Int { network.inputCount }
  /// O.
  public var outputCount: Int { network.outputCount }

  /// The state at t = 0.
  public func initialState() -> [Double] { start }

  /// (-κ + nᵀφ/N, -v + u, …), in rate form (-κ + nᵀφ/N, -ζ + wᵀφ/N).
  public func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    for i in 0..<dimension { derivative[i] = -state[i] }
    switch network.form {
    case .current:
      for k in 0..<inputCount { derivative[rank + k] += input[k] }
      for (k, value) in layout.constantInputs.enumerated() { derivative[rank + inputCount + k] += value }
      let sums = weightedRates(network.n, drive: drive(at: state, bias: 1), noiseVariance: noiseVariance)
      for r in 0..<rank { derivative[r] += sums[r] }
    case .rate:
      let drive = (0..<rank).map { state[$0] } + (0..<inputCount).map { input[$0] } + layout.stationaryExtras
      let sums = weightedRates(network.weightVectors, drive: drive, noiseVariance: 0)
      for a in sums.indices { derivative[a] += sums[a] }
    }
  }

  /// κ is the state's own first part.
  public func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    for r in 0..<rank { latents[r] = state[r] }
  }

  /// z = wᵀφ/N + z₀, in rate form ζ + z₀.
  public func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)
  {
    for o in 0..<outputCount { outputs[o] = network.readoutBias[o] }
    switch network.form {
    case .current:
      let bias = network.bias?.reachesReadout ?? true ? 1.0 : 0
      let sums = weightedRates(
        network.readouts, drive: drive(at: state, bias: bias), noiseVariance: noiseVariance)
      for o in 0..<outputCount { outputs[o] += sums[o] }
    case .rate: for o in 0..<outputCount { outputs[o] += state[rank + o] }
    }
  }

  /// q = (κ, v, v_c, e, 1) of a state in current form.
  private func drive(at state: Span<Double>, bias: Double) -> [Double] {
    (0..<layout.driveCount).map { $0 < dimension ? state[$0] : bias }
  }

  /// A few, which share each read of the vectors.
  public var trialsPerBlock: Int { 8 }

  /// Euler by the fused kernel: one pass over the units gives the sums of n for the next step and of w for z.
  public func runEuler(_ block: TrialBlock) {
    switch network.form {
    case .current:
      // Averages over private noise have no kernel.
      guard block.noise == nil else { return runEulerByDefinition(block) }
      runCurrentForm(block)
    case .rate: runRateForm(block)
    }
  }

  private func runCurrentForm(_ block: TrialBlock) {
    let (free, weights, alpha) = (dimension, rank + outputCount, block.alpha)
    let constants = layout.constantInputs
    var states = [Double]()
    for _ in 0..<block.count { states += start }
    var sums = [Double](repeating: 0, count: block.count * weights)
    func evaluate() {
      kernel.step(trials: block.count, decay: 0, coefficients: states, from: nil, to: nil, sums: &sums)
    }
    evaluate()
    for step in 0..<block.steps {
      for trial in 0..<block.count {
        let base = trial * free
        let row = (trial * block.steps + step) * inputCount
        for r in 0..<rank { states[base + r] += alpha * (sums[trial * weights + r] - states[base + r]) }
        for k in 0..<inputCount {
          states[base + rank + k] += alpha * (block.input[row + k] - states[base + rank + k])
        }
        for (k, value) in constants.enumerated() {
          let place = base + rank + inputCount + k
          states[place] += alpha * (value - states[place])
        }
      }
      evaluate()
      if step < block.firstKept { continue }
      for trial in 0..<block.count {
        let state = states[(trial * free)..<((trial + 1) * free)]
        block.record(
          trial: trial, step: step, kappa: Array(state.prefix(rank)),
          outputs: (0..<outputCount).map { sums[trial * weights + rank + $0] + network.readoutBias[$0] },
          state: Array(state))
      }
    }
  }

  private func runRateForm(_ block: TrialBlock) {
    let (weights, alpha) = (rank + outputCount, block.alpha)
    var states = [Double]()
    for _ in 0..<block.count { states += start }
    var drive = [Double](repeating: 0, count: block.count * kernel.drives)
    var sums = [Double](repeating: 0, count: block.count * weights)
    for step in 0..<block.steps {
      for trial in 0..<block.count {
        let (base, row) = (trial * kernel.drives, (trial * block.steps + step) * inputCount)
        for r in 0..<rank { drive[base + r] = states[trial * weights + r] }
        for k in 0..<inputCount { drive[base + rank + k] = block.input[row + k] }
      }
      kernel.step(trials: block.count, decay: 0, coefficients: drive, from: nil, to: nil, sums: &sums)
      // κ and ζ are filtered by the same equation.
      for i in states.indices { states[i] += alpha * (sums[i] - states[i]) }
      if step < block.firstKept { continue }
      for trial in 0..<block.count {
        let state = states[(trial * weights)..<((trial + 1) * weights)]
        block.record(
          trial: trial, step: step, kappa: Array(state.prefix(rank)),
          outputs: zip(state.dropFirst(rank), network.readoutBias).map { $0 + $1 }, state: Array(state))
      }
    }
  }

  /// A unit's argument a = Σ_j y_j q_j, N values.
  func argument(_ q: [Double]) -> [Double] {
    let count = network.unitCount
    var x = [Double](repeating: 0, count: count)
    for (j, coefficient) in q.enumerated() where coefficient != 0 {
      for (i, value) in zip(0..<count, drives.column(j)) { x[i] += value * coefficient }
    }
    return x
  }

  /// ⟨φ⟩ and ⟨φ'⟩ of every unit over private noise.
  func averages(at means: [Double], noiseVariance: Double) -> (rates: [Double], gains: [Double]) {
    var rates = means
    var gains = means
    gain.rateAndGain(
      means: means, variances: [Double](repeating: noiseVariance, count: means.count), rates: &rates,
      gains: &gains)
    return (rates, gains)
  }

  /// (1/N) Σᵢ aᵢ ⟨φ⟩(Y q)ᵢ for every column a of `weights`, the average being over private noise.
  private func weightedRates(_ weights: Matrix, drive: [Double], noiseVariance: Double) -> [Double] {
    var rates = argument(drive)
    if noiseVariance > 0 {
      rates = averages(at: rates, noiseVariance: noiseVariance).rates
    } else {
      for i in rates.indices { rates[i] = network.transfer.value(rates[i]) }
    }
    return meanProducts(weights, rates)
  }
}

/// aᵀr/N for every column a of `weights`, (N, A), r of N values.
func meanProducts(_ weights: Matrix, _ rates: [Double]) -> [Double] {
  let count = weights.rows
  return weights.elements.withUnsafeBufferPointer { weights in
    rates.withUnsafeBufferPointer { rates in
      (0..<(weights.count / count)).map { a in
        dot(UnsafeBufferPointer(rebasing: weights[(a * count)..<((a + 1) * count)]), rates) / Double(count)
      }
    }
  }
}
