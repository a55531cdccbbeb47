// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks

/// How a network is trained.
public struct TrainingOptions: Sendable, Hashable {
  /// Arithmetic of the sums over units. Latents, losses and parameters are double in both.
  public enum Precision: String, Sendable, Hashable, CaseIterable, Codable {
    case double
    case single
  }

  /// N.
  public var units = 128
  /// R; without meaning where J is trained whole.
  public var rank = 1
  /// Whether the connectivity is a J, (N, N), instead of m nᵀ/N. `trained` then may hold J in place of m and n; without it J stays
  /// as it is.
  public var isFullRank = false
  /// g: the initial J of full rank has entries N(0, g²/N).
  public var gain = 0.8
  /// Trials of an update.
  public var batch = 32
  /// Step size of Adam.
  public var learningRate = 5e-3
  /// SD of the entries of w at the start. |z| stays below mean|w|, which is 0.80 ± 0.05 for 128 entries of N(0, 1): most
  /// draws cannot reach ±1, and what training does reach takes many times the updates.
  public var readoutDeviation = 4.0
  /// ρ: the initial n is ρ m plus independent normal numbers, so that mᵀn/N is about ρ 1. With ρ near 1 each latent
  /// forgets slowly from the start, and a gradient survives the delay; with ρ = 0 match to sample never leaves its
  /// plateau.
  public var overlap = 0.0
  /// How the delay changes during training.
  public var curriculum = Curriculum.none
  /// Fixes the initial network, every trial and with them every bit of the result.
  public var seed: UInt64 = 0
  /// What is trained. The other vectors keep their initial values.
  public var trained: Set<TrainedVector> = [.m, .n]
  /// Largest Euclidean norm of the gradient; a longer one is shortened to it. `nil` leaves it alone.
  public var clip: Double?
  /// Noise that each unit receives for itself while training and in the test, as its SD per Euler step: x ← … + s ξ.
  public var noise = 0.0
  /// Whether each input vector and each readout that is not trained itself has one trained number it is multiplied by.
  public var gains = false
  /// Of so many trials, always the same, every update takes a batch of different ones; `nil` for fresh trials throughout. As
  /// many as the batch is the control that a network can fit one batch at all.
  public var fixedTrials: Int?
  /// Whether the network is that of the epoch with the least mean loss rather than the last. An epoch is as many
  /// updates as fixed trials have whole batches; 25 with fresh trials.
  public var keepsBest = false
  /// φ.
  public var transfer = TransferFunction.tanh
  /// Current form or rate form.
  public var form = NetworkForm.current
  /// Biases and initial state that the network has without their being trained: those of a network that training starts from.
  public var held: Set<TrainedVector> = []
  /// Arithmetic of the sums over units.
  public var precision = Precision.double
  /// Threads; changes no bit of the result.
  public var threads = 1

  /// The defaults of the perceptual-decision task: N = 128, rank 1, 32 trials an update, Adam at 5e-3, w of SD 4.
  public init() {}

  /// Refuses what cannot be trained.
  func check(_ task: Task) throws(TrainingError) {
    func positive(_ quantity: String, _ value: Int, most: Int) throws(TrainingError) {
      guard value >= 1, value <= most else {
        throw .option(quantity: quantity, expected: "1 to \(most)", found: "\(value)")
      }
    }
    try positive("units", units, most: 1_000_000)
    guard held.isSubset(of: TrainedVector.extras) else {
      throw .option(quantity: "held", expected: "biases and initial state alone", found: "others")
    }
    if form == .rate, trained.union(held).contains(.current) {
      throw .option(
        quantity: "trained vectors", expected: "bias in rate form, where it is the same", found: "current")
    }
    if keepsWholeState {
      guard precision == .double else {
        throw .option(
          quantity: "precision",
          expected: "double, in which full rank, rate form, biases and initial states are trained",
          found: precision.rawValue)
      }
    }
    if isFullRank {
      try positive("units", units, most: 4096)
      guard gain.isFinite, gain >= 0 else {
        throw .option(quantity: "gain", expected: "a number that is not negative", found: "\(gain)")
      }
    } else {
      try positive("rank", rank, most: min(units, PassShape.most))
    }
    try positive("batch", batch, most: 100_000)
    try positive("threads", threads, most: 1024)
    for (quantity, value) in [("learning rate", learningRate), ("readout deviation", readoutDeviation)]
      + (clip.map { [("clip", $0)] } ?? [])
    where !(value.isFinite && value > 0) {
      throw .option(quantity: quantity, expected: "a positive number", found: "\(value)")
    }
    guard overlap.isFinite else {
      throw .option(quantity: "overlap", expected: "a finite number", found: "\(overlap)")
    }
    guard noise.isFinite, noise >= 0 else {
      throw .option(quantity: "noise", expected: "a standard deviation of at least 0", found: "\(noise)")
    }
    if let fixedTrials {
      try positive("fixed trials", fixedTrials, most: 1_000_000)
      guard fixedTrials >= batch else {
        throw .option(
          quantity: "fixed trials", expected: "at least \(batch), those of one update",
          found: "\(fixedTrials)")
      }
      let bytes = Double(fixedTrials) * Double(task.steps) * Double(task.inputs + 2 * task.outputs) * 8
      guard bytes <= MemoryBudget.bytes else {
        throw .option(
          quantity: "fixed trials", expected: "few enough for \(MemoryBudget.text(MemoryBudget.bytes))",
          found: "\(fixedTrials), which need \(MemoryBudget.text(bytes))")
      }
    }
    guard !trained.isEmpty else {
      throw .option(
        quantity: "trained vectors", expected: "at least one of m, n, I, w, bias, current, x0, z0",
        found: "none")
    }
    let absent: Set<TrainedVector> = isFullRank ? [.m, .n] : [.connectivity]
    if let vector = TrainedVector.allCases.first(where: { absent.contains($0) && trained.contains($0) }) {
      throw .option(
        quantity: "trained vectors",
        expected: "some of \(isFullRank ? "J" : "m, n"), I, w, bias, current, x0, z0 at "
          + (isFullRank ? "full rank" : "rank \(rank)"),
        found: vector.rawValue)
    }
    let (needed, budget) = (memory(for: task), MemoryBudget.bytes)
    guard needed <= budget else {
      throw .option(
        quantity: "units", expected: "few enough for \(task.steps) steps in \(MemoryBudget.text(budget))",
        found:
          "\(units) units in batches of \(batch) on \(threads) threads, which need \(MemoryBudget.text(needed))"
      )
    }
  }

  /// Bytes that training takes.
  func memory(for task: Task) -> Double {
    // The parameters, both moments of Adam, the gradient, the best ones and copies while they are written.
    let vectors = columns(for: task).reduce(0) { $0 + Double($1.columns) * Double($1.rows) } * 8
    let states = 10 * vectors
    if keepsWholeState {
      let pass = shape(for: task).bytes(trainsConnectivity: trained.contains(.connectivity))
      let groups = (Double(batch) / Double(WholeStateEngine.group)).rounded(.up)
      return states + min(Double(threads), groups) * pass
    }
    // φ of every unit and step of a group of trials is kept for the way back, and the gradient of every group.
    let groups = (Double(batch) / Double(PassShape.group)).rounded(.up)
    let passes =
      Double(min(Double(threads), groups)) * Double(PassShape.group) * Double(task.steps + 1)
      * (Double(units) * (noise > 0 ? 24 : 16) + Double(rank + task.inputs + 2 * task.outputs) * 16)
    return states + passes + groups * vectors * (precision == .single ? 0.5 : 1)
  }

  /// Whether passes have to keep the whole state: where the latents of m nᵀ/N, begun at zero, do not say all.
  var keepsWholeState: Bool {
    isFullRank || form == .rate || !trained.union(held).isDisjoint(with: TrainedVector.extras)
  }

  /// Sizes of the passes over the whole state.
  func shape(for task: Task) -> WholeStateShape {
    WholeStateShape(
      units: units, rank: isFullRank ? 0 : rank, inputs: task.inputs, outputs: task.outputs,
      isDense: isFullRank, steps: task.steps, alpha: task.alpha, form: form, transfer: transfer)
  }

  /// How many columns each matrix of the parameters has, and rows.
  public func columns(for task: Task) -> [(vector: TrainedVector, columns: Int, rows: Int)] {
    TrainedVector.allCases.map { vector in
      let has = trained.union(held).contains(vector)
      let columns =
        switch vector {
        case .m, .n: isFullRank ? 0 : rank
        case .inputs: task.inputs
        case .readouts: task.outputs
        case .connectivity: isFullRank ? units : 0
        case .bias, .current, .initialState: has ? 1 : 0
        case .readoutBias: has ? task.outputs : 0
        }
      return (vector, columns, vector.rows(units: units))
    }
  }
}

/// Why training stopped or did not start.
public enum TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// An option that makes no sense.
  case option(quantity: String, expected: String, found: String)
  /// Loss or gradient was not finite at this update; the state before it is intact.
  case diverged(update: Int, loss: Double)
  /// A state that does not belong to this task and these options.
  case state(quantity: String, expected: String, found: String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .option(let quantity, let expected, let found), .state(let quantity, let expected, let found):
      "\(quantity): expected \(expected), found \(found)"
    case .diverged(let update, let loss):
      "training diverged at update \(update): expected a finite loss and gradient, found loss \(loss); "
        + "try a smaller learning rate or clip the gradient"
    }
  }
}
