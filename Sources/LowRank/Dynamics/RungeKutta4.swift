extension Dynamics {
  /// Classical Runge–Kutta of order 4, inputs held over each step.
  func runRungeKutta4(_ trial: inout TrialRun) {
    let alpha = trial.alpha
    var state = initialState()
    var kappa = [Double](repeating: 0, count: rank)
    var outputs = [Double](repeating: 0, count: outputCount)
    for step in 0..<trial.steps {
      let window = trial.input[(step * inputCount)..<((step + 1) * inputCount)]
      let input = UnsafeBufferPointer(rebasing: window)
      let k1 = slope(at: state, input)
      let k2 = slope(at: state.moved(by: alpha / 2, along: k1), input)
      let k3 = slope(at: state.moved(by: alpha / 2, along: k2), input)
      let k4 = slope(at: state.moved(by: alpha, along: k3), input)
      for i in state.indices { state[i] += alpha / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) }
      var latents = kappa.mutableSpan
      self.latents(of: state.span, into: &latents)
      var values = outputs.mutableSpan
      self.outputs(of: state.span, noiseVariance: 0, into: &values)
      trial.record(step: step, kappa: kappa, outputs: outputs, state: state)
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
