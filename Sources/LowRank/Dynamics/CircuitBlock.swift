import CKernels

/// Many trials of a circuit side by side: the values of one variable lie next to one another, so that the loops over
/// trials are straight and the averages are taken for all of them at once.
///
/// No operation mixes trials: a trial's numbers are the same whichever others are in the block.
struct CircuitBlock: ~Copyable {
  private let gain: Gain
  private let populations: [KernelPopulation]
  /// Whether readouts do not see the bias.
  private let hasOwnBias: Bool
  private let path = kappa_path_best()
  private let count: Int
  /// `count` rounded up to whole vectors; the trials beyond it stay where they start and are never read.
  private let width: Int
  private let drives, weights, rank, inputs, outputs: Int
  /// q = (κ, v, 1), variable by variable: (R + K (+ 1), width). The other arrays follow in the same allocation.
  private let q: UnsafeMutablePointer<Double>
  /// E[a φ] for a = n, then w: (R + O, width).
  private let sums: UnsafeMutablePointer<Double>
  /// Of one population: μ, Δ², ⟨φ⟩, ⟨φ'⟩; (width) each.
  private let means, variances, rates, gains: UnsafeMutablePointer<Double>
  /// Some steps of u, κ and z on their way from and to the batch, each (steps, variable, width).
  private let inputTile, latentTile, outputTile: UnsafeMutablePointer<Double>

  /// Steps in a tile: whole vectors whatever the number of variables, and long enough for a trial's row of the batch to
  /// fill several cache lines.
  private static let tile = 32

  init(_ circuit: EffectiveCircuit, count: Int) {
    self.count = count
    let layout = circuit.statistics.layout
    gain = circuit.gain
    populations = circuit.flattened.map(KernelPopulation.init)
    hasOwnBias = layout.hasBias && !circuit.biasReachesReadout
    (drives, weights) = (layout.driveCount, layout.weightCount)
    (rank, inputs, outputs) = (layout.rank, layout.inputCount, layout.outputCount)
    width = (count + 7) / 8 * 8
    let tiles = Self.tile * (rank + inputs + outputs)
    let size = max(1, (drives + weights + 4 + tiles) * width)
    q = AlignedMemory.zeros(size)
    sums = q + drives * width
    means = sums + weights * width
    variances = means + width
    rates = variances + width
    gains = rates + width
    inputTile = gains + width
    latentTile = inputTile + Self.tile * inputs * width
    outputTile = latentTile + Self.tile * rank * width
    let start = circuit.initialState()
    for j in 0..<drives {
      (q + j * width).update(repeating: j < start.count ? start[j] : 1, count: width)
    }
  }

  deinit { q.deallocate() }

  /// Euler steps of all trials.
  func run(_ block: TrialBlock) {
    evaluate(noiseVariance: block.noiseVariance(after: 0))
    for first in stride(from: 0, to: block.steps, by: Self.tile) {
      let steps = min(Self.tile, block.steps - first)
      read(block, first, steps)
      for step in 0..<steps {
        // q ← q + α (E[n φ] - κ, u - v)
        kappa_circuit_relax(path, rank * width, block.alpha, sums, q)
        kappa_circuit_relax(
          path, inputs * width, block.alpha, inputTile + step * inputs * width, q + rank * width)
        evaluate(noiseVariance: block.noiseVariance(after: first + step + 1))
        (latentTile + step * rank * width).update(from: q, count: rank * width)
        (outputTile + step * outputs * width).update(from: sums + rank * width, count: outputs * width)
        recordState(block, first + step)
      }
      write(latentTile, rank, to: block.kappa, block, first, steps)
      write(outputTile, outputs, to: block.outputs, block, first, steps)
    }
  }

  /// u of some steps.
  private func read(_ block: TrialBlock, _ first: Int, _ steps: Int) {
    guard let input = block.input.baseAddress else { return }
    kappa_transpose(
      path, count, steps * inputs, input + first * inputs, block.steps * inputs, inputTile, width)
  }

  /// κ or z of some steps.
  private func write(
    _ rows: UnsafePointer<Double>, _ variables: Int, to target: UnsafeMutableBufferPointer<Double>,
    _ block: TrialBlock, _ first: Int, _ steps: Int
  ) {
    guard let target = target.baseAddress else { return }
    kappa_transpose(
      path, steps * variables, count, rows, width, target + first * variables, block.steps * variables)
  }

  /// (κ, v), where states are kept.
  private func recordState(_ block: TrialBlock, _ step: Int) {
    guard let states = block.states?.baseAddress else { return }
    let free = rank + inputs
    kappa_transpose(path, free, count, q, width, states + step * free, block.steps * free)
  }

  /// E[a φ] of all weights; the readouts apart when the bias does not reach them.
  private func evaluate(noiseVariance: Double) {
    sums.update(repeating: 0, count: weights * width)
    guard hasOwnBias else { return accumulate(0..<weights, noiseVariance: noiseVariance) }
    accumulate(0..<rank, noiseVariance: noiseVariance)
    let bias = q + (drives - 1) * width
    bias.update(repeating: 0, count: width)
    accumulate(rank..<weights, noiseVariance: noiseVariance)
    bias.update(repeating: 1, count: width)
  }

  /// sums_a += Σ_p α_p { ā_p ⟨φ⟩_p + (C_p q)_a ⟨φ'⟩_p } for a in a range.
  private func accumulate(_ range: Range<Int>, noiseVariance: Double) {
    for population in populations {
      let parameters = population.parameters
      kappa_circuit_arguments(path, parameters, width, q, noiseVariance, means, variances)
      gain.rateAndGain(count: width, means: means, variances: variances, rates: rates, gains: gains)
      kappa_circuit_weigh(
        path, parameters, width, q, rates, gains, range.lowerBound, range.upperBound, sums)
    }
  }
}

/// A population's parameters at addresses that stay, as the kernels want them.
private final class KernelPopulation {
  let parameters: UnsafeMutablePointer<kappa_population>
  private let numbers: UnsafeMutablePointer<Double>

  init(_ population: EffectiveCircuit.FlatPopulation) {
    let parts = [population.mean, population.quadratic, population.weights, population.couplings]
    let all = parts.flatMap { $0 }
    numbers = .allocate(capacity: max(1, all.count))
    for (index, value) in all.enumerated() { (numbers + index).initialize(to: value) }
    parameters = .allocate(capacity: 1)
    let quadratic = numbers + parts[0].count
    let weights = quadratic + parts[1].count
    parameters.initialize(
      to: kappa_population(
        drives: parts[0].count, weights: parts[2].count, mean: numbers, quadratic: quadratic,
        weight_means: weights, couplings: weights + parts[2].count))
  }

  deinit {
    numbers.deallocate()
    parameters.deallocate()
  }
}
