// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank
import NetworkFiles

/// A network of one rank, and how well it does.
public struct FittedRank: Sendable {
  /// R.
  public let rank: Int
  /// R² of the rates on the trials of the fit, and on others.
  public let r2Train, r2Test: Double
  /// Relative error of z on the others, all outputs together; `nil` without outputs.
  public let outputRelative: Double?
  /// Share of their decisions that are the network's; `nil` without a response window.
  public let agreement: Double?
  /// Which start won.
  public let start: String
  /// R² of that start, before any update.
  public let r2Start: Double
  /// Updates made.
  public let updates: Int
  /// The network.
  public let network: Network
  /// Gain and offset of every neuron, r̂ = g φ + o; 1 and 0 but for neurons that leave φ's range.
  public let gains, offsets: [Double]

  /// Relative error of z on the trials of the fit, where there is a z: fitted beside the rates, or of a recording and read out.
  let outputTrain: Double?
  /// Prediction of held-out trials and neurons, where a rank was to be chosen.
  public let prediction: HeldOutPrediction?

  init(
    _ fit: ActivityFit, trials: FitTrials, reference: Network?, prediction: HeldOutPrediction?, threads: Int?
  ) throws {
    let test = trials.test
    rank = fit.rank
    self.prediction = prediction
    let training = trials.training
    r2Train =
      ExplainedVariance(
        of: try fit.rates(under: training.stimulus, threads: threads), against: training.rates,
        units: training.units
      ).r2
    r2Test =
      ExplainedVariance(
        of: try fit.rates(under: test.stimulus, threads: threads), against: test.rates, units: test.units
      ).r2
    start = fit.start.rawValue
    r2Start = 1 - fit.startCost
    updates = fit.updates
    gains = fit.parameters.gains
    offsets = fit.parameters.offsets
    let simulation = Simulation(alpha: fit.given.alpha, keepsStates: true, threads: threads)
    let wanted: [Double]
    if let reference {
      network = try fit.network(readoutBias: reference.readoutBias)
      wanted =
        Simulation(alpha: fit.given.alpha, threads: threads)
        .run(try NetworkDynamics(reference), under: test.stimulus).outputs
      outputTrain = trials.training.outputs.isEmpty ? nil : fit.trainingCost.outputs.squareRoot()
    } else {
      let bare = try fit.network()
      network =
        try trials.recordedOutputs == 0
        ? bare
        : Readout.fitted(
          to: trials.recordedTraining, outputs: trials.recordedOutputs, of: bare,
          under: trials.training.stimulus, simulation: simulation)
      wanted = trials.recorded
      outputTrain =
        try trials.recordedOutputs == 0
        ? nil
        : Readout.error(
          of: simulation.run(try NetworkDynamics(network), under: training.stimulus).outputs,
          against: trials.recordedTraining, outputs: trials.recordedOutputs)
    }
    let outputs = network.outputCount
    guard outputs > 0 else {
      outputRelative = nil
      agreement = nil
      return
    }
    let own = simulation.run(try NetworkDynamics(network), under: test.stimulus)
    func outputsAlone(_ values: [Double]) -> Trajectory {
      Trajectory(
        trials: test.stimulus.trials, steps: test.stimulus.steps, rank: 0, outputCount: outputs, kappa: [],
        outputs: values)
    }
    let comparison = Comparison(
      of: outputsAlone(own.outputs), against: outputsAlone(wanted), trials: trials.testTrials)
    outputRelative = comparison.totalRelativeError
    agreement = comparison.outputs.compactMap(\.agreement).min()
  }
}

/// A readout of fitted rates, for activity that has z recorded beside it.
enum Readout {
  /// Root mean square over outputs of their relative errors, where z is known.
  static func error(of z: [Double], against recorded: [Double], outputs: Int) -> Double? {
    var (errors, squares) = ([Double](repeating: 0, count: outputs), [Double](repeating: 0, count: outputs))
    for (i, (own, wanted)) in zip(z, recorded).enumerated() where !wanted.isNaN {
      errors[i % outputs] += (own - wanted) * (own - wanted)
      squares[i % outputs] += wanted * wanted
    }
    let shares = zip(errors, squares).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
    return shares.isEmpty ? nil : (shares.reduce(0, +) / Double(shares.count)).squareRoot()
  }

  /// The same network with w and z₀ by ridge regression of z on its rates.
  static func fitted(
    to z: [Double], outputs: Int, of network: Network, under stimulus: Stimulus, simulation: Simulation
  ) throws -> Network {
    let dynamics = try NetworkDynamics(network)
    let run = simulation.run(dynamics, under: stimulus)
    let rates = dynamics.activationsAndRates(of: run, under: stimulus).rates
    let (w, bias) = try ActivityReadout.ridge(of: z, outputs: outputs, on: rates, units: network.unitCount)
    return try Network(
      m: network.m, n: network.n, inputs: network.inputs, readouts: w, bias: network.bias,
      current: network.current, readoutBias: bias, form: network.form, transfer: network.transfer
    ).starting(at: network.start?.state)
  }
}

/// A fit of a low-rank network to activity: what `kappa fit --json` prints.
public struct FitResult: Sendable {
  /// R of the network.
  public var rank: Int { chosen.rank }
  /// The network that was chosen.
  public let chosen: FittedRank
  /// Why this rank; `nil` where it was asked for.
  public let choice: RankChoice?
  /// What several fits of this rank agree on; `nil` where there was one.
  public internal(set) var agreement: FitAgreement?
  /// What removing units does in the fit and in the network it was fitted to; empty for recordings.
  public internal(set) var removals: [UnitRemovals.Row] = []
  /// Every rank that was fitted.
  public let ranks: [FittedRank]
  /// α = dt/τ.
  public let alpha: Double
  /// The trials it is judged by, in words.
  public let source: String
  /// The most that any prediction from the inputs could explain, where trials repeat; R².
  public let ceiling: Double?
  /// How long it took.
  public let seconds: Double
  /// What to know beside the numbers.
  public let remarks: [Remark]

  init(
    chosen: FittedRank, choice: RankChoice?, rows: [FittedRank], alpha: Double, source: String,
    ceiling: Double?, seconds: Double,
    remarks: [Remark]
  ) {
    self.chosen = chosen
    self.choice = choice
    ranks = rows
    self.alpha = alpha
    self.source = source
    self.ceiling = ceiling
    self.seconds = seconds
    self.remarks = remarks
  }

  /// What NET.npz holds: m, n, I, w, alpha, transfer and form, in the default scaling, and what else the network has.
  ///
  /// - Throws: `StudyError`, never in fact: the shapes are those of the fit.
  public var arrays: [Tensor] {
    get throws(StudyError) {
      let written = try StudyError.converting(about: source) { try chosen.written }
      let own =
        chosen.network.outputCount == 0 ? [Tensor(name: RateScale.readout, text: RateScale.ownRates)] : []
      return written.arrays(alpha: alpha) + own + chosen.scaleArrays
    }
  }
}

extension FittedRank {
  /// `gain` and `offset` of every neuron, where some have their own.
  fileprivate var scaleArrays: [Tensor] {
    guard !scaled.isEmpty else { return [] }
    return [
      Tensor(name: RateScale.gain, shape: [gains.count], values: gains),
      Tensor(name: RateScale.offset, shape: [offsets.count], values: offsets),
    ]
  }

  /// The network with a readout: where none is known, each neuron's own rate, gain and offset applied.
  fileprivate var written: Network {
    get throws {
      guard network.outputCount == 0 else { return network }
      let units = network.unitCount
      return try Network(
        m: network.m, n: network.n, inputs: network.inputs,
        readouts: Matrix(rows: units, columns: units) { $0 == $1 ? gains[$0] * Double(units) : 0 },
        bias: network.bias, current: network.current, readoutBias: offsets, form: network.form,
        transfer: network.transfer
      ).starting(at: network.start?.state)
    }
  }

  /// A neuron with a gain and an offset of its own.
  struct Scaled: Encodable {
    let unit: Int
    let gain, offset: Double
  }

  /// Neurons whose rates follow from φ by more than φ, counted from 0.
  var scaled: [Scaled] {
    gains.indices.filter { gains[$0] != 1 || offsets[$0] != 0 }.map {
      Scaled(unit: $0, gain: gains[$0], offset: offsets[$0])
    }
  }
}

extension Network {
  /// What a file of the network in the default scaling holds: m, n, I, w, α, φ and the form; b, current, x0 and z0 where
  /// there are some.
  func arrays(alpha: Double) -> [Tensor] {
    var result = [("m", m), ("n", n), ("I", inputs), ("w", readouts)].filter { $0.1.columns > 0 }.map {
      Tensor(name: $0, $1)
    }
    for (name, values) in [("b", bias?.values), ("current", current), ("x0", start?.state)] {
      if let values { result.append(Tensor(name: name, shape: [unitCount], values: values)) }
    }
    if readoutBias.contains(where: { $0 != 0 }) {
      result.append(Tensor(name: "z0", shape: [outputCount], values: readoutBias))
    }
    return result + [
      Tensor(name: "alpha", scalar: alpha), Tensor(name: "transfer", text: transfer.rawValue),
      Tensor(name: "form", text: form.rawValue),
    ]
  }
}

extension FitResult: Encodable {
  private enum Key: String, CodingKey {
    case scaled, rank, choice, determined, removals, ranks, seconds, warnings, remarks, trials, ceiling
  }

  /// The contract's fields; numbers that are not there are null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rank, forKey: .rank)
    try container.encode(choice, forKey: .choice)
    try container.encode(agreement, forKey: .determined)
    try container.encode(removals, forKey: .removals)
    try container.encode(chosen.scaled, forKey: .scaled)
    try container.encode(ranks, forKey: .ranks)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(source, forKey: .trials)
    try container.encode(ceiling, forKey: .ceiling)
    try container.encode(remarks.filter { $0.weight == .warning }.map(\.text), forKey: .warnings)
    try container.encode(remarks, forKey: .remarks)
  }
}

extension FittedRank: Encodable {
  private enum Key: String, CodingKey {
    case rank, r2Train, r2Test, outputRelative, agreement, start, r2Start, updates
    case heldOut, heldOutError, heldOutNeurons, principalComponents
  }

  /// The contract's fields.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rank, forKey: .rank)
    try container.encode(r2Train, forKey: .r2Train)
    try container.encode(r2Test, forKey: .r2Test)
    try container.encode(outputRelative, forKey: .outputRelative)
    try container.encode(agreement, forKey: .agreement)
    try container.encode(start, forKey: .start)
    try container.encode(r2Start, forKey: .r2Start)
    try container.encode(updates, forKey: .updates)
    guard let prediction else { return }
    try container.encode(prediction.mean, forKey: .heldOut)
    try container.encode(prediction.standardError, forKey: .heldOutError)
    try container.encode(prediction.neurons, forKey: .heldOutNeurons)
    try container.encode(prediction.principalComponents, forKey: .principalComponents)
  }
}
