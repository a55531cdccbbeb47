// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Loss and gradient of a network on given trials: one evaluation of what `Trainer` does at every update.
public struct LossGradient: Sendable, Hashable {
  /// Square error averaged over each trial's response window (weighted by the mask), then over trials.
  public let loss: Double
  /// Fraction of trials and outputs whose mean output over the response window has the target's sign.
  public let accuracy: Double
  /// ∂loss/∂(m, n, I, w) by exact backpropagation through time of the Euler map; zero for what is not trained.
  public let gradient: TrainingVectors

  /// Evaluates a network from x(0) = 0.
  ///
  /// - Parameters:
  ///   - alpha: dt/τ.
  ///   - trained: the vectors whose gradient is wanted.
  ///   - noise: noise that each unit receives for itself, the same as a simulation's with this seed.
  /// - Throws: `TrainingError.option` when the trials have no target and mask, do not fit the network, or the network
  ///   has a bias or too many vectors.
  public init(
    of network: Network, on trials: Trials, alpha: Double,
    trained: Set<TrainedVector> = [.m, .n, .inputs, .readouts],
    noise: PrivateNoise? = nil, precision: TrainingOptions.Precision = .double, threads: Int = 1
  ) throws(TrainingError) {
    let stimulus = trials.stimulus
    if let (quantity, found) = network.beyondLatents {
      throw .option(quantity: quantity, expected: "none (`init(ofWholeState:)` knows it)", found: found)
    }
    guard max(network.rank, network.inputCount, network.outputCount) <= PassShape.most else {
      throw .option(
        quantity: "network", expected: "at most \(PassShape.most) vectors of each kind",
        found: "R = \(network.rank), K = \(network.inputCount), O = \(network.outputCount)")
    }
    try trials.check(inputs: network.inputCount, outputs: network.outputCount)
    let shape = PassShape(
      units: network.unitCount, rank: network.rank, inputs: network.inputCount, outputs: network.outputCount,
      steps: stimulus.steps, alpha: alpha, transfer: network.transfer)
    let evaluator = LossEvaluator(shape: shape, precision: precision, threads: threads, noise: noise)
    let result = evaluator.evaluate(
      TrainingVectors(network), steps: stimulus.steps, batch: stimulus.trials, trained: trained,
      firstStream: 0
    ) { trials[$0] }
    loss = result.loss
    accuracy = result.accuracy
    gradient = result.gradient
  }

  /// Evaluates a network of full rank from x(0) = 0.
  ///
  /// - Parameters:
  ///   - parameters: J, I and w.
  ///   - alpha: dt/τ.
  ///   - trained: the matrices whose gradient is wanted.
  /// - Throws: `TrainingError.option` when there is no J, or the trials have no target and mask or do not fit.
  public init(
    ofFullRank parameters: TrainingVectors, transfer: TransferFunction, on trials: Trials, alpha: Double,
    trained: Set<TrainedVector> = [.connectivity, .inputs, .readouts], threads: Int = 1
  ) throws(TrainingError) {
    guard parameters.connectivity.columns > 0, parameters.m.columns == 0 else {
      throw .option(quantity: "J", expected: "the connectivity of a full-rank network", found: "none")
    }
    try self.init(
      ofWholeState: parameters, form: .current, transfer: transfer, on: trials, alpha: alpha,
      trained: trained.intersection([.connectivity, .inputs, .readouts]), threads: threads)
  }

  /// Evaluates any network, from its initial state: with a J, m nᵀ/N or both, biases, in current or rate form.
  ///
  /// - Parameters:
  ///   - parameters: what it consists of.
  ///   - form: current or rate.
  ///   - alpha: dt/τ.
  ///   - trained: what the gradient is wanted of; what the network does not have is left out.
  ///   - noise: noise that each unit receives for itself, the same as a simulation's with this seed.
  /// - Throws: `TrainingError.option` when the trials have no target and mask or do not fit, or for a current in rate form.
  public init(
    ofWholeState parameters: TrainingVectors, form: NetworkForm, transfer: TransferFunction,
    on trials: Trials,
    alpha: Double, trained: Set<TrainedVector>, noise: PrivateNoise? = nil, threads: Int = 1
  ) throws(TrainingError) {
    let stimulus = trials.stimulus
    guard form == .current || parameters.current.columns == 0 else {
      throw .option(
        quantity: "current", expected: "none in rate form, where it is part of the bias", found: "one")
    }
    try trials.check(inputs: parameters.inputs.columns, outputs: parameters.readouts.columns)
    let shape = WholeStateShape(
      units: parameters.inputs.rows, rank: parameters.m.columns, inputs: stimulus.channels,
      outputs: trials.outputs, isDense: parameters.connectivity.columns > 0, steps: stimulus.steps,
      alpha: alpha, form: form, transfer: transfer)
    let result = LossEvaluator(wholeState: shape, threads: threads, noise: noise).evaluate(
      parameters, steps: stimulus.steps, batch: stimulus.trials,
      trained: trained.filter { parameters[$0].columns > 0 }, firstStream: 0
    ) { trials[$0] }
    loss = result.loss
    accuracy = result.accuracy
    gradient = result.gradient
  }
}

extension Network {
  /// What no training here knows of, if there is any: a name, and what it is.
  public var untrainable: (quantity: String, found: String)? {
    if let bias, !bias.reachesReadout { return ("bias", "one that the readout does not see") }
    return nil
  }

  /// What the low-rank engine does not know of, if there is any.
  fileprivate var beyondLatents: (quantity: String, found: String)? {
    if bias != nil { return ("bias", "one") }
    if current != nil { return ("bias in the current", "one") }
    if readoutBias.contains(where: { $0 != 0 }) { return ("readout bias", "one") }
    return form == .current ? nil : ("form", "rates, τ dr/dt = -r + φ(J r + …)")
  }
}

extension Trials {
  /// Refuses trials that a network of so many inputs and outputs cannot be trained on.
  fileprivate func check(inputs: Int, outputs wanted: Int) throws(TrainingError) {
    guard stimulus.channels == inputs, outputs == wanted, !target.isEmpty, !mask.isEmpty else {
      throw .option(
        quantity: "trials", expected: "\(inputs) inputs, and target and mask of \(wanted) outputs",
        found: "\(stimulus.channels) inputs and \(target.isEmpty ? 0 : outputs) targets")
    }
  }
}
