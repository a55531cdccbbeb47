// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks
import TestSupport
import Testing
import Training

/// Gradients of the whole state: every combination of form, φ, kind of J and what is trained, against finite differences.
@Suite struct WholeStateTests {
  private enum Kind: CaseIterable { case dense, low, both }

  private static let units = 19

  private func trials(_ count: Int, seed: UInt64) -> Trials {
    var random = RandomStream(seed: seed, stream: 7)
    let size = count * 9 * 2
    return Trials(
      stimulus: randomStimulus(trials: count, steps: 9, channels: 2, seed: seed), outputs: 2,
      target: (0..<size).map { _ in random.normal() },
      // The last step is asked in every trial, so that each has a window for each output.
      mask: (0..<size).map { $0 / 2 % 9 == 8 ? 1 : [0, 0, 1, 0.5][random.index(below: 4)] })
  }

  private func parameters(_ kind: Kind, _ form: NetworkForm, seed: UInt64) -> TrainingVectors {
    var random = RandomStream(seed: seed, stream: 9)
    let units = Self.units
    func normal(_ columns: Int, _ deviation: Double, rows: Int = Self.units) -> Matrix {
      Matrix(rows: rows, columns: columns) { _, _ in deviation * random.normal() }
    }
    var matrices: [TrainedVector: Matrix] = [
      .inputs: normal(2, 1), .readouts: normal(2, 4), .bias: normal(1, 0.5), .initialState: normal(1, 0.5),
      .readoutBias: normal(2, 1, rows: 1),
    ]
    if form == .current { matrices[.current] = normal(1, 0.5) }
    if kind != .low { matrices[.connectivity] = normal(units, 1 / Double(units).squareRoot()) }
    if kind != .dense { (matrices[.m], matrices[.n]) = (normal(2, 1), normal(2, 1)) }
    return TrainingVectors(matrices: matrices)
  }

  /// Central differences of fourth order: 1e-9 of the gradient's norm and 1e-11 of the loss, as for low rank. N is no multiple
  /// of a panel, B none of the group. ReLU has kinks, beside which differences hold.
  @Test(arguments: NetworkForm.allCases, TransferFunction.allCases.filter { $0 != .relu })
  func everyPartAgreesWithFiniteDifferences(form: NetworkForm, transfer: TransferFunction) throws {
    for (index, kind) in Kind.allCases.enumerated() {
      let seed = UInt64(310 + index)
      let point = parameters(kind, form, seed: seed)
      let trials = trials(19, seed: seed)
      let noise = index == 1 ? PrivateNoise(deviation: 0.1, seed: 5) : nil
      func evaluate(_ at: TrainingVectors, _ trained: Set<TrainedVector>) throws -> LossGradient {
        try LossGradient(
          ofWholeState: at, form: form, transfer: transfer, on: trials, alpha: 0.3, trained: trained,
          noise: noise)
      }
      let exact = try evaluate(point, Set(TrainedVector.allCases))
      for vector in TrainedVector.allCases where point[vector].columns > 0 {
        let gradient = exact.gradient[vector].elements
        // What else is trained changes no bit of a part's gradient.
        #expect(try evaluate(point, [vector]).gradient[vector].elements == gradient)
        var random = RandomStream(seed: seed, stream: 8)
        let direction = gradient.map { _ in random.normal() / 4 }
        func loss(_ h: Double) throws -> Double {
          var moved = point
          for i in direction.indices { moved[vector].elements[i] += h * direction[i] }
          return try evaluate(moved, []).loss
        }
        let difference = try centralDifference(of: loss)
        let product = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(norm > 0)
        #expect(
          abs(product - difference) < 1e-9 * norm + 1e-11 * exact.loss,
          "seed \(seed), \(form), \(transfer), \(kind), \(vector): \(product) and \(difference)")
      }
    }
  }

  /// What a part of the parameters gives is what all of them give, and what is not trained is zero.
  @Test func reluAgreesAwayFromItsKinks() throws {
    let point = parameters(.both, .current, seed: 5)
    let trials = trials(5, seed: 5)
    func loss(_ at: TrainingVectors) throws -> Double {
      try LossGradient(ofWholeState: at, form: .current, transfer: .relu, on: trials, alpha: 0.3, trained: [])
        .loss
    }
    let exact = try LossGradient(
      ofWholeState: point, form: .current, transfer: .relu, on: trials, alpha: 0.3,
      trained: [.readouts, .current])
    // The readout has no kink at all; c moves units over theirs by chance only.
    var moved = point
    moved.readouts.elements[3] += 1e-4
    let up = try loss(moved)
    moved.readouts.elements[3] -= 2e-4
    #expect(abs((up - (try loss(moved))) / 2e-4 - exact.gradient.readouts.elements[3]) < 1e-7 * exact.loss)
    #expect(exact.gradient.m.elements.allSatisfy { $0 == 0 })
  }

  /// Other code simulates the same network: the same loss, in both forms, with everything a network may have.
  @Test(arguments: NetworkForm.allCases) func theLossIsThatOfASimulation(form: NetworkForm) throws {
    let p = parameters(.low, form, seed: 40)
    let trials = trials(18, seed: 40)
    let network = try Network(
      m: p.m, n: p.n, inputs: p.inputs, readouts: p.readouts, bias: .init(values: p.bias.elements),
      current: form == .current ? p.current.elements : nil, readoutBias: p.readoutBias.elements, form: form,
      transfer: .erf
    ).starting(at: p.initialState.elements)
    let noise = PrivateNoise(deviation: 0.05, seed: 3)
    for noise in [nil, noise] {
      let run = Simulation(alpha: 0.3, noise: noise).run(try NetworkDynamics(network), under: trials.stimulus)
      let simulated = try (0..<2).map { try #require(Performance(of: run, trials: trials, output: $0)).loss }
      let own = try LossGradient(
        ofWholeState: TrainingVectors(network), form: form, transfer: .erf, on: trials, alpha: 0.3,
        trained: [],
        noise: noise)
      // Every trial has a window for every output: the mean over both.
      #expect(abs((simulated[0] + simulated[1]) / 2 - own.loss) < 1e-12 * own.loss, "\(form)")
    }
  }

  /// J fixed and random, I and w trained, as in the duration thesis: J keeps every bit, and no number of threads matters.
  @Test func whatIsNotTrainedStays() throws {
    var options = TrainingOptions()
    (options.isFullRank, options.gain, options.units, options.batch) = (true, 1.5, 40, 20)
    options.trained = [.inputs, .readouts, .bias, .initialState]
    let task = try Tasks.Task(name: "duration", options: .init())
    var one = try Trainer(task: task, options: options)
    let start = one.state.parameters
    try one.advance(by: 5)
    options.threads = 3
    var three = try Trainer(task: task, options: options)
    try three.advance(by: 2)
    var resumed = try Trainer(task: task, options: options, state: three.state)
    try resumed.advance(by: 3)
    #expect(one.state == resumed.state)
    let end = one.state.parameters
    #expect(end.connectivity == start.connectivity && end.readoutBias.columns == 0)
    for vector in options.trained { #expect(end[vector] != start[vector]) }
    // Entries N(0, g²/N): the mean square of 1600 of them within five standard errors.
    let square = start.connectivity.elements.reduce(0) { $0 + $1 * $1 } / 1600
    #expect(abs(square / (2.25 / 40) - 1) < 5 * (2.0 / 1600).squareRoot())
  }

  @Test func everyCombinationCanBeTrained() throws {
    let task = try Tasks.Task(.perceptualDecision, options: .init(preset: .course))
    for form in NetworkForm.allCases {
      for isFullRank in [false, true] {
        for vector in TrainedVector.allCases {
          var options = TrainingOptions()
          (options.units, options.batch, options.form, options.isFullRank) = (16, 4, form, isFullRank)
          options.trained = [vector]
          let isAbsent =
            isFullRank ? [.m, .n].contains(vector) : vector == .connectivity
          if isAbsent || (form == .rate && vector == .current) {
            #expect(throws: TrainingError.self) { try Trainer(task: task, options: options) }
            continue
          }
          var trainer = try Trainer(task: task, options: options)
          let before = trainer.state.parameters
          try trainer.advance(by: 2)
          for other in TrainedVector.allCases {
            #expect(
              (trainer.state.parameters[other] == before[other]) == (other != vector), "\(vector), \(other)")
          }
        }
      }
    }
  }
}
