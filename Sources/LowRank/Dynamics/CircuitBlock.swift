import CKernels

/// Many trials of a circuit side by side: the values of one variable lie next to one another, so that the loops over
/// trials are straight and the averages are taken for all of them at once.
///
/// No operation mixes trials: a trial's numbers are the same whichever others are in the block.
struct CircuitBlock: ~Copyable {
  private let kernel: CircuitKernel
  private let path = kappa_path_best()
  private let count: Int
  /// `count` rounded up to whole vectors; the trials beyond it have no input and are never read.
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
    width = (count + 7) / 8 * 8
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
    advance(alpha: 0, noiseVariances: [block.noiseVariance(after: 0)], keepsStates: false)
    for first in stride(from: 0, to: block.steps, by: Self.tile) {
      let steps = min(Self.tile, block.steps - first)
      read(block, first, steps)
      advance(
        alpha: block.alpha,
        noiseVariances: (1...steps).map { block.noiseVariance(after: first + $0) },
        keepsStates: block.states != nil)
      write(latentTile, rank, to: block.kappa, block, first, steps)
      write(outputTile, outputs, to: block.outputs, block, first, steps)
      if let states = block.states { write(stateTile, rank + inputs, to: states, block, first, steps) }
    }
  }

  private func advance(alpha: Double, noiseVariances: [Double], keepsStates: Bool) {
    kernel.run(
      trials, alpha: alpha, noiseVariances: noiseVariances,
      records: kappa_circuit_records(
        inputs: inputTile, noise: nil, kappa: latentTile, outputs: outputTile,
        states: keepsStates ? stateTile : nil))
  }

  /// u of some steps.
  private func read(_ block: TrialBlock, _ first: Int, _ steps: Int) {
    guard let input = block.input.baseAddress else { return }
    kappa_transpose(
      path, count, steps * inputs, input + first * inputs, block.steps * inputs, inputTile, width)
  }

  /// κ, z or states of some steps.
  private func write(
    _ rows: UnsafePointer<Double>, _ variables: Int, to target: UnsafeMutableBufferPointer<Double>,
    _ block: TrialBlock, _ first: Int, _ steps: Int
  ) {
    guard let target = target.baseAddress else { return }
    kappa_transpose(
      path, steps * variables, count, rows, width, target + first * variables, block.steps * variables)
  }
}
