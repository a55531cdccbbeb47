import LowRank
import Tasks

/// Trains a low-rank network on a task: Adam on the exact gradient of the Euler map, fresh trials for every update.
///
///     var trainer = try Trainer(task: task, options: options)
///     try trainer.advance(by: 1000)
///     let network = try trainer.network()
///
/// Update u takes the trials u·B … (u+1)·B - 1 of one endless seeded sequence. State and options fix everything that
/// follows: a run taken up again from a saved state ends in the same bits as one that was never interrupted, with any
/// number of threads.
public struct Trainer {
  /// The task.
  public let task: Task
  /// The options.
  public let options: TrainingOptions
  /// Parameters, moments and losses so far.
  public private(set) var state: TrainingState
  private var adam: Adam
  /// The tasks of the curriculum's stages.
  private let stages: [Task]
  private var counter: StageCounter
  private let evaluator: LossEvaluator

  /// A new network, or one whose training goes on from `state`.
  ///
  /// - Throws: `TrainingError` when an option makes no sense or the state does not fit.
  public init(task: Task, options: TrainingOptions, state: TrainingState? = nil) throws(TrainingError) {
    try options.check(task)
    try state?.check(task, options)
    let state = state ?? TrainingState(task, options)
    do throws(TaskError) {
      stages = try options.curriculum.stages(of: task)
    } catch { throw .option(quantity: error.quantity, expected: error.expected, found: error.found) }
    // A tenth of the mean squared target, over trials that are always the same.
    let sample = task.trials(count: 64, seed: 0)
    let weight = sample.mask.reduce(0, +)
    let square = zip(sample.mask, sample.target).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
    counter = StageCounter(
      stages: stages.count, threshold: 0.1 * square / max(weight, 1), losses: state.losses)
    self.task = task
    self.options = options
    self.state = state
    adam = Adam(first: state.firstMoment, second: state.secondMoment, updates: state.updates)
    evaluator = LossEvaluator(
      shape: PassShape(
        units: options.units, rank: options.rank, inputs: task.inputs, outputs: task.outputs,
        steps: task.steps,
        alpha: task.alpha, transfer: options.transfer),
      precision: options.precision, threads: options.threads)
  }

  /// Makes so many updates.
  ///
  /// - Throws: `TrainingError.diverged` when a loss, a gradient or what an update makes of the parameters is not finite.
  ///   The state is then that before the call.
  public mutating func advance(by updates: Int) throws(TrainingError) {
    let before = self
    do {
      try update(updates)
    } catch {
      self = before
      throw error
    }
  }

  private mutating func update(_ updates: Int) throws(TrainingError) {
    let seed = Seeds(options.seed).trials
    for _ in 0..<updates {
      let task = counter.stage < stages.count ? stages[counter.stage] : task
      let first = UInt64(state.updates) &* UInt64(options.batch)
      var result = evaluator.evaluate(
        state.parameters, steps: task.steps, batch: options.batch, trained: options.trained
      ) {
        range in
        task.trials(count: range.count, seed: seed, first: first &+ UInt64(range.lowerBound))
      }
      let norm = result.gradient.norm
      guard result.loss.isFinite, norm.isFinite else {
        throw .diverged(update: state.updates + 1, loss: result.loss)
      }
      if let clip = options.clip, norm > clip { result.gradient.scale(by: clip / norm) }
      adam.update(
        &state.parameters, gradient: result.gradient, trained: options.trained, rate: options.learningRate)
      guard state.parameters.norm.isFinite else {
        throw .diverged(update: state.updates + 1, loss: result.loss)
      }
      state.losses.append(result.loss)
      counter.add(result.loss)
    }
    state.firstMoment = adam.first
    state.secondMoment = adam.second
  }

  /// Whether the curriculum is over: the last updates, if any, were on the task itself.
  public var isOnWholeTask: Bool { counter.stage >= stages.count }

  /// Loss and fraction of right decisions on `count` trials that training never sees.
  ///
  /// A decision is the sign of the mean output over the response window.
  public func test(count: Int = 1000) -> (loss: Double, accuracy: Double) {
    let seed = Seeds(options.seed).test
    let task = task
    let result = evaluator.evaluate(state.parameters, steps: task.steps, batch: count, trained: []) { range in
      task.trials(count: range.count, seed: seed, first: UInt64(range.lowerBound))
    }
    return (result.loss, result.accuracy)
  }

  /// The network as it stands.
  ///
  /// - Throws: `ShapeError` when an entry is not finite.
  public func network() throws(ShapeError) -> Network {
    let p = state.parameters
    return try Network(m: p.m, n: p.n, inputs: p.inputs, readouts: p.readouts, transfer: options.transfer)
  }
}

/// The engine of the chosen precision; `shape.steps` is the longest trial it will see.
struct LossEvaluator {
  private enum Engine {
    case double(GradientEngine<Double>)
    case single(GradientEngine<Float>)
  }
  private let engine: Engine

  init(shape: PassShape, precision: TrainingOptions.Precision, threads: Int) {
    switch precision {
    case .double: engine = .double(GradientEngine(shape, threads: threads))
    case .single: engine = .single(GradientEngine(shape, threads: threads))
    }
  }

  func evaluate(
    _ parameters: TrainingVectors, steps: Int, batch: Int, trained: Set<TrainedVector>,
    source: @Sendable (Range<Int>) -> Trials
  ) -> BatchResult {
    switch engine {
    case .double(let engine):
      engine.evaluate(parameters, steps: steps, batch: batch, trained: trained, source: source)
    case .single(let engine):
      engine.evaluate(parameters, steps: steps, batch: batch, trained: trained, source: source)
    }
  }
}

extension TrainingVectors {
  /// The Euclidean norm over all entries.
  public var norm: Double {
    var sum = 0.0
    for vector in TrainedVector.allCases { for x in self[vector].elements { sum += x * x } }
    return sum.squareRoot()
  }

  mutating func scale(by factor: Double) {
    for vector in TrainedVector.allCases {
      for i in self[vector].elements.indices { self[vector].elements[i] *= factor }
    }
  }
}
