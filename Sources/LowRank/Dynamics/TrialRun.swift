/// One trial on its way through a simulation: its inputs, and the records that a dynamics fills step by step.
///
/// The records are windows into the batch's arrays, so that a trial takes no memory of its own.
public struct TrialRun: ~Copyable {
  /// α = dt/τ.
  public let alpha: Double
  /// T.
  public let steps: Int
  /// u, row-major (T, K).
  public let input: UnsafeBufferPointer<Double>
  /// Private noise, and the stream of this trial's draws.
  public let noise: PrivateNoise?
  /// The random numbers of this trial.
  public var stream: RandomStream
  /// κ after each step, row-major (T, R).
  public let kappa: UnsafeMutableBufferPointer<Double>
  /// z after each step, row-major (T, O).
  public let outputs: UnsafeMutableBufferPointer<Double>
  /// States after each step, row-major (T, dimension), when they are kept.
  public let states: UnsafeMutableBufferPointer<Double>?

  /// Variance that private noise has built up before step `step`.
  public func noiseVariance(before step: Int) -> Double {
    noise?.variance(afterSteps: step, alpha: alpha) ?? 0
  }
}

extension Dynamics {
  /// Forward Euler by the definition, for dynamics that have no faster way.
  public func runEuler(_ trial: inout TrialRun) { runEulerByDefinition(&trial) }

  /// X ← X + α dX/dt, one step after the other.
  func runEulerByDefinition(_ trial: inout TrialRun) {
    var state = initialState()
    var change = [Double](repeating: 0, count: dimension)
    var kappa = [Double](repeating: 0, count: rank)
    var outputs = [Double](repeating: 0, count: outputCount)
    for step in 0..<trial.steps {
      let input = UnsafeBufferPointer(rebasing: trial.input[(step * inputCount)..<((step + 1) * inputCount)])
      var changes = change.mutableSpan
      derivative(
        of: state.span, input: input.span, noiseVariance: trial.noiseVariance(before: step), into: &changes)
      for i in state.indices { state[i] += trial.alpha * change[i] }
      var latents = kappa.mutableSpan
      self.latents(of: state.span, into: &latents)
      var values = outputs.mutableSpan
      self.outputs(of: state.span, noiseVariance: trial.noiseVariance(before: step + 1), into: &values)
      trial.record(step: step, kappa: kappa, outputs: outputs, state: state)
    }
  }
}

extension TrialRun {
  /// Stores κ, z and, where states are kept, the state of one step.
  public func record(step: Int, kappa values: [Double], outputs readings: [Double], state: [Double]) {
    for r in values.indices { kappa[step * values.count + r] = values[r] }
    for o in readings.indices { outputs[step * readings.count + o] = readings[o] }
    if let states { for i in state.indices { states[step * state.count + i] = state[i] } }
  }
}
