// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension LoadingLayout {
  /// The coefficients q of all drives, from as many as are known.
  ///
  /// - Parameter state: (κ, v), R + K values, with everything else as it is once it has relaxed (1 for c, 0 for x0); or
  ///   (κ, v, v_c, e), as a simulation in current form keeps it; or all of them.
  public func drive(from state: some Collection<Double>) -> [Double] {
    switch state.count {
    case rank + inputCount: state + stationaryExtras
    case driveCount: Array(state)
    default:
      // A bias inside φ is all that can be missing from a state in current form.
      Array(state.prefix(rank + filteredCount))
        + [Double](repeating: hasBias ? 1 : 0, count: max(0, driveCount - state.count))
    }
  }
}

extension ReducedDynamics {
  /// The coefficients q of all drives at which the rates of every step were taken, (B, T, D) in the layout's order.
  ///
  ///     current form  q = (κ, v, v_c, e, 1) after the step, where z is read
  ///     rate form     q = (κ before the step, u_t, 1), whose rates are what κ and ζ moved towards
  ///
  /// - Parameters:
  ///   - run: a trajectory of this dynamics over all steps, with its states.
  ///   - stimulus: the inputs it ran under.
  public func drives(along run: Trajectory, under stimulus: Stimulus) -> [Double] {
    let states = run.states ?? []
    let width = dimension
    precondition(
      run.steps == stimulus.steps && states.count == run.trials * run.steps * width,
      "a trajectory of all steps, with states")
    var result: [Double] = []
    result.reserveCapacity(run.trials * run.steps * layout.driveCount)
    let start = initialState()
    for trial in 0..<run.trials {
      for step in 0..<run.steps {
        let row = trial * run.steps + step
        switch settings.form {
        case .current: result += layout.drive(from: states[(row * width)..<((row + 1) * width)])
        case .rate:
          let kappa = step == 0 ? start[..<rank] : states[((row - 1) * width)..<((row - 1) * width + rank)]
          let input = stimulus.values[(row * inputCount)..<((row + 1) * inputCount)]
          result += layout.drive(from: kappa + input)
        }
      }
    }
    return result
  }
}
