// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import Studies
import Tasks
import Training

extension TaskOptions {
  /// What the user says, under the names of the options.
  var named: [NamedValue] {
    get throws {
      let all = Self.named(try options())
      let given: Set<String?> = [
        preset.map { _ in "--preset" }, contextScale.map { _ in "--context-scale" },
        delay.map { _ in "--delay" }, inputNoise.map { _ in "--input-noise" },
      ]
      return all.filter { given.contains($0.option) }
    }
  }

  /// A task's options under the names by which the command line knows them.
  static func named(_ options: Tasks.Task.Options) -> [NamedValue] {
    [
      NamedValue("--preset", options.preset.rawValue),
      NamedValue("--context-scale", options.contextScale.map { "\($0)" } ?? "the task's"),
      NamedValue("--delay", options.delay.map { "\($0.lowerBound):\($0.upperBound)" } ?? "the task's"),
      NamedValue("--input-noise", options.noise.map { "\($0)" } ?? "the task's"),
    ]
  }
}

/// An option of the command line and a value of it, in words.
struct NamedValue: Hashable {
  let option, value: String

  init(_ option: String, _ value: String) {
    self.option = option
    self.value = value
  }
}

/// How to train; what is left out is the task's recommendation.
struct TrainOptions: ParsableArguments {
  @Option(help: "N. (default: 128; 500 or 512 for the harder tasks)")
  var units: Int?

  @Option(help: "R. (default: 1; 2 for tasks with a memory)")
  var rank: Int?

  @Option(help: "Trials of an update. (default: 32)")
  var batch: Int?

  @Option(help: "Step size of Adam. (default: 0.005; 0.01 for the harder tasks)")
  var learningRate: Double?

  @Option(help: "Standard deviation of w at the start; N(0, 1) cannot reach |z| = 1. (default: 4)")
  var readoutDeviation: Double?

  @Option(help: "ρ in n = ρ m + noise at the start. (default: 0; 1 for delayed-match-to-sample)")
  var overlap: Double?

  @Option(help: "Largest norm of the gradient. (default: no limit; 0.3 for delayed-match-to-sample)")
  var clip: Double?

  @Option(
    help: ArgumentHelp(
      "Which vectors are trained. (default: m,n; m,n,I for the tasks with a context)", valueName: "m,n,I,w"))
  var train: String?

  @Option(
    help:
      "none, or growing: a delay that grows as the task is mastered. (default: growing for memory tasks)")
  var curriculum: Curriculum?

  @Option(help: "φ of the units: tanh, erf, relu, softplus, logistic or linear. (default: tanh)")
  var transfer: TransferFunction?

  @Option(help: "double or single: arithmetic of the sums over units. (default: double)")
  var precision: TrainingOptions.Precision?

  @Option(help: "Fixes the initial network and every trial. (default: 1)")
  var seed: UInt64?

  /// What draws the initial network means nothing where one is given.
  func checkBesideStart() throws {
    for (option, isGiven) in [
      ("--readout-deviation", readoutDeviation != nil), ("--overlap", overlap != nil),
    ] where isGiven {
      throw ValidationError(
        "\(option) and --start: \(option) is about the network that training draws, --start gives one.")
    }
  }

  /// What the user says, under the names of the options.
  var named: [NamedValue] {
    get throws {
      let given: Set<String?> = [
        units.map { _ in "--units" }, rank.map { _ in "--rank" }, batch.map { _ in "--batch" },
        learningRate.map { _ in "--learning-rate" }, readoutDeviation.map { _ in "--readout-deviation" },
        overlap.map { _ in "--overlap" }, clip.map { _ in "--clip" }, train.map { _ in "--train" },
        curriculum.map { _ in "--curriculum" }, transfer.map { _ in "--transfer" },
        precision.map { _ in "--precision" }, seed.map { _ in "--seed" },
      ]
      return Self.named(try applied(to: TrainingOptions())).filter { given.contains($0.option) }
    }
  }

  /// Options of training under the names by which the command line knows them.
  static func named(_ options: TrainingOptions) -> [NamedValue] {
    [
      NamedValue("--units", "\(options.units)"), NamedValue("--rank", "\(options.rank)"),
      NamedValue("--batch", "\(options.batch)"), NamedValue("--learning-rate", "\(options.learningRate)"),
      NamedValue("--readout-deviation", "\(options.readoutDeviation)"),
      NamedValue("--overlap", "\(options.overlap)"),
      NamedValue("--clip", options.clip.map { "\($0)" } ?? "no limit"),
      NamedValue(
        "--train",
        TrainedVector.allCases.filter { options.trained.contains($0) }.map(\.rawValue)
          .joined(separator: ",")),
      NamedValue("--curriculum", options.curriculum.rawValue),
      NamedValue("--transfer", options.transfer.rawValue),
      NamedValue("--precision", options.precision.rawValue), NamedValue("--seed", "\(options.seed)"),
    ]
  }

  /// The recommendation with what the user wants otherwise.
  func applied(to recommended: TrainingOptions) throws -> TrainingOptions {
    var options = recommended
    options.seed = seed ?? 1
    options.units = units ?? options.units
    options.rank = rank ?? options.rank
    options.batch = batch ?? options.batch
    options.learningRate = learningRate ?? options.learningRate
    options.readoutDeviation = readoutDeviation ?? options.readoutDeviation
    options.overlap = overlap ?? options.overlap
    options.clip = clip ?? options.clip
    options.curriculum = curriculum ?? options.curriculum
    options.transfer = transfer ?? options.transfer
    options.precision = precision ?? options.precision
    if let train {
      let names = train.split(separator: ",", omittingEmptySubsequences: false)
      let vectors = names.compactMap { TrainedVector(rawValue: String($0)) }
      guard vectors.count == names.count else {
        throw Failure(.usage, "--train: expected some of m,n,I,w, found \(train)")
      }
      var seen: Set<TrainedVector> = []
      if let twice = vectors.first(where: { !seen.insert($0).inserted }) {
        throw Failure(.usage, "--train: expected each vector once, found \(twice.rawValue) twice in \(train)")
      }
      options.trained = seen
    }
    return options
  }
}

extension Curriculum: ExpressibleByArgument {}
extension TrainingOptions.Precision: ExpressibleByArgument {}
