// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Activity that a low-rank network is to be fitted to: rates of N units under known inputs, of another network or
/// recorded.
///
/// In current form a rate is φ(x + b), read after the update with u_t. In rate form it is r, read likewise; what is fitted
/// is then φ(a) = (r_{t+1} - (1-α) r_t)/α, which determines r.
public struct Activity: Sendable {
  /// u, (B, T, K).
  public let stimulus: Stimulus
  /// N.
  public let units: Int
  /// r, row-major (B, T, N); NaN where nothing is known.
  public let rates: [Double]
  /// What φ acts on, x + b (current form) or a (rate form), row-major (B, T, N), where it is known beside the rates; in
  /// rate form that of the step itself. Closed starts use it; without it, φ is inverted.
  public let arguments: [Double]?
  /// z - z₀, row-major (B, T, O), that the fit has to give as well; empty for none.
  public let outputs: [Double]
  /// What is known of the network beforehand.
  public let given: Given

  /// What is known of the network that is fitted, or assumed.
  public struct Given: Sendable {
    /// α = dt/τ.
    public var alpha: Double
    /// φ.
    public var transfer: TransferFunction
    /// Current form or rate form.
    public var form: NetworkForm
    /// Input vectors to start from, (N, K), where there are some.
    public var inputs: Matrix?
    /// w, (N, O), which stays as it is; no columns where z is not fitted.
    public var readouts: Matrix
    /// b, N values, inside φ, which stays unless it is freed.
    public var bias: [Double]?
    /// Whether the readout sees b. Where it does not, z is not fitted: it reads other rates than those that are.
    public var biasReachesReadout = true
    /// c, N values, in the current, which stays as it is.
    public var current: [Double]?
    /// x(0) or r(0), N values, which stays unless it is freed.
    public var start: [Double]?

    /// What is known; nothing but α and φ unless more is said.
    public init(
      alpha: Double, transfer: TransferFunction, form: NetworkForm = .current, inputs: Matrix? = nil,
      readouts: Matrix, bias: [Double]? = nil, current: [Double]? = nil, start: [Double]? = nil
    ) {
      self.alpha = alpha
      self.transfer = transfer
      self.form = form
      self.inputs = inputs
      self.readouts = readouts
      self.bias = bias
      self.current = current
      self.start = start
    }
  }

  /// Activity of these shapes.
  public init(
    stimulus: Stimulus, units: Int, rates: [Double], arguments: [Double]? = nil, outputs: [Double] = [],
    given: Given
  ) {
    let rows = stimulus.trials * stimulus.steps
    precondition(rates.count == rows * units, "rates have shape (B, T, N)")
    precondition(arguments.map { $0.count == rows * units } ?? true, "arguments have the rates' shape")
    precondition(
      outputs.isEmpty || outputs.count == rows * given.readouts.columns, "outputs have shape (B, T, O)")
    precondition(given.readouts.rows == units, "one row of w for every unit")
    self.stimulus = stimulus
    self.units = units
    self.rates = rates
    self.arguments = arguments
    self.outputs = outputs
    self.given = given
  }

  /// The activity of a network on trials, from its own initial state, and its z.
  public init(of network: Network, under stimulus: Stimulus, alpha: Double, threads: Int? = nil)
    throws(LinearAlgebraError)
  {
    let dynamics = try NetworkDynamics(network)
    let run = Simulation(alpha: alpha, keepsStates: true, threads: threads).run(dynamics, under: stimulus)
    let (activations, rates) = dynamics.activationsAndRates(of: run, under: stimulus)
    let units = network.unitCount
    var arguments =
      network.form == .current
      ? activations : Self.rateFormArguments(network, after: activations, under: stimulus)
    if let bias = network.bias?.values {
      for i in arguments.indices { arguments[i] += bias[i % units] }
    }
    let outputCount = network.outputCount
    var outputs = run.outputs
    for i in outputs.indices { outputs[i] -= network.readoutBias[i % max(outputCount, 1)] }
    var given = Given(
      alpha: alpha, transfer: network.transfer, form: network.form, inputs: network.inputs,
      readouts: network.readouts, bias: network.bias?.values, current: network.current,
      start: network.start?.state)
    given.biasReachesReadout = network.bias?.reachesReadout ?? true
    self.init(
      stimulus: stimulus, units: units, rates: rates, arguments: arguments,
      outputs: given.biasReachesReadout ? outputs : [], given: given)
  }

  /// J r_t + I u_t with r before the update, from J r_{t+1} + I u_t.
  private static func rateFormArguments(
    _ network: Network, after: [Double], under stimulus: Stimulus
  ) -> [Double] {
    let units = network.unitCount
    var first = [Double](repeating: 0, count: units)
    if let start = network.start?.state {
      if let j = network.denseConnectivity {
        for column in 0..<units { for i in 0..<units { first[i] += j[i, column] * start[column] } }
      } else {
        for r in 0..<network.rank {
          let kappa = zip(network.n.column(r), start).reduce(0) { $0 + $1.0 * $1.1 } / Double(units)
          for (i, value) in network.m.column(r).enumerated() { first[i] += value * kappa }
        }
      }
    }
    var result = after
    for trial in 0..<stimulus.trials {
      for step in 0..<stimulus.steps {
        let row = (trial * stimulus.steps + step) * units
        for i in 0..<units { result[row + i] = step == 0 ? first[i] : after[row - units + i] }
        for k in 0..<stimulus.channels {
          let change = stimulus[trial, step, k] - (step == 0 ? 0 : stimulus[trial, step - 1, k])
          if change == 0 { continue }
          for (i, value) in network.inputs.column(k).enumerated() { result[row + i] += value * change }
        }
      }
    }
    return result
  }

  /// Some of the trials.
  public func selecting(trials: [Int]) -> Activity {
    func part(_ values: [Double], _ width: Int) -> [Double] {
      let size = stimulus.steps * width
      var result: [Double] = []
      result.reserveCapacity(trials.count * size)
      for trial in trials { result += values[(trial * size)..<((trial + 1) * size)] }
      return result
    }
    return Activity(
      stimulus: Stimulus(
        trials: trials.count, steps: stimulus.steps, channels: stimulus.channels,
        values: part(stimulus.values, stimulus.channels)),
      units: units, rates: part(rates, units), arguments: arguments.map { part($0, units) },
      outputs: outputs.isEmpty ? [] : part(outputs, given.readouts.columns), given: given)
  }

  /// Some of the units; z is no longer theirs alone and is left out.
  public func selecting(units chosen: [Int]) -> Activity {
    func part(_ values: [Double]) -> [Double] {
      var result: [Double] = []
      result.reserveCapacity(values.count / max(units, 1) * chosen.count)
      for row in 0..<(values.count / max(units, 1)) {
        for unit in chosen { result.append(values[row * units + unit]) }
      }
      return result
    }
    func rows(_ matrix: Matrix) -> Matrix {
      Matrix(rows: chosen.count, columns: matrix.columns) { matrix[chosen[$0], $1] }
    }
    func some(_ values: [Double]?) -> [Double]? { values.map { values in chosen.map { values[$0] } } }
    return Activity(
      stimulus: stimulus, units: chosen.count, rates: part(rates), arguments: arguments.map(part),
      given: Given(
        alpha: given.alpha, transfer: given.transfer, form: given.form, inputs: given.inputs.map(rows),
        readouts: Matrix(rows: chosen.count, columns: 0), bias: some(given.bias),
        current: some(given.current), start: some(given.start)))
  }

  /// What φ(a) has to be, row-major (B, T, N): the rates, in rate form (r_{t+1} - (1-α) r_t)/α.
  var targets: [Double] {
    guard given.form == .rate else { return rates }
    var result = rates
    let keep = 1 - given.alpha
    for trial in 0..<stimulus.trials {
      for step in 0..<stimulus.steps {
        let row = (trial * stimulus.steps + step) * units
        for unit in 0..<units {
          let before = step == 0 ? given.start?[unit] ?? 0 : rates[row - units + unit]
          result[row + unit] = (rates[row + unit] - keep * before) / given.alpha
        }
      }
    }
    return result
  }

  /// The same of z.
  var outputTargets: [Double] {
    guard given.form == .rate, !outputs.isEmpty else { return outputs }
    var result = outputs
    let (count, keep) = (given.readouts.columns, 1 - given.alpha)
    let first = (0..<count).map { output in
      given.start.map { start in
        zip(given.readouts.column(output), start).reduce(0) { $0 + $1.0 * $1.1 } / Double(units)
      } ?? 0
    }
    for trial in 0..<stimulus.trials {
      for step in 0..<stimulus.steps {
        let row = (trial * stimulus.steps + step) * count
        for o in 0..<count {
          let before = step == 0 ? first[o] : outputs[row - count + o]
          result[row + o] = (outputs[row + o] - keep * before) / given.alpha
        }
      }
    }
    return result
  }
}
