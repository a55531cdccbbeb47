// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks
import Training

/// The rank of a connectivity that is trained: so many vectors m and n, or J whole.
public enum TrainingRank: Sendable, Hashable, Codable, CustomStringConvertible {
  /// J = m nᵀ/N with so many columns.
  case low(Int)
  /// J itself.
  case full

  /// From a number or the word `full`; `nil` for anything else.
  public init?(_ text: String) {
    if text == "full" {
      self = .full
    } else if let rank = Int(text) {
      self = .low(rank)
    } else {
      return nil
    }
  }

  /// The number, or `full`.
  public var description: String {
    switch self {
    case .low(let rank): "\(rank)"
    case .full: "full"
    }
  }

  /// The number, or the text `full`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let rank = try? container.decode(Int.self) {
      self = .low(rank)
    } else if try container.decode(String.self) == "full" {
      self = .full
    } else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected a whole number or \"full\"")
    }
  }

  /// The number, or the text `full`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .low(let rank): try container.encode(rank)
    case .full: try container.encode("full")
    }
  }
}

/// How to train; what is left out is the recipe's.
public struct TrainingRequest: Codable, Sendable, Hashable {
  /// N.
  public var units: Int?
  /// R, or `full`.
  public var rank: TrainingRank?
  /// Trials of an update.
  public var batch: Int?
  /// How many trials there are to train on, always the same; `nil` draws fresh ones for every update.
  public var fixedTrials: Int?
  /// Noise that each unit receives for itself while training and in the test, as its SD per step.
  public var noise: Double?
  /// Whether input vectors and readouts that are not trained have a trained number each that they are multiplied by.
  public var gains: Bool?
  /// Whether the network is that of the best epoch rather than the last.
  public var keepBest: Bool?
  /// Where options come from that are left out.
  public var recipe: Recipe?

  /// A set of options to start from.
  public enum Recipe: String, Codable, Sendable, Hashable, CaseIterable {
    /// What learns each task here: `TrainingOptions.recommended(for:)`.
    case recommended
    /// What Dubreuil et al. 2022 did, as far as it is an option here: `TrainingOptions.published(for:)`.
    case published
  }
  /// Step size of Adam.
  public var learningRate: Double?
  /// SD of w at the start.
  public var readoutDeviation: Double?
  /// ρ in n = ρ m + noise at the start.
  public var overlap: Double?
  /// g: at full rank J starts with entries N(0, g²/N).
  public var gain: Double?
  /// Largest norm of the gradient.
  public var clip: Double?
  /// What is trained.
  public var train: [TrainedVector]?
  /// Principal components of the activity at the start, from 1, that I and w begin along: one for each input, each output.
  public var inputsAlong, readoutsAlong: [Int]?
  /// How the delay changes.
  public var curriculum: Curriculum?
  /// φ.
  public var transfer: TransferFunction?
  /// Current form or rate form.
  public var form: NetworkForm?
  /// Arithmetic of the sums over units.
  public var precision: TrainingOptions.Precision?
  /// Fixes the initial network and every trial; 1 when left out.
  public var seed: UInt64?

  /// The task's recommendation as it is.
  public init() {}

  /// The recipe's options for a task, with what is wanted otherwise.
  public func options(for task: Tasks.Task) -> TrainingOptions {
    applied(
      to: recipe == .published ? .published(for: task) ?? .recommended(for: task) : .recommended(for: task))
  }

  /// How many updates go with the recipe.
  public func updates(for task: Tasks.Task) -> Int {
    guard recipe == .published, let kind = task.kind else {
      return TrainingOptions.recommendedUpdates(for: task)
    }
    return TrainingOptions.publishedUpdates(for: kind)
  }

  /// Options with what is wanted otherwise.
  public func applied(to recommended: TrainingOptions) -> TrainingOptions {
    var options = recommended
    options.seed = seed ?? 1
    options.units = units ?? options.units
    switch rank {
    case .full: options.takeFullRank()
    case .low(let rank): options.rank = rank
    case nil: break
    }
    options.batch = batch ?? options.batch
    options.fixedTrials = fixedTrials ?? options.fixedTrials
    options.noise = noise ?? options.noise
    options.gains = gains ?? options.gains
    options.keepsBest = keepBest ?? options.keepsBest
    options.learningRate = learningRate ?? options.learningRate
    options.readoutDeviation = readoutDeviation ?? options.readoutDeviation
    options.overlap = overlap ?? options.overlap
    options.gain = gain ?? options.gain
    options.clip = clip ?? options.clip
    options.curriculum = curriculum ?? options.curriculum
    options.transfer = transfer ?? options.transfer
    options.form = form ?? options.form
    options.precision = precision ?? options.precision
    if let train { options.trained = Set(train) }
    return options
  }

  /// Options under the names of the request's fields, in words: what a request says beside a file that knows better.
  static func named(_ options: TrainingOptions) -> [(field: String, value: String)] {
    [
      ("units", "\(options.units)"), ("rank", options.isFullRank ? "full" : "\(options.rank)"),
      ("batch", "\(options.batch)"), ("noise", "\(options.noise)"),
      ("fixedTrials", options.fixedTrials.map { "\($0)" } ?? "fresh trials"), ("gains", "\(options.gains)"),
      ("keepBest", "\(options.keepsBest)"),
      ("learningRate", "\(options.learningRate)"), ("readoutDeviation", "\(options.readoutDeviation)"),
      ("overlap", "\(options.overlap)"), ("gain", "\(options.gain)"),
      ("clip", options.clip.map { "\($0)" } ?? "no limit"),
      (
        "train",
        TrainedVector.allCases.filter { options.trained.contains($0) }.map(\.rawValue).joined(separator: ",")
      ),
      ("curriculum", options.curriculum.rawValue), ("transfer", options.transfer.rawValue),
      ("form", options.form.rawValue),
      ("precision", options.precision.rawValue), ("seed", "\(options.seed)"),
    ]
  }

  /// The fields that are given.
  var given: Set<String> {
    let fields: [(String, Bool)] = [
      ("units", units != nil), ("rank", rank != nil), ("batch", batch != nil),
      ("noise", noise != nil), ("fixedTrials", fixedTrials != nil), ("gains", gains != nil),
      ("keepBest", keepBest != nil),
      ("learningRate", learningRate != nil), ("readoutDeviation", readoutDeviation != nil),
      ("overlap", overlap != nil), ("gain", gain != nil), ("clip", clip != nil), ("train", train != nil),
      ("curriculum", curriculum != nil), ("transfer", transfer != nil), ("form", form != nil),
      ("precision", precision != nil),
      ("seed", seed != nil),
    ]
    return Set(fields.filter(\.1).map(\.0))
  }
}
