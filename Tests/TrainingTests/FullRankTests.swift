// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks
import TestSupport
import Testing
import Training

/// Training of a whole J: its gradient against finite differences and against the low-rank engine, and its runs.
@Suite struct FullRankTests {
  private func randomTrials(_ count: Int, steps: Int, inputs: Int, outputs: Int, seed: UInt64) -> Trials {
    var random = RandomStream(seed: seed, stream: 7)
    let size = count * steps * outputs
    return Trials(
      stimulus: randomStimulus(trials: count, steps: steps, channels: inputs, seed: seed), outputs: outputs,
      target: (0..<size).map { _ in random.normal() },
      mask: (0..<size).map { _ in [0, 0, 1, 0.5][random.index(below: 4)] })
  }

  private func randomVectors(units: Int, inputs: Int, outputs: Int, seed: UInt64) -> TrainingVectors {
    var random = RandomStream(seed: seed, stream: 9)
    func normal(_ columns: Int, _ deviation: Double) -> Matrix {
      Matrix(rows: units, columns: columns) { _, _ in deviation * random.normal() }
    }
    return TrainingVectors(
      connectivity: normal(units, 1 / Double(units).squareRoot()), inputs: normal(inputs, 1),
      readouts: normal(outputs, 4))
  }

  /// Central differences of fourth order, as for low rank: 1e-9 of the gradient's norm and 1e-11 of the loss. N is no
  /// multiple of the block, B none of the group.
  @Test(arguments: TransferFunction.allCases.filter { $0 != .relu })
  func agreesWithFiniteDifferences(transfer: TransferFunction) throws {
    for (index, (inputs, outputs, count)) in [(1, 1, 6), (2, 2, 19)].enumerated() {
      let seed = UInt64(200 + index)
      let vectors = randomVectors(units: 21, inputs: inputs, outputs: outputs, seed: seed)
      let trials = randomTrials(count, steps: 12, inputs: inputs, outputs: outputs, seed: seed)
      let exact = try LossGradient(ofFullRank: vectors, transfer: transfer, on: trials, alpha: 0.2)
      for vector in [TrainedVector.connectivity, .inputs, .readouts] {
        let gradient = exact.gradient[vector].elements
        var random = RandomStream(seed: seed, stream: 8)
        let direction = gradient.map { _ in random.normal() / 4 }
        func loss(_ h: Double) throws -> Double {
          var moved = vectors
          for i in direction.indices { moved[vector].elements[i] += h * direction[i] }
          return try LossGradient(
            ofFullRank: moved, transfer: transfer, on: trials, alpha: 0.2, trained: []
          ).loss
        }
        let difference = try centralDifference(of: loss)
        let product = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(norm > 0)
        #expect(
          abs(product - difference) < 1e-9 * norm + 1e-11 * exact.loss,
          "seed \(seed), \(transfer), \(vector): \(product) and \(difference)")
      }
    }
  }

  /// With J = m nᵀ/N both engines compute the same network: the same loss, ∂/∂I and ∂/∂w, and by the chain rule
  /// ∂L/∂m = (∂L/∂J) n/N and ∂L/∂n = (∂L/∂J)ᵀ m/N. Sums of 30 terms over 14 steps: some hundred roundings.
  @Test func agreesWithTheLowRankEngine() throws {
    let seed: UInt64 = 46
    let units = 30
    let network = try randomNetwork(units: units, rank: 2, inputs: 2, outputs: 1, seed: seed)
    let trials = randomTrials(21, steps: 14, inputs: 2, outputs: 1, seed: seed)
    let low = try LossGradient(of: network, on: trials, alpha: 0.2)
    let j = Matrix(rows: units, columns: units) { i, k in
      (0..<2).reduce(0) { $0 + network.m[i, $1] * network.n[k, $1] } / Double(units)
    }
    let full = try LossGradient(
      ofFullRank: TrainingVectors(connectivity: j, inputs: network.inputs, readouts: network.readouts),
      transfer: network.transfer, on: trials, alpha: 0.2)
    #expect(abs(full.loss / low.loss - 1) < 1e-13, "seed \(seed)")
    #expect(full.accuracy == low.accuracy)
    func chain(_ factor: Matrix, _ transposed: Bool) -> [Double] {
      Matrix(rows: units, columns: 2) { i, r in
        (0..<units).reduce(0) { sum, k in
          let slope = transposed ? full.gradient.connectivity[k, i] : full.gradient.connectivity[i, k]
          return sum + slope * factor[k, r]
        } / Double(units)
      }.elements
    }
    for (own, other) in [
      (full.gradient.inputs.elements, low.gradient.inputs.elements),
      (full.gradient.readouts.elements, low.gradient.readouts.elements),
      (chain(network.n, false), low.gradient.m.elements), (chain(network.m, true), low.gradient.n.elements),
    ] {
      #expect(relativeDifference(own, other) < 1e-12, "seed \(seed)")
    }
  }

  private func trainer(_ seed: UInt64, change: (inout TrainingOptions) -> Void = { _ in }) throws -> Trainer {
    var options = TrainingOptions()
    options.isFullRank = true
    options.trained = [.connectivity]
    options.learningRate = 1e-3
    options.units = 30
    options.batch = 20
    options.seed = seed
    change(&options)
    return try Trainer(
      task: Tasks.Task(.perceptualDecision, options: .init(preset: .course)), options: options)
  }

  @Test func theTaskIsLearned() throws {
    let seed: UInt64 = 5
    var trainer = try trainer(seed) { $0.units = 64 }
    let before = trainer.test(count: 200)
    let start = trainer.state.parameters
    try trainer.advance(by: 150)
    let after = trainer.test(count: 200)
    #expect(before.loss > 0.1, "seed \(seed)")
    #expect(after.loss < 0.05 && after.accuracy >= 0.98, "seed \(seed): \(after)")
    #expect(trainer.state.parameters.inputs == start.inputs)
    #expect(trainer.state.parameters.readouts == start.readouts)
    #expect(throws: ShapeError.self) { try trainer.network() }
    // The network simulated by other code has the loss that training sees: sums of 64 terms over 75 steps.
    let network = try trainer.fullRankNetwork(truncatedTo: 2)
    #expect(network.rank == 2 && network.denseConnectivity == trainer.state.parameters.connectivity)
    let trials = trainer.task.trials(count: 20, seed: 9)
    let run = Simulation(alpha: trainer.task.alpha).run(
      try NetworkDynamics(network), under: trials.stimulus)
    let simulated = try #require(Performance(of: run, trials: trials, output: 0))
    let own = try LossGradient(
      ofFullRank: trainer.state.parameters, transfer: .tanh, on: trials, alpha: trainer.task.alpha,
      trained: [])
    #expect(abs(simulated.loss - own.loss) < 1e-12 * max(own.loss, 1e-3))
    #expect(simulated.accuracy == own.accuracy)
    #expect(throws: LinearAlgebraError.self) { try trainer.fullRankNetwork(truncatedTo: 65) }
  }

  @Test func threadsAndInterruptionsChangeNoBit() throws {
    let seed: UInt64 = 6
    var one = try trainer(seed) { $0.batch = 37 }
    var two = try trainer(seed) {
      $0.batch = 37
      $0.threads = 2
    }
    try one.advance(by: 6)
    try two.advance(by: 2)
    var resumed = try Trainer(task: two.task, options: two.options, state: two.state)
    try resumed.advance(by: 4)
    #expect(one.state == resumed.state, "seed \(seed)")
  }

  /// As many fixed trials as a batch has: every update sees the same trials, so that with a rate of almost nothing their
  /// loss stays what it is, while fresh trials have another loss every time. With a real rate the loss of the batch falls.
  @Test func oneBatchIsFitted() throws {
    let seed: UInt64 = 7
    for isFullRank in [true, false] {
      func run(fixed: Int?, rate: Double, updates: Int) throws -> [Double] {
        var trainer = try trainer(seed) {
          $0.isFullRank = isFullRank
          $0.trained = isFullRank ? [.connectivity] : [.m, .n]
          $0.units = 64
          $0.fixedTrials = fixed
          $0.learningRate = rate
        }
        try trainer.advance(by: updates)
        return trainer.state.losses
      }
      let still = try run(fixed: 20, rate: 1e-12, updates: 3)
      #expect(abs(still[1] / still[0] - 1) < 1e-6 && abs(still[2] / still[0] - 1) < 1e-6, "seed \(seed)")
      let fresh = try run(fixed: nil, rate: 1e-12, updates: 3)
      #expect(abs(fresh[2] / fresh[0] - 1) > 1e-5, "seed \(seed)")
      let fitted = try run(fixed: 20, rate: isFullRank ? 1e-3 : 5e-3, updates: 300)
      #expect(fitted[299] < 0.05 * fitted[0], "seed \(seed): \(fitted[0]) to \(fitted[299])")
    }
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    let changes: [(inout TrainingOptions) -> Void] = [
      { $0.trained = [.m] }, { $0.precision = .single }, { $0.gain = .nan }, { $0.units = 5000 },
      { $0.fixedTrials = 19 },
      {
        $0.isFullRank = false
        $0.trained = [.connectivity, .m]
      },
    ]
    for change in changes {
      #expect(throws: TrainingError.self) { try trainer(1, change: change) }
    }
    var other = try trainer(1)
    try other.advance(by: 1)
    var options = other.options
    options.isFullRank = false
    options.trained = [.m, .n]
    #expect(throws: TrainingError.self) {
      try Trainer(task: other.task, options: options, state: other.state)
    }
  }
}
