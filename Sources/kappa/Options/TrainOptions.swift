// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import Studies
import Training

/// How to train; what is left out is the task's recommendation.
struct TrainOptions: ParsableArguments {
  @Option(help: "N. (default: 128; 500 or 512 for the harder tasks)")
  var units: Int?

  @Option(
    help: ArgumentHelp(
      "R, or full: J is trained whole. (default: 1; 2 for tasks with a memory)", valueName: "R|full"))
  var rank: TrainingRank?

  @Option(help: "Trials of an update. (default: 32)")
  var batch: Int?

  @Option(help: "recommended, or published: as Dubreuil et al. 2022. (default: recommended)")
  var recipe: TrainingRequest.Recipe?

  @Option(help: "Train on so many trials, always the same. (default: fresh ones)")
  var fixedTrials: Int?

  @Option(help: "Noise that each unit receives for itself, as its SD per step. (default: 0)")
  var noise: Double?

  @Flag(inversion: .prefixedNo, help: "Train one gain for each input and readout that is not trained itself.")
  var gains: Bool?

  @Flag(inversion: .prefixedNo, help: "Keep the network of the epoch with the least loss.")
  var keepBest: Bool?

  @Option(
    help: "Step size of Adam. (default: 0.005; 0.01 for the harder tasks; 0.001 at full rank)")
  var learningRate: Double?

  @Option(help: "Standard deviation of w at the start; |z| stays below mean|w|. (default: 4)")
  var readoutDeviation: Double?

  @Option(help: "ρ in n = ρ m + noise at the start. (default: 0; 1 for delayed-match-to-sample)")
  var overlap: Double?

  @Option(help: "g: at full rank J begins with entries N(0, g²/N). (default: 0.8)")
  var gain: Double?

  @Option(help: "Largest norm of the gradient. (default: no limit; 0.3 for delayed-match-to-sample)")
  var clip: Double?

  @Option(
    help: ArgumentHelp(
      "What is trained; all else stays as it begins. (default: m,n; m,n,I for the tasks with a context and those described "
        + "by a text; J for m,n at full rank)",
      valueName: "m,n,I,w,J,bias,current,x0,z0"))
  var train: String?

  @Option(
    help: ArgumentHelp(
      "Begin with each input along a principal component of the activity at the start, by its number from 1.",
      valueName: "K1,K2,…"))
  var inputsAlong: String?

  @Option(help: ArgumentHelp("The same for the readouts.", valueName: "K1,K2,…"))
  var readoutsAlong: String?

  @Option(
    help:
      "none, or growing: a delay that grows as the task is mastered. (default: growing for memory tasks)")
  var curriculum: Curriculum?

  @Option(help: "φ of the units: tanh, erf, relu, softplus, logistic or linear. (default: tanh)")
  var transfer: TransferFunction?

  @Option(help: "current, or rate: τ dr/dt = -r + φ(J r + I u + b). (default: current)")
  var form: NetworkForm?

  @Option(help: "double or single: arithmetic of the sums over units. (default: double)")
  var precision: TrainingOptions.Precision?

  @Option(help: "Fixes the initial network and every trial. (default: 1)")
  var seed: UInt64?

  /// Whole numbers with commas between.
  private static func components(_ text: String?, _ field: String) throws(StudyError) -> [Int]? {
    guard let text else { return nil }
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Int($0) }
    guard numbers.count == words.count else {
      throw StudyError(.usage, field, "expected whole numbers K1,K2,…, found \(text)")
    }
    return numbers
  }

  /// The request that these options make.
  func request() throws(StudyError) -> TrainingRequest {
    var request = TrainingRequest()
    request.units = units
    request.rank = rank
    request.batch = batch
    request.recipe = recipe
    request.fixedTrials = fixedTrials
    request.noise = noise
    request.gains = gains
    request.keepBest = keepBest
    request.learningRate = learningRate
    request.readoutDeviation = readoutDeviation
    request.overlap = overlap
    request.gain = gain
    request.clip = clip
    request.curriculum = curriculum
    request.transfer = transfer
    request.form = form
    request.precision = precision
    request.seed = seed
    request.inputsAlong = try Self.components(inputsAlong, "inputsAlong")
    request.readoutsAlong = try Self.components(readoutsAlong, "readoutsAlong")
    if let train {
      let names = train.split(separator: ",", omittingEmptySubsequences: false)
      let vectors = names.compactMap { TrainedVector(rawValue: String($0)) }
      guard vectors.count == names.count else {
        throw StudyError(
          .usage, "train",
          "expected some of m,n,I,w,bias,current,x0,z0 (J for m,n at full rank), found \(train)")
      }
      request.train = vectors
    }
    return request
  }
}

extension TrainingRank: ExpressibleByArgument {
  /// The number, or `full`.
  public init?(argument: String) { self.init(argument) }
}
extension TrainingRequest.Recipe: ExpressibleByArgument {}
extension Curriculum: ExpressibleByArgument {}
extension TrainingOptions.Precision: ExpressibleByArgument {}
