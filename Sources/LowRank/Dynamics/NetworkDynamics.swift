// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The full network: N units, state x (rate form: r), and κ beside it.
///
///     current form  τ dx/dt = -x + J φ(x + b) + I u + c     z = wᵀφ(x + b)/N + z₀ (or wᵀφ(x)/N + z₀)
///                   τ dκ/dt = -κ + nᵀφ(x + b)/N
///     rate form     τ dr/dt = -r + φ(J r + I u + b)         z = wᵀr/N + z₀      κ = nᵀr/N
///
/// J = m nᵀ/N is never formed: a step costs N (2R + K + O) products and N values of φ. A dense J is used as it is, and m, n
/// then only define κ.
///
/// κ is integrated beside x by its own equation, from κ(0) (`Network.starting(at:)`), so that it is defined whatever the
/// rank of [m I] and whatever J is. Where J = m nᵀ/N and x is in the span of [m I] it is the joint projection of x.
/// State: x and then κ, of which x is recorded; in rate form r alone.
public struct NetworkDynamics: Dynamics {
  /// The network that is simulated.
  public let network: Network
  private let start: [Double]
  private let loop: Loop

  /// The fused loops of the forms of J.
  private enum Loop: Sendable {
    case lowRank(NetworkEuler<Double>)
    case dense(DenseNetworkEuler)
  }

  /// The dynamics of a network, from its own initial state or from another.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - initialState: x(0), or r(0) in rate form, N values, if not the network's own.
  /// - Throws: `LinearAlgebraError` when the initial state does not fit or cannot be projected on [m I].
  public init(_ network: Network, initialState: [Double]? = nil) throws(LinearAlgebraError) {
    let network = try network.started(at: initialState).acting
    self.network = network
    let zero = [Double](repeating: 0, count: network.unitCount)
    let kappa = network.start?.reduced.kappa ?? [Double](repeating: 0, count: network.rank)
    start = (network.start?.state ?? zero) + (network.form == .current ? kappa : [])
    if let j = network.denseConnectivity {
      loop = .dense(DenseNetworkEuler(network, connectivity: j, start: start))
    } else {
      loop = .lowRank(NetworkEuler(network, start: start))
    }
  }

  /// N + R; N in rate form.
  public var dimension: Int { start.count }
  /// N.
  public var recordedDimension: Int { network.unitCount }
  /// R.
  public var rank: Int { network.rank }
  /// K.
  public var inputCount: Int { network.inputCount }
  /// O.
  public var outputCount: Int { network.outputCount }

  /// (x(0), κ(0)), or r(0).
  public func initialState() -> [Double] { start }

  /// (-x + J φ + I u + c, -κ + nᵀφ/N), or -r + φ(J r + I u + b).
  public func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    let count = network.unitCount
    switch network.form {
    case .current:
      let rates = rates(at: state, biased: true)
      let sums = meanProducts(network.n, rates)
      var received = recurrence(rates, sums)
      add(input, to: &received)
      for i in 0..<count { derivative[i] = -state[i] + received[i] + (network.current?[i] ?? 0) }
      for r in 0..<rank { derivative[count + r] = -state[count + r] + sums[r] }
    case .rate:
      let own = (0..<count).map { state[$0] }
      var received = recurrence(own, meanProducts(network.n, own))
      add(input, to: &received)
      for i in 0..<count {
        derivative[i] = -state[i] + network.transfer.value(received[i] + (network.bias?.values[i] ?? 0))
      }
    }
  }

  /// κ of a state.
  public func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    switch network.form {
    case .current: for r in 0..<rank { latents[r] = state[network.unitCount + r] }
    case .rate:
      let sums = meanProducts(network.n, (0..<network.unitCount).map { state[$0] })
      for r in 0..<rank { latents[r] = sums[r] }
    }
  }

  /// z = wᵀφ/N + z₀, in rate form wᵀr/N + z₀.
  public func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)
  {
    let read =
      network.form == .current
      ? rates(at: state, biased: network.bias?.reachesReadout ?? true)
      : (0..<network.unitCount).map { state[$0] }
    let sums = meanProducts(network.readouts, read)
    for o in 0..<outputCount { outputs[o] = sums[o] + network.readoutBias[o] }
  }

  /// As many as keep x in the second-level cache, and two at least: they share each read of the vectors. With a dense J
  /// as many as a product takes.
  public var trialsPerBlock: Int {
    switch loop {
    case .lowRank: max(2, min(16, 32768 / max(1, network.unitCount)))
    case .dense: DenseNetworkEuler.width
    }
  }

  /// The fused loop over units.
  public func runEuler(_ block: TrialBlock) {
    switch loop {
    case .lowRank(let loop): loop.run(block)
    case .dense(let loop): loop.run(block)
    }
  }

  /// φ(x + b), or φ(x).
  private func rates(at state: Span<Double>, biased: Bool) -> [Double] {
    let bias = biased ? network.bias?.values : nil
    return (0..<network.unitCount).map { network.transfer.value(state[$0] + (bias?[$0] ?? 0)) }
  }

  /// J r, of which m needs nᵀr/N.
  private func recurrence(_ rates: [Double], _ sums: [Double]) -> [Double] {
    network.denseConnectivity?.times(rates) ?? network.m.times(sums)
  }

  private func add(_ input: Span<Double>, to received: inout [Double]) {
    for k in 0..<inputCount where input[k] != 0 {
      for (i, value) in zip(received.indices, network.inputs.column(k)) { received[i] += value * input[k] }
    }
  }

  /// What every unit receives, without the bias b, and its rate, from recorded states.
  ///
  ///     current form  activation x, rate φ(x + b)
  ///     rate form     rate r, activation J r + I u_t with r as it was read after that step
  ///
  /// - Parameters:
  ///   - run: a trajectory of this network with its states.
  ///   - stimulus: the inputs it ran under; the last ones where only the last steps were kept.
  /// - Returns: both row-major (B, T, N).
  public func activationsAndRates(
    of run: Trajectory, under stimulus: Stimulus
  ) -> (activations: [Double], rates: [Double]) {
    let units = network.unitCount
    let states = run.states ?? []
    precondition(
      states.count == run.trials * run.steps * units && stimulus.steps >= run.steps
        && stimulus.channels == inputCount && stimulus.trials == run.trials, "a trajectory with its states")
    var other = states
    switch network.form {
    case .current:
      if let bias = network.bias?.values { for i in other.indices { other[i] += bias[i % units] } }
      for i in other.indices { other[i] = network.transfer.value(other[i]) }
      return (states, other)
    case .rate:
      for row in 0..<(run.trials * run.steps) {
        let own = Array(states[(row * units)..<((row + 1) * units)])
        var received = recurrence(own, meanProducts(network.n, own))
        let step = stimulus.steps - run.steps + row % max(1, run.steps)
        let place = (row / max(1, run.steps) * stimulus.steps + step) * inputCount
        let input = Array(stimulus.values[place..<(place + inputCount)])
        add(input.span, to: &received)
        for i in 0..<units { other[row * units + i] = received[i] }
      }
      return (other, states)
    }
  }
}
