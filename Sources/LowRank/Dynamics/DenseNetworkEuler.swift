import CKernels

/// The Euler loop of a full network with a dense J, several trials at once:
///
///     current form  Φ = φ(X + b)   X ← (1-α) X + α(J Φ + I U + c)   κ ← (1-α) κ + α nᵀΦ/N   z = wᵀφ(X [+ b])/N + z₀
///     rate form     R ← (1-α) R + α φ(J R + I U + b)                κ = nᵀR/N               z = wᵀR/N + z₀
///
/// X, R and Φ are (N, width), one column a trial.
struct DenseNetworkEuler: Sendable {
  /// Trials of a block. Blocks that are not full are filled up, so that every product has the same shape and a trial the
  /// same bits.
  static let width = 16

  private let network: Network
  private let connectivity: Matrix
  /// [n w]ᵀ/N, (R + O, N).
  private let weights: Matrix
  /// [I c] (rate form: [I b]), (N, K + 1).
  private let drives: Matrix
  private let start: [Double]

  /// The loop of a network with a dense J, from a state: x and κ, or r.
  init(_ network: Network, connectivity: Matrix, start: [Double]) {
    self.network = network
    self.connectivity = connectivity
    self.start = start
    let share = 1 / Double(network.unitCount)
    let all = network.weightVectors
    weights = Matrix(rows: all.columns, columns: all.rows) { all[$1, $0] * share }
    let constant = network.form == .current ? network.current : network.bias?.values
    drives = network.inputs.appending(
      columnsOf: Matrix(
        rows: network.unitCount, columns: 1,
        elements: constant ?? [Double](repeating: 0, count: network.unitCount)))
  }

  func run(_ block: TrialBlock) {
    let (units, width, alpha) = (network.unitCount, Self.width, block.alpha)
    let (rank, outputs, inputs) = (network.rank, network.outputCount, network.inputCount)
    var state = [Double]()
    for _ in 0..<width { state += start.prefix(units) }
    // In rate form κ is not in the state; it is read from it after every step.
    let first =
      network.form == .current ? Array(start.dropFirst(units)) : [Double](repeating: 0, count: rank)
    var kappa = Array(repeatElement(first, count: width).joined())
    var noise = BlockNoise<Double>(block, units: units)
    var rates = state
    var received = state
    // u and the constant 1 of each trial, (K + 1, width).
    var input = [Double](repeating: 0, count: (inputs + 1) * width)
    for trial in 0..<width { input[trial * (inputs + 1) + inputs] = 1 }
    var sums = [Double](repeating: 0, count: (rank + outputs) * width)
    let biased = network.bias?.reachesReadout ?? true

    /// What is read of a state in current form: (nᵀφ(x + b), wᵀφ(x [+ b]))/N.
    func readCurrentForm() {
      apply(state, bias: network.bias?.values, to: &rates)
      product(weights, rates, into: &sums)
      guard !biased else { return }
      apply(state, bias: nil, to: &received)
      var unbiased = sums
      product(weights, received, into: &unbiased)
      for trial in 0..<width {
        for o in rank..<(rank + outputs) {
          sums[trial * (rank + outputs) + o] = unbiased[trial * (rank + outputs) + o]
        }
      }
    }
    if network.form == .current { readCurrentForm() }
    for step in 0..<block.steps {
      for trial in 0..<block.count {
        for k in 0..<inputs {
          input[trial * (inputs + 1) + k] = block.input[(trial * block.steps + step) * inputs + k]
        }
      }
      product(drives, input, into: &received)
      switch network.form {
      case .current:
        for trial in 0..<width {
          for r in 0..<rank {
            kappa[trial * rank + r] += alpha * (sums[trial * (rank + outputs) + r] - kappa[trial * rank + r])
          }
        }
        product(connectivity, rates, adding: true, into: &received)
        relax(&state, to: received, alpha: alpha)
      case .rate:
        product(connectivity, state, adding: true, into: &received)
        apply(received, bias: nil, to: &rates)
        relax(&state, to: rates, alpha: alpha)
      }
      noise?.draw()
      if let noise {
        for trial in 0..<block.count {
          let values = noise.values.column(trial, rows: units)
          for i in 0..<units { state[trial * units + i] += values[i] }
        }
      }
      switch network.form {
      case .current: readCurrentForm()
      case .rate:
        product(weights, state, into: &sums)
        for trial in 0..<width {
          for r in 0..<rank { kappa[trial * rank + r] = sums[trial * (rank + outputs) + r] }
        }
      }
      for trial in 0..<block.count {
        guard let row = block.row(trial: trial, step: step) else { break }
        for r in 0..<rank { block.kappa[row * rank + r] = kappa[trial * rank + r] }
        for o in 0..<outputs {
          block.outputs[row * outputs + o] =
            sums[trial * (rank + outputs) + rank + o] + network.readoutBias[o]
        }
        guard let kept = block.states else { continue }
        for i in 0..<units { kept[row * units + i] = state[trial * units + i] }
      }
    }
  }

  /// A B, or C + A B with `adding`, for B of `width` columns.
  private func product(_ a: Matrix, _ b: [Double], adding: Bool = false, into c: inout [Double]) {
    DenseProduct.multiply(a, b, columns: Self.width, adding: adding, into: &c)
  }

  /// φ(x + b) of all trials.
  private func apply(_ x: [Double], bias: [Double]?, to rates: inout [Double]) {
    let units = network.unitCount
    for i in rates.indices { rates[i] = x[i] }
    if let bias {
      for trial in 0..<Self.width { for i in 0..<units { rates[trial * units + i] += bias[i] } }
    }
    rates.withUnsafeMutableBufferPointer { Double.apply(kappa_path_best(), network.transfer, $0) }
  }

  /// x ← x + α(target - x).
  private func relax(_ x: inout [Double], to target: [Double], alpha: Double) {
    for i in x.indices { x[i] += alpha * (target[i] - x[i]) }
  }
}
