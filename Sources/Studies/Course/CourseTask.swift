// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Tasks
import Training

/// One task of the course with the networks trained on it, and the first network's simulations on fresh trials: what the
/// answers are computed from and figures are drawn of.
public struct CourseTask: Sendable {
  /// One trained network of several.
  public struct Trained: Sendable {
    /// Its seed.
    public let seed: UInt64
    /// The network.
    public let network: Network
    /// On trials that training never saw.
    public let loss, accuracy: Double
    /// Of each batch, before its update.
    public let losses: [Double]
  }

  /// The task, with the course's timings.
  public let task: Tasks.Task
  /// The networks, one a seed; the first is the one that everything is shown of.
  public let trained: [Trained]
  /// How long training took.
  public let seconds: Double
  /// 500 trials with their conditions and epochs.
  public let labelled: TaskTrials
  /// The same trials without noise on their inputs.
  public let quiet: Stimulus
  /// Euler's method with the task's step.
  public let simulation: Simulation
  /// The Gaussian circuit of the network's moments.
  public let circuit: EffectiveCircuit
  /// The trials as the network, its exact manifold and the circuit go through them.
  public let full, manifold, reduced: Trajectory
  /// Fixes everything random.
  public let seed: UInt64
  /// The first network; of rank 2 in the gauge in which κ1 and κ2 are modes, where there is one.
  public let network: Network
  /// Whether it is.
  public let isInModes: Bool

  /// The trials alone.
  public var trials: Trials { labelled.trials }

  /// Trains networks and simulates the first.
  init(
    _ kind: Tasks.Task.Kind, units: Int, updates: Int, networks: Int, seed: UInt64, meter: CourseMeter
  ) throws {
    let task = try Tasks.Task(kind, options: Tasks.Task.Options(preset: .course))
    let clock = ContinuousClock.now
    trained = try (0..<networks).map { index in
      var options = TrainingOptions.recommended(for: kind)
      options.units = units
      options.seed = seed &+ UInt64(index)
      return try Self.train(
        task, options, updates: updates, meter, "\(kind.rawValue), network \(index + 1) of \(networks)")
    }
    seconds = (ContinuousClock.now - clock).seconds
    self.task = task
    self.seed = seed
    labelled = task.labelledTrials(count: 500, seed: RandomStream.seed(seed, for: .course))
    var options = task.options
    options.noise = 0
    quiet = try Tasks.Task(kind, options: options).trials(
      count: 500, seed: RandomStream.seed(seed, for: .course)
    ).stimulus
    simulation = Simulation(alpha: task.alpha)
    let modes = try trained[0].network.inModes()
    let network = modes ?? trained[0].network
    self.network = network
    isInModes = modes != nil
    circuit = try EffectiveCircuit(of: network)
    full = simulation.run(try NetworkDynamics(network), under: labelled.trials.stimulus)
    manifold = simulation.run(try ManifoldDynamics(network), under: labelled.trials.stimulus)
    reduced = simulation.run(circuit, under: labelled.trials.stimulus)
    for (name, run) in [("network", full), ("manifold", manifold), ("circuit", reduced)] {
      guard run.outputs.allSatisfy(\.isFinite), run.kappa.allSatisfy(\.isFinite) else {
        throw StudyError(
          .software, kind.rawValue,
          "expected a bounded simulation of the \(name), found values that are not finite")
      }
    }
  }

  /// One network, trained with progress.
  static func train(
    _ task: Tasks.Task, _ options: TrainingOptions, updates: Int, _ meter: CourseMeter, _ title: String
  ) throws -> Trained {
    let trainer = try trainer(task, options, updates: updates, meter, title)
    let test = trainer.test()
    return Trained(
      seed: options.seed, network: try trainer.network(), loss: test.loss, accuracy: test.accuracy,
      losses: trainer.state.losses)
  }

  /// A trainer after so many updates.
  static func trainer(
    _ task: Tasks.Task, _ options: TrainingOptions, updates: Int, _ meter: CourseMeter, _ title: String
  ) throws -> Trainer {
    var options = options
    options.threads = TrainingRun.cores
    do {
      var trainer = try Trainer(task: task, options: options)
      while trainer.state.updates < updates {
        let count = min(25, updates - trainer.state.updates)
        try trainer.advance(by: count)
        try meter.advance(by: count, "\(title): update \(trainer.state.updates) of \(updates)")
      }
      return trainer
    } catch let error as TrainingError {
      switch error {
      case .diverged:
        throw StudyError(
          .software, "", "training on \(task.name): expected a loss that falls, found that \(error)")
      default: throw StudyError(.usage, "", "\(error)")
      }
    }
  }

  /// How well a dynamics does the task on the course's test trials, or the first of them.
  func score(of dynamics: some Dynamics, trials count: Int? = nil) -> CourseScore {
    let part = count.map { trials.prefix($0) } ?? trials
    return CourseScore(
      Performance(of: simulation.run(dynamics, under: part.stimulus), trials: part, output: 0))
  }

  /// How well a run on all trials, one of those above, does the task.
  func score(of run: Trajectory) -> CourseScore {
    CourseScore(Performance(of: run, trials: trials, output: 0))
  }

  /// The same conditions without noise, one trial of each value of a condition (or pair of them), in their order.
  public func noiseless(_ conditions: [String]) throws(StudyError) -> (stimulus: Stimulus, labels: [[Double]])
  {
    let quiet = task.noiseless.labelledTrials(count: 400, seed: 1)
    var first: [[Double]: Int] = [:]
    for trial in 0..<quiet.trials.stimulus.trials {
      let key = conditions.map { quiet[$0]?[trial] ?? 0 }
      if first[key] == nil { first[key] = trial }
    }
    let keys = first.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let stimulus = quiet.trials.stimulus
    let width = stimulus.steps * stimulus.channels
    return (
      Stimulus(
        trials: keys.count, steps: stimulus.steps, channels: stimulus.channels,
        values: keys.flatMap { key -> ArraySlice<Double> in
          let trial = first[key] ?? 0
          return stimulus.values[(trial * width)..<((trial + 1) * width)]
        }), keys
    )
  }

  /// The conditions that its trials differ in.
  public var conditionNames: [String] {
    task.kind == .perceptualDecision ? ["coherence"] : ["frequency 1", "frequency 2"]
  }

  /// The steps of the epoch of this name, in trials that all have the same delay.
  public func steps(of epoch: String) -> Range<Int> {
    labelled.epochs.first?.first { $0.name == epoch }?.steps ?? 0..<0
  }

  /// The mean over the response window of every trial, of outputs (B, T).
  public func meanOutputs(_ outputs: [Double]) -> [Double] {
    (0..<full.trials).map { trial in
      var (sum, weight) = (0.0, 0.0)
      for t in 0..<full.steps {
        let mask = trials.mask[trial * full.steps + t]
        sum += mask * outputs[trial * full.steps + t]
        weight += mask
      }
      return weight > 0 ? sum / weight : 0
    }
  }

  /// Mean squared target over the response windows: the loss of an output that is always zero.
  var meanSquaredTarget: Double {
    zip(trials.mask, trials.target).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / max(trials.mask.reduce(0, +), 1)
  }

  /// The task for people.
  public var title: String {
    task.kind == .perceptualDecision ? "Perceptual decision" : "Parametric working memory"
  }

  /// The best answer that depends on the second frequency alone: its least mean square error, and how many signs it has
  /// right at best.
  public var memoryless: (loss: Double, accuracy: Double) {
    guard let second = labelled["frequency 2"] else { return (.nan, .nan) }
    var groups: [Double: [Double]] = [:]
    for (frequency, target) in zip(second, meanOutputs(trials.target)) {
      groups[frequency, default: []].append(target)
    }
    var sum = 0.0
    var (right, asked) = (0, 0)
    for key in groups.keys.sorted() {
      let group = groups[key] ?? []
      let mean = group.reduce(0, +) / Double(group.count)
      sum += group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let (above, below) = (group.count { $0 > 0 }, group.count { $0 < 0 })
      right += max(above, below)
      asked += above + below
    }
    return (sum / Double(max(full.trials, 1)), Double(right) / Double(max(asked, 1)))
  }
}

/// Right decisions and loss; missing where nothing was asked.
public struct CourseScore: Codable, Sendable, Hashable {
  /// Share of right decisions.
  @OrNull public var accuracy: Double?
  /// Mean square error over the response window.
  @OrNull public var loss: Double?

  init(_ performance: Performance?) {
    accuracy = performance?.accuracy
    loss = performance?.loss
  }

  init(accuracy: Double?, loss: Double?) {
    self.accuracy = accuracy
    self.loss = loss
  }
}

/// How far the course has come, in updates of its trainings, which take nearly all of its time.
struct CourseMeter {
  private let meter: Meter
  private let observer: any Observer
  private let total: Int
  private let done = Counter()

  private final class Counter: @unchecked Sendable { var value = 0 }

  init(total: Int, meter: Meter, observer: any Observer) {
    self.total = max(total, 1)
    self.meter = meter
    self.observer = observer
  }

  /// So many updates more.
  func advance(by updates: Int, _ part: String) throws {
    done.value += updates
    try show(part)
  }

  /// Something that takes no update; stops work that nobody wants.
  func show(_ part: String) throws {
    meter.show(Double(done.value) / Double(total), of: part)
    try observer.check()
  }
}
