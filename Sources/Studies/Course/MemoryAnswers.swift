// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Tasks
import Training

/// The two time scales of working memory.
public struct TimeScaleAnswer: CourseAnswering {
  /// A dynamics at rest, and over the delay.
  public struct Memory: Codable, Sendable, Hashable {
    /// At κ = 0 without input: real and imaginary parts, in units of 1/τ.
    public let eigenvalues: [[Double]]
    /// Of every latent: its spread (SD over noiseless trials of all pairs of frequencies) at the end of the delay over the
    /// largest in it.
    public let left: [Double]
    /// The spread at the end of the delay over that in the middle of it.
    public let secondHalf: [Double]
    /// Squared correlation with the first frequency at the end of the delay; zero where nothing is left to correlate.
    public let determination: [Double]
  }

  /// Whether κ1 and κ2 of the network are modes.
  public let inModes: Bool
  /// The trained network, its circuit, and the paper's with σ_n2m2 = 0.5.
  public let network, circuit, paper: Memory

  /// Steps of the delay, and their length over τ; not part of the JSON.
  public private(set) var delay = 0
  /// Likewise.
  public private(set) var alpha = 0.2

  private enum CodingKeys: String, CodingKey { case inModes, network, circuit, paper }

  init(_ task: CourseTask) throws {
    inModes = task.isInModes
    func memory(_ dynamics: some ReducedDynamics) throws -> Memory {
      let eigenvalues = try dynamics.linearisation(
        kappa: [Double](repeating: 0, count: dynamics.rank), input: [0]
      ).latentJacobian.eigenvalues()
      let kept = try task.retention(of: dynamics)
      return Memory(
        eigenvalues: eigenvalues.map { [$0.real, $0.imaginary] }, left: kept.map(\.left),
        secondHalf: kept.map(\.secondHalf), determination: kept.map(\.determination))
    }
    network = try memory(ManifoldDynamics(task.network))
    circuit = try memory(task.circuit)
    paper = try memory(EffectiveCircuit(PaperCircuit.workingMemory(), transfer: .tanh))
    delay = task.steps(of: "delay").count
    alpha = task.task.alpha
  }

  /// Whether κ1 of the network grows over the delay instead of staying what it is.
  public var grows: Bool { network.secondHalf[0] > 1.05 }

  /// In one line.
  public var answer: String {
    (grows
      ? "κ1 of the trained network is not held but grows, \(text(network.secondHalf[0], digits: 3)) times over the second "
        + "half of the delay, and \(percent(network.left[1])) of κ2 is left at its end"
      : "over the delay the trained network keeps \(percent(network.left[0])) of κ1 and \(percent(network.left[1])) of κ2")
      + "; the paper's circuit keeps \(percent(paper.left[0])) of κ1 and \(percent(paper.left[1])) of κ2"
  }
}

extension CourseTask {
  /// What is left of a latent when the delay is over; see `TimeScaleAnswer.Memory`.
  struct Retention {
    let left, secondHalf, determination: Double
  }

  /// What is left of each latent when the delay is over, over noiseless trials of all pairs of frequencies.
  func retention(of dynamics: some Dynamics) throws -> [Retention] {
    let (stimulus, labels) = try noiseless(["frequency 1", "frequency 2"])
    let run = simulation.run(dynamics, under: stimulus)
    let delay = steps(of: "delay")
    guard let last = delay.last else { return [] }
    let frequencies = labels.map { $0[0] }
    func moments(_ a: [Double], _ b: [Double]) -> Double {
      let count = Double(a.count)
      let (x, y) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
      return zip(a, b).reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / count
    }
    return (0..<dynamics.rank).map { r in
      func values(_ step: Int) -> [Double] { (0..<run.trials).map { run.kappa(trial: $0, step: step, r) } }
      let end = values(last)
      let variances = delay.map { step -> Double in
        let kappa = values(step)
        return moments(kappa, kappa)
      }
      let (largest, final) = (variances.max() ?? 0, moments(end, end))
      let middle = variances[variances.count / 2]
      let along = moments(end, frequencies)
      let size = final * moments(frequencies, frequencies)
      return Retention(
        left: largest > 0 ? (final / largest).squareRoot() : 0,
        secondHalf: middle > 0 ? (final / middle).squareRoot() : 0,
        determination: size > 0 ? along * along / size : 0)
    }
  }
}

/// Working memory with one latent instead of two: trained with the growing delay, and with the whole one from the start.
public struct RankOneAnswer: CourseAnswering {
  /// What a training came to.
  public struct Trained: Codable, Sendable, Hashable {
    /// On 1000 trials that training never saw.
    public let loss, accuracy: Double
  }

  /// The best answer from f₂ alone: its loss, and how many signs it has right at best.
  public let memorylessLoss, memorylessAccuracy: Double
  /// The loss of an output that is always zero.
  public let zeroLoss: Double
  /// Rank 1.
  public let growingDelay, wholeDelay: Trained
  /// Rank 2.
  public let rankTwo: Trained
  /// The lesser loss of rank 1 over that of rank 2.
  public let ratio: Double
  /// Of each; not part of the JSON.
  public private(set) var updates = 0

  private enum CodingKeys: String, CodingKey {
    case memorylessLoss, memorylessAccuracy, zeroLoss, growingDelay, wholeDelay, rankTwo, ratio
  }

  init(_ task: CourseTask, updates: Int, meter: CourseMeter) throws {
    (memorylessLoss, memorylessAccuracy) = task.memoryless
    zeroLoss = task.meanSquaredTarget
    func train(_ curriculum: Curriculum) throws -> Trained {
      var options = TrainingOptions.recommended(for: task.task)
      options.units = task.network.unitCount
      options.seed = task.trained[0].seed
      options.rank = 1
      options.curriculum = curriculum
      let control = try CourseTask.train(
        task.task, options, updates: updates, meter, "rank 1, delay \(curriculum.rawValue)")
      return Trained(loss: control.loss, accuracy: control.accuracy)
    }
    growingDelay = try train(.growing)
    wholeDelay = try train(.none)
    rankTwo = Trained(loss: task.trained[0].loss, accuracy: task.trained[0].accuracy)
    ratio = min(growingDelay.loss, wholeDelay.loss) / rankTwo.loss
    self.updates = updates
  }

  /// In one line.
  public var answer: String {
    "trained at rank 1 the loss ends at \(text(min(growingDelay.loss, wholeDelay.loss), digits: 3)), at rank 2 at "
      + "\(text(rankTwo.loss, digits: 3)); the best answer without memory has \(text(memorylessLoss, digits: 3))"
  }
}
