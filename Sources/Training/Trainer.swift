// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks

/// Trains a network on a task, of low rank or of full rank: Adam on the exact gradient of the Euler map, by default with fresh trials for
/// every update.
///
///     var trainer = try Trainer(task: task, options: options)
///     try trainer.advance(by: 1000)
///     let network = try trainer.network()
///
/// Update u takes the trials u·B … (u+1)·B - 1 of one endless seeded sequence, or B of the first `fixedTrials`. State and options fix everything that
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
  private let seeds: Seeds
  /// The fixed trials of a stage, made when its first update comes.
  private var fixed: (stage: Int, trials: Trials)?

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
    evaluator = Self.evaluator(options, for: task)
    seeds = Seeds(options.seed)
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
    for _ in 0..<updates {
      let result = gradient()
      var gradient = state.parameters.pullingBack(result.gradient)
      gradient.keepOnly(options.trained)
      let norm = gradient.norm
      guard result.loss.isFinite, norm.isFinite else {
        throw .diverged(update: state.updates + 1, loss: result.loss)
      }
      if let clip = options.clip, norm > clip { gradient.scale(by: clip / norm) }
      adam.update(&state.parameters, gradient: gradient, trained: options.trained, rate: options.learningRate)
      guard state.parameters.norm.isFinite else {
        throw .diverged(update: state.updates + 1, loss: result.loss)
      }
      state.losses.append(result.loss)
      counter.add(result.loss)
      keepBest()
    }
    state.firstMoment = adam.first
    state.secondMoment = adam.second
  }

  /// Loss and gradient of the next batch.
  private mutating func gradient() -> BatchResult {
    let stage = counter.stage
    let task = stage < stages.count ? stages[stage] : task
    let first = UInt64(state.updates) &* UInt64(options.batch)
    var needed = options.trained
    if !state.parameters.inputGains.isEmpty { needed.insert(.inputs) }
    if !state.parameters.readoutGains.isEmpty { needed.insert(.readouts) }
    let seed = seeds.trials
    let source: @Sendable (Range<Int>) -> Trials
    if let count = options.fixedTrials {
      if fixed?.stage != stage { fixed = (stage, task.trials(count: count, seed: seed)) }
      let all = fixed?.trials ?? task.trials(count: count, seed: seed)
      var stream = RandomStream(seed: seeds.batches, stream: UInt64(state.updates))
      let chosen = stream.sample(options.batch, below: count)
      source = { all.selecting(Array(chosen[$0])) }
    } else {
      source = { task.trials(count: $0.count, seed: seed, first: first &+ UInt64($0.lowerBound)) }
    }
    return evaluator.evaluate(
      state.parameters.withGainsApplied, steps: task.steps, batch: options.batch, trained: needed,
      firstStream: first, source: source)
  }

  /// Updates of an epoch.
  private var epoch: Int { options.fixedTrials.map { max(1, $0 / options.batch) } ?? 25 }

  /// At the end of an epoch on the whole task, takes note of the parameters if no epoch had a smaller mean loss.
  private mutating func keepBest() {
    guard options.keepsBest, isOnWholeTask, state.updates.isMultiple(of: epoch) else { return }
    let loss = state.losses.suffix(epoch).reduce(0, +) / Double(epoch)
    if loss < state.best?.loss ?? .infinity { state.best = .init(parameters: state.parameters, loss: loss) }
  }

  /// The parameters of the network: the best where they are kept, otherwise the last; gains multiplied in.
  private var result: TrainingVectors {
    state.outcome(options)
  }

  /// Whether the curriculum is over: the last updates, if any, were on the task itself.
  public var isOnWholeTask: Bool { counter.stage >= stages.count }

  /// Loss and fraction of right answers on `count` trials that training never sees; of trials of one's own, on all that are
  /// held out.
  ///
  /// What is right is the task's own: the sign of the mean output over the response window, or an error that is small. With `noise` in the options, units receive it
  /// here, too.
  public func test(count: Int = 1000) -> (loss: Double, accuracy: Double) {
    let seed = seeds.test
    let task = task
    if let heldOut = task.heldOut?.trials {
      let tested = evaluator.evaluate(
        result, steps: task.steps, batch: heldOut.stimulus.trials, trained: [], firstStream: seeds.testNoise
      ) { heldOut[$0] }
      return (tested.loss, tested.accuracy)
    }
    let tested = evaluator.evaluate(
      result, steps: task.steps, batch: count, trained: [], firstStream: seeds.testNoise
    ) { range in
      task.trials(count: range.count, seed: seed, first: UInt64(range.lowerBound))
    }
    return (tested.loss, tested.accuracy)
  }

  /// The same on another task with as many inputs and outputs: on `count` trials that are always the same for it.
  ///
  /// - Throws: `TrainingError.option` when the task has other inputs or outputs.
  public func test(on other: Task, count: Int = 500) throws(TrainingError) -> (loss: Double, accuracy: Double)
  {
    guard other.inputs == task.inputs, other.outputs == task.outputs else {
      throw .option(
        quantity: "task", expected: "\(task.inputs) inputs and \(task.outputs) outputs",
        found: "\(other.inputs) and \(other.outputs)")
    }
    let seed = seeds.test
    let tested = Self.evaluator(options, for: other).evaluate(
      result, steps: other.steps, batch: count, trained: [], firstStream: seeds.testNoise
    ) { range in
      other.trials(count: range.count, seed: seed, first: UInt64(range.lowerBound))
    }
    return (tested.loss, tested.accuracy)
  }

  /// What evaluates batches of a task.
  private static func evaluator(_ options: TrainingOptions, for task: Task) -> LossEvaluator {
    let noise =
      options.noise > 0 ? PrivateNoise(deviation: options.noise, seed: Seeds(options.seed).noise) : nil
    return options.keepsWholeState
      ? LossEvaluator(wholeState: options.shape(for: task), threads: options.threads, noise: noise)
      : LossEvaluator(
        shape: PassShape(
          units: options.units, rank: options.rank, inputs: task.inputs, outputs: task.outputs,
          steps: task.steps, alpha: task.alpha, transfer: options.transfer),
        precision: options.precision, threads: options.threads, noise: noise)
  }

  /// The network as it stands, or as it stood at its best where that is kept.
  ///
  /// - Throws: `ShapeError` when an entry is not finite, or when J is trained whole, which has no m and n.
  public func network() throws(ShapeError) -> Network {
    let p = result
    return try whole(m: p.m, n: p.n, dense: nil)
  }

  /// The network of full rank, likewise: J whole, and beside it m and n of its truncation to a rank.
  ///
  /// - Throws: `LinearAlgebraError` when J has no such rank, also where none is trained; `ShapeError` when an entry is not
  ///   finite.
  public func fullRankNetwork(truncatedTo rank: Int = 1) throws -> Network {
    let p = result
    let truncated = try TruncatedConnectivity(of: p.connectivity, rank: rank)
    return try whole(m: truncated.m, n: truncated.n, dense: p.connectivity)
  }

  private func whole(m: Matrix, n: Matrix, dense: Matrix?) throws(ShapeError) -> Network {
    let p = result
    func values(_ matrix: Matrix) -> [Double]? { matrix.columns == 0 ? nil : matrix.elements }
    return try Network(
      m: m, n: n, inputs: p.inputs, readouts: p.readouts, bias: values(p.bias).map { .init(values: $0) },
      current: values(p.current), readoutBias: p.readoutBias.elements, form: options.form,
      denseConnectivity: dense, transfer: options.transfer
    ).starting(at: values(p.initialState))
  }
}

/// The engine of the chosen precision; `shape.steps` is the longest trial it will see.
struct LossEvaluator {
  private enum Engine {
    case double(GradientEngine<Double>)
    case single(GradientEngine<Float>)
    case wholeState(WholeStateEngine)
  }
  private let engine: Engine

  init(shape: PassShape, precision: TrainingOptions.Precision, threads: Int, noise: PrivateNoise?) {
    switch precision {
    case .double: engine = .double(GradientEngine(shape, threads: threads, noise: noise))
    case .single: engine = .single(GradientEngine(shape, threads: threads, noise: noise))
    }
  }

  init(wholeState shape: WholeStateShape, threads: Int, noise: PrivateNoise?) {
    engine = .wholeState(WholeStateEngine(shape, threads: threads, noise: noise))
  }

  func evaluate(
    _ parameters: TrainingVectors, steps: Int, batch: Int, trained: Set<TrainedVector>, firstStream: UInt64,
    source: @Sendable (Range<Int>) -> Trials
  ) -> BatchResult {
    switch engine {
    case .wholeState(let engine):
      engine.evaluate(
        parameters, steps: steps, batch: batch, trained: trained,
        firstStream: firstStream, source: source)
    case .double(let engine):
      engine.evaluate(
        parameters, steps: steps, batch: batch, trained: trained,
        firstStream: firstStream, source: source)
    case .single(let engine):
      engine.evaluate(
        parameters, steps: steps, batch: batch, trained: trained,
        firstStream: firstStream, source: source)
    }
  }
}
