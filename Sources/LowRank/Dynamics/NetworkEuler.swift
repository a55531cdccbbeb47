/// The full network's Euler loop, with its units in either precision; coefficients, sums over units, κ and z are double.
///
/// One pass over the units per step gives the new x and all sums over φ(x): those of n for the next step, those of w
/// for z.
struct NetworkEuler<Unit: KernelUnit>: Sendable {
  private let kernel: UnitKernel<Unit>
  private let latents: LatentUpdate
  private let start: [Double]
  private let (rank, inputCount, outputCount): (Int, Int, Int)

  init(_ network: Network, projection: LatentProjection, initialState: [Double]) {
    kernel = UnitKernel(network)
    latents = LatentUpdate(network, projection: projection, initialState: initialState)
    start = initialState
    (rank, inputCount, outputCount) = (network.rank, network.inputCount, network.outputCount)
  }

  func run(_ block: TrialBlock) {
    let (units, count, alpha) = (kernel.units, block.count, block.alpha)
    let (drives, weights) = (kernel.drives, kernel.weights)
    let x = AlignedVectors<Unit>(repeating: start, columns: count)
    let noise = block.noise.map { ($0.deviation, AlignedVectors<Unit>(rows: units, columns: count)) }
    var streams = (0..<count).map { block.stream(of: $0) }
    var coefficients = [Double](repeating: 0, count: count * drives)
    var sums = [Double](repeating: 0, count: count * weights)
    var kappa = Array(repeatElement(latents.start, count: count).joined())
    // φ(x(0)), before any step.
    kernel.step(trials: count, decay: 1, coefficients: coefficients, from: x.base, to: nil, sums: &sums)
    for step in 0..<block.steps {
      for trial in 0..<count {
        for r in 0..<rank { coefficients[trial * drives + r] = alpha * sums[trial * weights + r] }
        let row = (trial * block.steps + step) * inputCount
        for k in 0..<inputCount { coefficients[trial * drives + rank + k] = alpha * block.input[row + k] }
        latents.step(&kappa, trial: trial, decay: 1 - alpha, coefficients: coefficients)
        guard let (deviation, noise) = noise else { continue }
        let received = noise.column(trial, rows: units)
        for i in 0..<units { received[i] = Unit(deviation * streams[trial].normal()) }
        latents.add(received, to: &kappa, trial: trial)
      }
      kernel.step(
        trials: count, decay: 1 - alpha, coefficients: coefficients, from: x.base, noise: noise?.1.base,
        to: x.base, sums: &sums)
      for trial in 0..<count {
        guard let row = block.row(trial: trial, step: step) else { break }
        for r in 0..<rank { block.kappa[row * rank + r] = kappa[trial * rank + r] }
        for o in 0..<outputCount { block.outputs[row * outputCount + o] = sums[trial * weights + rank + o] }
        guard let states = block.states else { continue }
        let own = x.column(trial, rows: units)
        for i in 0..<units { states[row * units + i] = Double(own[i]) }
      }
    }
  }
}
