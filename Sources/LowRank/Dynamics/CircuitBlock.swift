/// Many trials of a circuit side by side: the values of one variable lie next to one another, so that the loops over
/// trials are straight and the averages are taken for all of them at once.
///
/// No operation mixes trials: a trial's numbers are the same whichever others are in the block.
struct CircuitBlock {
  private let circuit: EffectiveCircuit
  private let count: Int
  private let drives: Int
  private let weights: Int
  /// q = (κ, v, 1), variable by variable: (R + K (+ 1), trials).
  private var q: [Double]
  /// E[a φ] for a = n, then w: (R + O, trials).
  private var sums: [Double]
  /// Of one population: μ, Δ², a row of C q, ⟨φ⟩, ⟨φ'⟩; (trials) each.
  private var mean, variance, row, rates, gains: [Double]

  init(_ circuit: EffectiveCircuit, count: Int) {
    self.circuit = circuit
    self.count = count
    let layout = circuit.statistics.layout
    (drives, weights) = (layout.driveCount, layout.weightCount)
    q = [Double](repeating: 0, count: drives * count)
    sums = [Double](repeating: 0, count: weights * count)
    let none = [Double](repeating: 0, count: count)
    (mean, variance, row, rates, gains) = (none, none, none, none, none)
    let start = circuit.initialState()
    for j in 0..<drives {
      for trial in 0..<count { q[j * count + trial] = j < start.count ? start[j] : 1 }
    }
  }

  /// Euler steps of all trials.
  mutating func run(_ block: TrialBlock) {
    let (rank, inputs, outputs) = (circuit.rank, circuit.inputCount, circuit.outputCount)
    let alpha = block.alpha
    var noiseVariance = block.noiseVariance(after: 0)
    evaluate(0..<weights, noiseVariance: noiseVariance)
    for step in 0..<block.steps {
      for r in 0..<rank {
        for trial in 0..<count {
          let index = r * count + trial
          q[index] += alpha * (sums[index] - q[index])
        }
      }
      for k in 0..<inputs {
        for trial in 0..<count {
          let index = (rank + k) * count + trial
          q[index] += alpha * (block.input[(trial * block.steps + step) * inputs + k] - q[index])
        }
      }
      noiseVariance = block.noiseVariance(after: step + 1)
      evaluate(0..<weights, noiseVariance: noiseVariance)
      for trial in 0..<count {
        let index = trial * block.steps + step
        for r in 0..<rank { block.kappa[index * rank + r] = q[r * count + trial] }
        for o in 0..<outputs { block.outputs[index * outputs + o] = sums[(rank + o) * count + trial] }
        if let states = block.states {
          for j in 0..<(rank + inputs) { states[index * (rank + inputs) + j] = q[j * count + trial] }
        }
      }
    }
  }

  /// E[a φ] of all weights; the readouts apart when the bias does not reach them.
  private mutating func evaluate(_ range: Range<Int>, noiseVariance: Double) {
    let hasOwnBias = circuit.statistics.layout.hasBias && !circuit.biasReachesReadout
    guard hasOwnBias else { return accumulate(range, noiseVariance: noiseVariance) }
    accumulate(0..<circuit.rank, noiseVariance: noiseVariance)
    setBias(0)
    accumulate(circuit.rank..<weights, noiseVariance: noiseVariance)
    setBias(1)
  }

  private mutating func setBias(_ value: Double) {
    for trial in 0..<count { q[(drives - 1) * count + trial] = value }
  }

  /// sums_a = Σ_p α_p { ā_p ⟨φ⟩_p + (C_p q)_a ⟨φ'⟩_p } for a in a range.
  private mutating func accumulate(_ range: Range<Int>, noiseVariance: Double) {
    for index in (range.lowerBound * count)..<(range.upperBound * count) { sums[index] = 0 }
    for population in circuit.flattened {
      for trial in 0..<count {
        mean[trial] = 0
        variance[trial] = noiseVariance
      }
      for j in 0..<drives {
        add(population.mean[j], times: j, to: &mean)
        for trial in 0..<count { row[trial] = 0 }
        for k in 0..<drives { add(population.covariance[j * drives + k], times: k, to: &row) }
        for trial in 0..<count { variance[trial] += row[trial] * q[j * count + trial] }
      }
      circuit.gain.rateAndGain(means: mean, variances: variance, rates: &rates, gains: &gains)
      for a in range {
        for trial in 0..<count { row[trial] = 0 }
        for j in 0..<drives { add(population.couplings[a * drives + j], times: j, to: &row) }
        let weight = population.weights[a]
        for trial in 0..<count {
          sums[a * count + trial] += weight * rates[trial] + row[trial] * gains[trial]
        }
      }
    }
  }

  /// result += factor · q_j, trial by trial.
  private func add(_ factor: Double, times j: Int, to result: inout [Double]) {
    if factor == 0 { return }
    let base = j * count
    for trial in 0..<count { result[trial] += factor * q[base + trial] }
  }
}
