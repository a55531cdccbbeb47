/// The network on its exact manifold: R + K numbers instead of N, for any N and any φ.
///
///     x(t) = m κ(t) + I v(t) + c(t) x⊥(0)      τ dκ/dt = -κ + (1/N) nᵀφ(x + b)      τ dv/dt = -v + u      τ dc/dt = -c
///
/// Not an approximation: forward Euler of this system equals forward Euler of the network step for step, which is
/// what tests every importer and simulator. Its cost is still N values of φ per step.
/// State: κ (R), v (K) and, unless x(0) lies in the span of [m I], c with c(0) = 1.
public struct ManifoldDynamics: Dynamics {
  /// The network that is reduced.
  public let network: Network
  private let start: [Double]
  private let residual: [Double]?
  private let kernel: UnitKernel<Double>
  /// Averages over private noise, should there be any.
  let gain: Gain

  /// The manifold of a network that starts from x(0) = `initialState` (N values) or zero.
  ///
  /// κ(0) and v(0) are the joint projection of x(0) on [m I]; what is left is x⊥(0), which only decays.
  ///
  /// - Throws: `LinearAlgebraError` when that projection cannot be computed.
  public init(_ network: Network, initialState: [Double]? = nil) throws(LinearAlgebraError) {
    self.network = network
    gain = Gain(network.transfer)
    kernel = UnitKernel(network)
    let count = network.rank + network.inputCount
    guard let x = initialState, x.contains(where: { $0 != 0 }) else {
      start = [Double](repeating: 0, count: count)
      residual = nil
      return
    }
    precondition(x.count == network.unitCount, "x(0) has one value per unit")
    let projection = try LatentProjection(network)
    let (coefficients, left) = projection.split(x, of: network)
    residual =
      left > 1e-14 ? projection.remainder(of: x, coefficients: coefficients, network: network) : nil
    start = coefficients + (residual == nil ? [] : [1])
  }

  /// R + K, or R + K + 1 with a residual.
  public var dimension: Int { start.count }
  /// R.
  public var rank: Int { network.rank }
  /// K.
  public var inputCount: Int { network.inputCount }
  /// O.
  public var outputCount: Int { network.outputCount }

  /// (κ(0), v(0)[, 1]).
  public func initialState() -> [Double] { start }

  /// (-κ + nᵀφ/N, -v + u[, -c]).
  public func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    var sums = [Double](repeating: 0, count: rank)
    weightedRates(
      at: state, weights: network.n, bias: network.bias?.values, noiseVariance: noiseVariance, into: &sums)
    for r in 0..<rank { derivative[r] = -state[r] + sums[r] }
    for k in 0..<inputCount { derivative[rank + k] = -state[rank + k] + input[k] }
    if residual != nil { derivative[rank + inputCount] = -state[rank + inputCount] }
  }

  /// κ is the state's own first part.
  public func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    for r in 0..<rank { latents[r] = state[r] }
  }

  /// z = wᵀφ/N.
  public func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)
  {
    var sums = [Double](repeating: 0, count: outputCount)
    let bias = network.bias.flatMap { $0.reachesReadout ? $0.values : nil }
    weightedRates(at: state, weights: network.readouts, bias: bias, noiseVariance: noiseVariance, into: &sums)
    for o in 0..<outputCount { outputs[o] = sums[o] }
  }

  /// A few, which share each read of the vectors.
  public var trialsPerBlock: Int { 8 }

  /// Euler by the fused kernel: one pass over the units gives the sums of n for the next step and of w for z.
  public func runEuler(_ block: TrialBlock) {
    // Averages over private noise have no kernel.
    guard block.noise == nil else { return runEulerByDefinition(block) }
    // A residual has its own factor per trial, which the kernel takes for one trial at a time.
    let width = residual == nil ? block.count : 1
    for first in stride(from: 0, to: block.count, by: width) {
      runSideBySide(block, first..<(first + width))
    }
  }

  private func runSideBySide(_ block: TrialBlock, _ trials: Range<Int>) {
    let (free, weights, alpha) = (rank + inputCount, rank + outputCount, block.alpha)
    var states = [Double]()
    for _ in trials { states += start.prefix(free) }
    var factor = residual == nil ? 0.0 : 1.0
    var sums = [Double](repeating: 0, count: trials.count * weights)
    func evaluate() {
      if let residual {
        kernel.step(trials: 1, decay: factor, coefficients: states, from: residual, to: nil, sums: &sums)
      } else {
        kernel.step(trials: trials.count, decay: 0, coefficients: states, from: nil, to: nil, sums: &sums)
      }
    }
    evaluate()
    for step in 0..<block.steps {
      for (index, trial) in trials.enumerated() {
        let base = index * free
        let row = (trial * block.steps + step) * inputCount
        for r in 0..<rank { states[base + r] += alpha * (sums[index * weights + r] - states[base + r]) }
        for k in 0..<inputCount {
          states[base + rank + k] += alpha * (block.input[row + k] - states[base + rank + k])
        }
      }
      factor -= alpha * factor
      evaluate()
      if step < block.firstKept { continue }
      for (index, trial) in trials.enumerated() {
        let state = states[(index * free)..<((index + 1) * free)]
        block.record(
          trial: trial, step: step, kappa: Array(state.prefix(rank)),
          outputs: Array(sums[(index * weights + rank)..<((index + 1) * weights)]),
          state: Array(state) + (residual == nil ? [] : [factor]))
      }
    }
  }

  /// x of a state, N values, without the bias.
  func activation(at state: Span<Double>) -> [Double] {
    let count = network.unitCount
    var x = [Double](repeating: 0, count: count)
    for j in 0..<(rank + inputCount) where state[j] != 0 {
      let vector = j < rank ? network.m.column(j) : network.inputs.column(j - rank)
      for (i, value) in zip(0..<count, vector) { x[i] += value * state[j] }
    }
    if let residual { for i in 0..<count { x[i] += state[rank + inputCount] * residual[i] } }
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

  /// (1/N) Σᵢ aᵢ ⟨φ⟩(xᵢ + bᵢ), the average being over private noise.
  private func weightedRates(
    at state: Span<Double>, weights: Matrix, bias: [Double]?, noiseVariance: Double, into sums: inout [Double]
  ) {
    let count = network.unitCount
    var rates = activation(at: state)
    if let bias { for i in 0..<count { rates[i] += bias[i] } }
    if noiseVariance > 0 {
      rates = averages(at: rates, noiseVariance: noiseVariance).rates
    } else {
      for i in 0..<count { rates[i] = network.transfer.value(rates[i]) }
    }
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
