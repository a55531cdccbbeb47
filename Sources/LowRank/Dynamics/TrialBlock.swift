// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Some consecutive trials on their way through a simulation: their inputs, and the records that a dynamics fills.
///
/// The records are windows into the batch's arrays, so that a block takes no memory of its own. A dynamics may run the
/// trials of a block one by one or side by side; a trial's numbers must not depend on which others are in its block.
public struct TrialBlock {
  /// α = dt/τ.
  public let alpha: Double
  /// T.
  public let steps: Int
  /// S, how many of them are kept: the last ones.
  public let keptSteps: Int
  /// Which trials of the batch these are.
  public let trials: Range<Int>
  /// Noise that each unit receives for itself.
  public let noise: PrivateNoise?
  /// u, row-major (trials, T, K).
  public let input: UnsafeBufferPointer<Double>
  /// κ after each kept step, row-major (trials, S, R).
  public let kappa: UnsafeMutableBufferPointer<Double>
  /// z after each kept step, row-major (trials, S, O).
  public let outputs: UnsafeMutableBufferPointer<Double>
  /// States after each kept step, row-major (trials, S, recorded dimension), when they are kept.
  public let states: UnsafeMutableBufferPointer<Double>?

  /// Whether nobody wants the records any more: a dynamics whose blocks take long may stop, and leave them unfinished.
  public var isCancelled: (@Sendable () -> Bool)?

  /// Number of trials.
  public var count: Int { trials.count }

  /// Variance that private noise has built up in x after `step` steps.
  public func noiseVariance(after step: Int) -> Double {
    noise?.variance(afterSteps: step, alpha: alpha) ?? 0
  }

  /// The random numbers of one trial; which they are depends on its place in the batch, not in the block.
  public func stream(of trial: Int) -> RandomStream {
    RandomStream(seed: noise?.seed ?? 0, purpose: .privateNoise, stream: UInt64(trials.lowerBound + trial))
  }

  /// The first step that is kept.
  public var firstKept: Int { steps - keptSteps }

  /// Which row of the records belongs to a trial and step; none if the step is not kept.
  public func row(trial: Int, step: Int) -> Int? {
    step < firstKept ? nil : trial * keptSteps + step - firstKept
  }

  /// Stores κ, z and, where states are kept, the state of one trial and step, unless the step is not kept.
  public func record(
    trial: Int, step: Int, kappa values: [Double], outputs readings: [Double], state: [Double]
  ) {
    guard let row = row(trial: trial, step: step) else { return }
    for r in values.indices { kappa[row * values.count + r] = values[r] }
    for o in readings.indices { outputs[row * readings.count + o] = readings[o] }
    if let states { for i in state.indices { states[row * state.count + i] = state[i] } }
  }
}

extension Dynamics {
  /// One trial after the other, unless a dynamics is faster with several at once.
  public var trialsPerBlock: Int { 1 }

  /// All of a state.
  public var recordedDimension: Int { dimension }

  /// Forward Euler by the definition, for dynamics that have no faster way.
  public func runEuler(_ block: TrialBlock) { runEulerByDefinition(block) }

  /// X ← X + α dX/dt, one step after the other.
  func runEulerByDefinition(_ block: TrialBlock) {
    for trial in 0..<block.count {
      var state = initialState()
      var change = [Double](repeating: 0, count: dimension)
      run(block, trial: trial, state: &state) { state, step, input in
        var changes = change.mutableSpan
        derivative(
          of: state.span, input: input.span, noiseVariance: block.noiseVariance(after: step), into: &changes)
        for i in state.indices { state[i] += block.alpha * change[i] }
      }
    }
  }

  /// Classical Runge–Kutta of order 4, inputs held over each step.
  func runRungeKutta4(_ block: TrialBlock) {
    let alpha = block.alpha
    for trial in 0..<block.count {
      var state = initialState()
      run(block, trial: trial, state: &state) { state, _, input in
        let k1 = slope(at: state, input)
        let k2 = slope(at: state.moved(by: alpha / 2, along: k1), input)
        let k3 = slope(at: state.moved(by: alpha / 2, along: k2), input)
        let k4 = slope(at: state.moved(by: alpha, along: k3), input)
        for i in state.indices { state[i] += alpha / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) }
      }
    }
  }

  /// Steps one trial with any rule, reading κ and z after each step.
  private func run(
    _ block: TrialBlock, trial: Int, state: inout [Double],
    rule: (inout [Double], Int, UnsafeBufferPointer<Double>) -> Void
  ) {
    var kappa = [Double](repeating: 0, count: rank)
    var outputs = [Double](repeating: 0, count: outputCount)
    for step in 0..<block.steps {
      let row = (trial * block.steps + step) * inputCount
      rule(&state, step, UnsafeBufferPointer(rebasing: block.input[row..<(row + inputCount)]))
      if step < block.firstKept { continue }
      var latents = kappa.mutableSpan
      self.latents(of: state.span, into: &latents)
      var values = outputs.mutableSpan
      self.outputs(of: state.span, noiseVariance: block.noiseVariance(after: step + 1), into: &values)
      block.record(
        trial: trial, step: step, kappa: kappa, outputs: outputs,
        state: Array(state.prefix(recordedDimension)))
    }
  }

  private func slope(at state: [Double], _ input: UnsafeBufferPointer<Double>) -> [Double] {
    var result = [Double](repeating: 0, count: dimension)
    var span = result.mutableSpan
    derivative(of: state.span, input: input.span, noiseVariance: 0, into: &span)
    return result
  }
}

extension [Double] {
  fileprivate func moved(by step: Double, along slope: [Double]) -> [Double] {
    zip(self, slope).map { $0 + step * $1 }
  }
}
