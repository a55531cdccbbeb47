import ArgumentParser
import LowRank
import Tasks
import Training

/// What to train on: the task's own options.
struct TaskOptions: ParsableArguments {
  @Option(
    help:
      "paper: the field's papers, dt 20 ms, τ 100 ms. course: the course sheet, in steps. (default: paper)")
  var preset: Tasks.Task.Preset?

  @Option(help: "Amplitude of a context channel, for tasks that have them. (default: 0.1)")
  var contextScale: Double?

  @Option(
    help: ArgumentHelp(
      "The task's delay: a number or a range A:B, in ms (preset paper) or steps (course).", valueName: "delay"
    ))
  var delay: String?

  @Option(help: "Standard deviation of the noise on the inputs, per step. (default: the task's)")
  var inputNoise: Double?

  /// The options as the task wants them.
  func options() throws -> Tasks.Task.Options {
    var options = Tasks.Task.Options(preset: preset ?? .paper, contextScale: contextScale, noise: inputNoise)
    if let delay {
      let ends = delay.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
        throw Failure(.usage, "--delay: expected a whole number or a range A:B, found \(delay)")
      }
      options.delay = first...last
    }
    return options
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
      options.trained = Set(vectors)
    }
    return options
  }
}

extension Curriculum: ExpressibleByArgument {}
extension TrainingOptions.Precision: ExpressibleByArgument {}
