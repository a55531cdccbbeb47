import CKernels

/// Many trials of a circuit side by side: the values of one variable lie next to one another, so that the loops over
/// trials are straight and the averages are taken for all of them at once.
///
/// No operation mixes trials: a trial's numbers are the same whichever others are in the block.
struct CircuitBlock: ~Copyable {
  private let kernel: CircuitKernel
  private let path = kappa_path_best()
  private let count: Int
  /// How many places the kernel wants for `count` trials; those beyond it have no input and are never read.
  private let width: Int
  private let rank, inputs, outputs: Int
  /// q = (κ, v, 1), variable by variable, and E[a φ] for a = n, then w: what a run goes on from.
  private let trials: kappa_circuit_trials
  /// Some steps of u, κ, z and (κ, v) on their way from and to the batch, each (steps, variable, width).
  private let inputTile, latentTile, outputTile, stateTile: UnsafeMutablePointer<Double>

  /// Steps in a tile: whole vectors whatever the number of variables, and long enough for a trial's row of the batch to
  /// fill several cache lines.
  private static let tile = 32

  init(_ circuit: EffectiveCircuit, count: Int) {
    self.count = count
    let layout = circuit.statistics.layout
    kernel = CircuitKernel(circuit)
    (rank, inputs, outputs) = (layout.rank, layout.inputCount, layout.outputCount)
    width = kappa_circuit_places(count)
    let variables = layout.driveCount + layout.weightCount
    // One allocation, of which q is the beginning. Inputs begin as zeros, for the trials beyond `count`; what is recorded
    // is written before it is read.
    let zeros = (variables + Self.tile * inputs) * width
    let q: UnsafeMutablePointer<Double> = AlignedMemory.numbers(
      zeros + Self.tile * (2 * rank + inputs + outputs) * width, zeros: zeros)
    trials = kappa_circuit_trials(count: width, q: q, sums: q + layout.driveCount * width)
    inputTile = q + variables * width
    latentTile = inputTile + Self.tile * inputs * width
    outputTile = latentTile + Self.tile * rank * width
    stateTile = outputTile + Self.tile * outputs * width
    let start = circuit.initialState()
    for j in 0..<layout.driveCount {
      (q + j * width).update(repeating: j < start.count ? start[j] : 1, count: width)
    }
  }

  deinit { trials.q.deallocate() }

  /// Euler steps of all trials.
  func run(_ block: TrialBlock) {
    // E[n φ] at the start, from which nothing is kept.
    advance(alpha: 0, noiseVariances: [block.noiseVariance(after: 0)], kept: nil)
    // Tiles of steps that are not kept, then of those that are.
    for part in [0..<block.firstKept, block.firstKept..<block.steps] {
      for first in stride(from: part.lowerBound, to: part.upperBound, by: Self.tile) {
        let steps = first..<min(first + Self.tile, part.upperBound)
        read(block, steps)
        let kept = steps.lowerBound < block.firstKept ? nil : block
        advance(
          alpha: block.alpha, noiseVariances: steps.map { block.noiseVariance(after: $0 + 1) }, kept: kept)
        guard kept != nil else { continue }
        write(latentTile, rank, to: block.kappa, block, steps)
        write(outputTile, outputs, to: block.outputs, block, steps)
        if let states = block.states { write(stateTile, rank + inputs, to: states, block, steps) }
      }
    }
  }

  /// Some steps of all trials; what `kept` keeps of them goes to the tiles.
  private func advance(alpha: Double, noiseVariances: [Double], kept: TrialBlock?) {
    kernel.run(
      trials, alpha: alpha, noiseVariances: noiseVariances,
      records: kappa_circuit_records(
        inputs: inputTile, noise: nil, kappa: kept == nil ? nil : latentTile,
        outputs: kept == nil ? nil : outputTile, states: kept?.states == nil ? nil : stateTile))
  }

  /// u of some steps.
  private func read(_ block: TrialBlock, _ steps: Range<Int>) {
    guard let input = block.input.baseAddress else { return }
    kappa_transpose(
      path, count, steps.count * inputs, input + steps.lowerBound * inputs, block.steps * inputs, inputTile,
      width)
  }

  /// κ, z or states of some kept steps.
  private func write(
    _ rows: UnsafePointer<Double>, _ variables: Int, to target: UnsafeMutableBufferPointer<Double>,
    _ block: TrialBlock, _ steps: Range<Int>
  ) {
    guard let target = target.baseAddress else { return }
    kappa_transpose(
      path, steps.count * variables, count, rows, width,
      target + (steps.lowerBound - block.firstKept) * variables, block.keptSteps * variables)
  }
}
