// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks

/// All that training needs in order to go on: what a checkpoint holds.
public struct TrainingState: Sendable, Hashable {
  /// m, n, I and w as they are; or J, I and w.
  public var parameters: TrainingVectors
  /// Adam's mean of the gradient.
  public var firstMoment: TrainingVectors
  /// Adam's mean of the squared gradient.
  public var secondMoment: TrainingVectors
  /// Loss of each batch before its update; their number is the number of updates so far.
  public var losses: [Double]
  /// The parameters that did best, where they are kept.
  public var best: Best?

  /// Parameters after an epoch, and the mean loss of its batches.
  public struct Best: Sendable, Hashable {
    /// m, n, I and w.
    public var parameters: TrainingVectors
    /// The mean loss of the epoch that ended with them.
    public var loss: Double

    /// Parameters and their loss.
    public init(parameters: TrainingVectors, loss: Double) {
      self.parameters = parameters
      self.loss = loss
    }
  }

  /// A state read from a checkpoint.
  public init(
    parameters: TrainingVectors, firstMoment: TrainingVectors, secondMoment: TrainingVectors,
    losses: [Double], best: Best? = nil
  ) {
    self.parameters = parameters
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.losses = losses
    self.best = best
  }

  /// A state in which the training of this network begins.
  public init(startingFrom network: Network) {
    parameters = TrainingVectors(network)
    firstMoment = parameters.zeros
    secondMoment = parameters.zeros
    losses = []
  }

  /// The state in which this training begins from a network, with gains of one where the options want gains.
  public init(startingFrom network: Network, options: TrainingOptions) {
    self.init(startingFrom: network)
    if options.isFullRank, parameters.connectivity.columns == 0 {
      // m nᵀ/N as a J of its own.
      let (m, n) = (network.m, network.n)
      let share = 1 / Double(network.unitCount)
      var whole = Matrix(rows: m.rows, columns: m.rows)
      for r in 0..<network.rank {
        for k in 0..<m.rows { for i in 0..<m.rows { whole[i, k] += m[i, r] * n[k, r] * share } }
      }
      let none = Matrix(rows: m.rows, columns: 0)
      (parameters.connectivity, parameters.m, parameters.n) = (whole, none, none)
    } else if !options.isFullRank, parameters.connectivity.columns > 0 {
      parameters.connectivity = Matrix(rows: network.unitCount, columns: 0)
      (parameters.m, parameters.n) = (network.m, network.n)
    }
    addExtras(options)
    addGains(options)
  }

  /// Biases and an initial state of zero, where they are trained and not there yet.
  private mutating func addExtras(_ options: TrainingOptions) {
    let units = parameters.inputs.rows
    for vector in TrainedVector.extras where options.trained.union(options.held).contains(vector) {
      guard parameters[vector].columns == 0 else { continue }
      parameters[vector] = Matrix(
        rows: vector.rows(units: units), columns: vector == .readoutBias ? parameters.readouts.columns : 1)
    }
    firstMoment = parameters.zeros
    secondMoment = parameters.zeros
  }

  /// A gain for every input vector and readout that is not trained itself.
  private mutating func addGains(_ options: TrainingOptions) {
    guard options.gains else { return }
    if !options.trained.contains(.inputs) {
      parameters.inputGains = [Double](repeating: 1, count: parameters.inputs.columns)
    }
    if !options.trained.contains(.readouts) {
      parameters.readoutGains = [Double](repeating: 1, count: parameters.readouts.columns)
    }
    firstMoment = parameters.zeros
    secondMoment = parameters.zeros
  }

  /// Updates so far.
  public var updates: Int { losses.count }

  /// The vectors of the network that training has come to: those of the best epoch where they are kept, otherwise the last;
  /// gains multiplied in.
  public func outcome(_ options: TrainingOptions) -> TrainingVectors {
    (options.keepsBest ? best?.parameters ?? parameters : parameters).withGainsApplied
  }

  /// The initial network: m and I with entries N(0, 1), n with such entries plus ρ m, w with the given deviation; or J
  /// with entries N(0, g²/N), whose eigenvalues fill a disc of radius g.
  ///
  /// Each vector has a stream of its own, so that the same seed gives the same first columns for every rank.
  init(_ task: Task, _ options: TrainingOptions) {
    func normal(_ columns: Int, deviation: Double, stream: UInt64) -> Matrix {
      var elements: [Double] = []
      elements.reserveCapacity(options.units * columns)
      for column in 0..<columns {
        var random = RandomStream(
          seed: Seeds(options.seed).network, stream: stream << 32 | UInt64(column))
        for _ in 0..<options.units { elements.append(deviation * random.normal()) }
      }
      return Matrix(rows: options.units, columns: columns, elements: elements)
    }
    let inputs = normal(task.inputs, deviation: 1, stream: 2)
    let readouts = normal(task.outputs, deviation: options.readoutDeviation, stream: 3)
    if options.isFullRank {
      parameters = TrainingVectors(
        connectivity: normal(
          options.units, deviation: options.gain / Double(options.units).squareRoot(), stream: 4),
        inputs: inputs, readouts: readouts)
    } else {
      let m = normal(options.rank, deviation: 1, stream: 0)
      var n = normal(options.rank, deviation: 1, stream: 1)
      for i in n.elements.indices { n.elements[i] += options.overlap * m.elements[i] }
      parameters = TrainingVectors(m: m, n: n, inputs: inputs, readouts: readouts)
    }
    firstMoment = parameters.zeros
    secondMoment = parameters.zeros
    losses = []
    addExtras(options)
    addGains(options)
  }

  /// Refuses a state of another shape.
  func check(_ task: Task, _ options: TrainingOptions) throws(TrainingError) {
    for (name, vectors) in [
      ("", parameters), ("first moment of ", firstMoment), ("second moment of ", secondMoment),
    ] + (best.map { [("best ", $0.parameters)] } ?? []) {
      for (gain, values, wanted) in [
        (
          "gains of I", vectors.inputGains,
          options.gains && !options.trained.contains(.inputs) ? task.inputs : 0
        ),
        (
          "gains of w", vectors.readoutGains,
          options.gains && !options.trained.contains(.readouts) ? task.outputs : 0
        ),
      ] {
        guard values.count == wanted, values.allSatisfy(\.isFinite) else {
          throw .state(
            quantity: name + gain, expected: "\(wanted) finite numbers", found: "\(values.count), \(values)")
        }
      }
      for (vector, columns, rows) in options.columns(for: task) {
        let matrix = vectors[vector]
        guard matrix.rows == rows, matrix.columns == columns else {
          throw .state(
            quantity: name + vector.rawValue, expected: "shape (\(rows), \(columns))",
            found: "shape (\(matrix.rows), \(matrix.columns))")
        }
        guard matrix.elements.allSatisfy(\.isFinite) else {
          throw .state(quantity: name + vector.rawValue, expected: "finite numbers", found: "one that is not")
        }
      }
    }
    guard secondMoment.isNonNegative else {
      throw .state(quantity: "second moments", expected: "none below zero", found: "one that is")
    }
  }
}

extension TrainingVectors {
  fileprivate var isNonNegative: Bool {
    TrainedVector.allCases.allSatisfy { self[$0].elements.allSatisfy { $0 >= 0 } }
      && (inputGains + readoutGains).allSatisfy { $0 >= 0 }
  }
}

/// The independent seeds that one seed stands for.
struct Seeds {
  let network, trials, test: UInt64
  /// Which of fixed trials a batch takes; private noise while training, and in the test.
  let batches, noise, testNoise: UInt64

  init(_ seed: UInt64) {
    var random = RandomStream(seed: seed, stream: .max)
    network = random.next()
    trials = random.next()
    test = random.next()
    batches = random.next()
    noise = random.next()
    testNoise = random.next()
  }
}
