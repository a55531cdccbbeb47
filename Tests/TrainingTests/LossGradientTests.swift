// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing
import Training

/// The gradient against finite differences, against closed forms, and against itself on other paths of computation.
@Suite struct LossGradientTests {
  /// Trials with random targets and a mask of several weights, some zero.
  private func randomTrials(_ count: Int, steps: Int, inputs: Int, outputs: Int, seed: UInt64) -> Trials {
    var random = RandomStream(seed: seed, stream: 7)
    let size = count * steps * outputs
    return Trials(
      stimulus: randomStimulus(trials: count, steps: steps, channels: inputs, seed: seed), outputs: outputs,
      target: (0..<size).map { _ in random.normal() },
      mask: (0..<size).map { _ in [0, 0, 1, 0.5][random.index(below: 4)] })
  }

  /// The network with one vector's entries moved along a direction.
  private func moved(_ network: Network, _ vector: TrainedVector, along direction: [Double], by h: Double)
    throws
    -> Network
  {
    func move(_ matrix: Matrix, _ chosen: Bool) -> Matrix {
      guard chosen else { return matrix }
      return Matrix(
        rows: matrix.rows, columns: matrix.columns,
        elements: zip(matrix.elements, direction).map { $0 + h * $1 })
    }
    return try Network(
      m: move(network.m, vector == .m), n: move(network.n, vector == .n),
      inputs: move(network.inputs, vector == .inputs), readouts: move(network.readouts, vector == .readouts),
      transfer: network.transfer)
  }

  private func part(_ vectors: TrainingVectors, _ vector: TrainedVector) -> [Double] {
    vectors[vector].elements
  }

  /// Directional derivatives by central differences of fourth order: error h⁴ from truncation and 1e-16/h from
  /// rounding, so 1e-11 of the loss at h = 1e-3; the derivative itself is of the size of the gradient's norm.
  ///
  /// Every transfer function but ReLU, whose loss has kinks that a difference may straddle, and every shape the
  /// kernels have a special case for, and some they have not; N is no multiple of the vector length, B none of four.
  @Test(arguments: TransferFunction.allCases.filter { $0 != .relu })
  func agreesWithFiniteDifferences(transfer: TransferFunction) throws {
    for (index, (rank, inputs, outputs)) in [(1, 1, 1), (2, 1, 1), (1, 4, 1), (2, 2, 1), (3, 2, 2)]
      .enumerated()
    {
      let seed = UInt64(100 + index)
      let network = try randomNetwork(
        units: 21, rank: rank, inputs: inputs, outputs: outputs, transfer: transfer, seed: seed)
      let trials = randomTrials(6, steps: 12, inputs: inputs, outputs: outputs, seed: seed)
      let exact = try LossGradient(of: network, on: trials, alpha: 0.2)
      for vector in [TrainedVector.m, .n, .inputs, .readouts] {
        let gradient = part(exact.gradient, vector)
        var random = RandomStream(seed: seed, stream: 8)
        let direction = gradient.map { _ in random.normal() }
        func loss(_ h: Double) throws -> Double {
          try LossGradient(
            of: moved(network, vector, along: direction, by: h), on: trials, alpha: 0.2, trained: [.m]
          ).loss
        }
        let difference = try centralDifference(of: loss)
        let product = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(norm > 0)
        #expect(
          abs(product - difference) < 1e-9 * norm + 1e-11 * exact.loss,
          "seed \(seed), \(transfer) (R, K, O) = (\(rank), \(inputs), \(outputs)), \(vector)")
      }
    }
  }

  /// A linear network of rank one driven by a constant input has closed forms: with J = nᵀm/N and c = nᵀI/N the states
  /// obey κ_{t+1} = (1-α+αJ) κ_t + α c v_t, v_t = 1 - (1-α)^t, and z = (wᵀm κ + wᵀI v)/N. So has the derivative: here
  /// along m, n, I and w scaled by 1 + ε, which moves J and c, by the same recursion differentiated by hand.
  @Test func agreesWithALinearNetwork() throws {
    let seed: UInt64 = 41
    let network = try randomNetwork(units: 37, rank: 1, inputs: 1, outputs: 1, transfer: .linear, seed: seed)
    let steps = 20
    let alpha = 0.2
    let target = 0.7
    var mask = [Double](repeating: 0, count: steps)
    mask[steps - 1] = 1
    let trials = Trials(
      stimulus: Stimulus(trials: 1, steps: steps, channels: 1, values: [Double](repeating: 1, count: steps)),
      outputs: 1, target: [Double](repeating: target, count: steps), mask: mask)
    func overlap(_ a: Matrix, _ b: Matrix) -> Double {
      zip(a.elements, b.elements).reduce(0) { $0 + $1.0 * $1.1 } / Double(network.unitCount)
    }
    let j = overlap(network.n, network.m)
    let c = overlap(network.n, network.inputs)
    let wm = overlap(network.readouts, network.m)
    let wI = overlap(network.readouts, network.inputs)
    var kappa = 0.0
    var byJ = 0.0
    var byC = 0.0
    var v = 0.0
    for _ in 0..<steps {
      byJ = (1 - alpha + alpha * j) * byJ + alpha * kappa
      byC = (1 - alpha + alpha * j) * byC + alpha * v
      kappa = (1 - alpha + alpha * j) * kappa + alpha * c * v
      v = (1 - alpha) * v + alpha
    }
    let z = wm * kappa + wI * v
    let result = try LossGradient(of: network, on: trials, alpha: alpha)
    #expect(abs(result.loss - (z - target) * (z - target)) < 1e-14 * (1 + z * z), "seed \(seed)")
    // ∂L/∂ε for the vector times 1 + ε: J scales with m and n, c with n and I, wᵀm with w and m, wᵀI with w and I.
    let expected: [TrainedVector: Double] = [
      .m: wm * (byJ * j) + wm * kappa, .n: wm * (byJ * j + byC * c), .inputs: wm * (byC * c) + wI * v,
      .readouts: z,
    ]
    let vectors: [TrainedVector: Matrix] = [
      .m: network.m, .n: network.n, .inputs: network.inputs, .readouts: network.readouts,
    ]
    for vector in [TrainedVector.m, .n, .inputs, .readouts] {
      let gradient = part(result.gradient, vector)
      let own = zip(gradient, try #require(vectors[vector]).elements).reduce(0) { $0 + $1.0 * $1.1 }
      let wanted = 2 * (z - target) * (try #require(expected[vector]))
      // Sums of 37 products of numbers of size one: some tens of roundings.
      #expect(abs(own - wanted) < 1e-13 * (1 + abs(wanted)), "seed \(seed), \(vector)")
    }
  }

  /// The loss is that of the full network, simulated by other code.
  @Test func lossIsThatOfTheSimulatedNetwork() throws {
    let seed: UInt64 = 42
    let network = try randomNetwork(units: 50, rank: 2, inputs: 3, outputs: 2, seed: seed)
    let trials = randomTrials(5, steps: 30, inputs: 3, outputs: 2, seed: seed)
    // Of each trial and output: Σ_t mask (z - ẑ)² and Σ_t mask.
    var square = [Double](repeating: 0, count: 10)
    var weight = square
    for b in 0..<5 {
      var x = [Double](repeating: 0, count: 50)
      for t in 0..<30 {
        let rate = x.map { network.transfer.value($0) }
        let selected = (0..<2).map { r in zip(network.n.column(r), rate).reduce(0) { $0 + $1.0 * $1.1 } / 50 }
        for i in 0..<50 {
          var drive = 0.0
          for r in 0..<2 { drive += network.m[i, r] * selected[r] }
          for k in 0..<3 { drive += network.inputs[i, k] * trials.stimulus[b, t, k] }
          x[i] += 0.2 * (-x[i] + drive)
        }
        for o in 0..<2 {
          let z =
            zip(network.readouts.column(o), x).reduce(0) { $0 + $1.0 * network.transfer.value($1.1) } / 50
          let i = (b * 30 + t) * 2 + o
          square[b * 2 + o] += trials.mask[i] * (z - trials.target[i]) * (z - trials.target[i])
          weight[b * 2 + o] += trials.mask[i]
        }
      }
    }
    let loss = try LossGradient(of: network, on: trials, alpha: 0.2).loss
    let expected = zip(square, weight).reduce(0) { $0 + $1.0 / $1.1 } / 10
    #expect(abs(loss - expected) < 1e-13 * loss, "seed \(seed)")
  }

  /// As published (`loss_mse` of Dubreuil et al. 2022): the mean over trials of each trial's mean. A silent network has
  /// z = 0, so that the loss is the mean square target of each window; windows of 1 and of 51 steps weigh alike.
  @Test func longWindowsWeighNoMoreThanShortOnes() throws {
    let network = try Network(
      m: Matrix(rows: 4, columns: 1), n: Matrix(rows: 4, columns: 1), inputs: Matrix(rows: 4, columns: 1),
      readouts: Matrix(rows: 4, columns: 1))
    let steps = 51
    var target = [Double](repeating: 0.5, count: 2 * steps)
    var mask = [Double](repeating: 1, count: 2 * steps)
    for t in 0..<steps {
      target[t] = 2
      mask[t] = t == steps - 1 ? 1 : 0
    }
    let trials = Trials(
      stimulus: Stimulus(trials: 2, steps: steps, channels: 1), outputs: 1, target: target, mask: mask)
    let trained = try LossGradient(of: network, on: trials, alpha: 0.2).loss
    #expect(abs(trained - (4 + 0.25) / 2) < 1e-14)
    let simulated = Simulation(alpha: 0.2).run(try NetworkDynamics(network), under: trials.stimulus)
    let performance = try #require(Performance(of: simulated, trials: trials, output: 0))
    #expect(abs(performance.loss - (4 + 0.25) / 2) < 1e-14)
  }

  /// Private noise: the loss is that of the network simulated with the same noise, and the gradient its derivative.
  /// Tolerances as above.
  @Test(arguments: [TransferFunction.tanh, .softplus]) func privateNoise(transfer: TransferFunction) throws {
    let seed: UInt64 = 46
    let network = try randomNetwork(units: 21, rank: 2, inputs: 2, outputs: 1, transfer: transfer, seed: seed)
    let trials = randomTrials(6, steps: 12, inputs: 2, outputs: 1, seed: seed)
    let noise = PrivateNoise(deviation: 0.3, seed: 5)
    let exact = try LossGradient(of: network, on: trials, alpha: 0.2, noise: noise)
    let simulated = Simulation(alpha: 0.2, noise: noise).run(
      try NetworkDynamics(network), under: trials.stimulus)
    let performance = try #require(Performance(of: simulated, trials: trials, output: 0))
    #expect(abs(exact.loss - performance.loss) < 1e-13 * exact.loss, "seed \(seed)")
    #expect(try LossGradient(of: network, on: trials, alpha: 0.2).loss != exact.loss)
    for vector in TrainedVector.allCases {
      let gradient = part(exact.gradient, vector)
      var random = RandomStream(seed: seed, stream: 8)
      let direction = gradient.map { _ in random.normal() }
      func loss(_ h: Double) throws -> Double {
        try LossGradient(
          of: moved(network, vector, along: direction, by: h), on: trials, alpha: 0.2, trained: [.m],
          noise: noise
        ).loss
      }
      let difference = try centralDifference(of: loss)
      let product = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
      let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(product - difference) < 1e-9 * norm + 1e-11 * exact.loss, "seed \(seed), \(vector)")
    }
    // Blocks of threads see the same noise.
    let threaded = try LossGradient(of: network, on: trials, alpha: 0.2, noise: noise, threads: 3)
    #expect(threaded == exact)
  }

  @Test func threadsChangeNoBit() throws {
    let seed: UInt64 = 43
    let network = try randomNetwork(units: 33, rank: 2, inputs: 2, outputs: 1, seed: seed)
    let trials = randomTrials(23, steps: 15, inputs: 2, outputs: 1, seed: seed)
    for precision in TrainingOptions.Precision.allCases {
      let one = try LossGradient(of: network, on: trials, alpha: 0.2, precision: precision, threads: 1)
      for threads in [2, 3, 8] {
        let other = try LossGradient(
          of: network, on: trials, alpha: 0.2, precision: precision, threads: threads)
        #expect(one == other, "seed \(seed), \(threads) threads")
      }
    }
  }

  /// Single precision: 2⁻²⁴ a rounding, sums of some tens of terms over some tens of steps.
  @Test func singlePrecisionIsClose() throws {
    let seed: UInt64 = 44
    for transfer in TransferFunction.allCases {
      let network = try randomNetwork(
        units: 40, rank: 2, inputs: 1, outputs: 1, transfer: transfer, seed: seed)
      let trials = randomTrials(8, steps: 15, inputs: 1, outputs: 1, seed: seed)
      let double = try LossGradient(of: network, on: trials, alpha: 0.2)
      let single = try LossGradient(of: network, on: trials, alpha: 0.2, precision: .single)
      #expect(abs(single.loss / double.loss - 1) < 1e-5, "seed \(seed), \(transfer)")
      #expect(single.loss != double.loss)
      for vector in [TrainedVector.m, .n, .inputs, .readouts] {
        #expect(
          relativeDifference(part(single.gradient, vector), part(double.gradient, vector)) < 1e-4,
          "seed \(seed), \(transfer), \(vector)")
      }
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let seed: UInt64 = 45
    let network = try randomNetwork(units: 8, rank: 1, inputs: 2, outputs: 1, seed: seed)
    let other = randomTrials(2, steps: 3, inputs: 1, outputs: 1, seed: seed)
    #expect(throws: TrainingError.self) { try LossGradient(of: network, on: other, alpha: 0.2) }
    let untargeted = Trials(stimulus: randomStimulus(trials: 2, steps: 3, channels: 2, seed: seed))
    #expect(throws: TrainingError.self) { try LossGradient(of: network, on: untargeted, alpha: 0.2) }
    let biased = try randomNetwork(units: 8, rank: 1, inputs: 1, outputs: 1, bias: true, seed: seed)
    #expect(throws: TrainingError.self) { try LossGradient(of: biased, on: other, alpha: 0.2) }
  }
}
