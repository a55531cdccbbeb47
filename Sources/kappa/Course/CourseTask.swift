// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Report
import Studies
import Tasks
import Training

/// One task of the course with a network trained on it, and that network's simulations on fresh trials.
struct CourseTask {
  /// One trained network of several.
  struct Trained {
    let seed: UInt64
    let network: Network
    let loss, accuracy: Double
    let losses: [Double]
  }

  let task: Tasks.Task
  /// The networks, one a seed; the first is the one that everything is shown of.
  let trained: [Trained]
  let seconds: Double
  let labelled: TaskTrials
  let simulation: Simulation
  let circuit: EffectiveCircuit
  let full, manifold, reduced: Trajectory
  let seed: UInt64

  /// The first network; of rank 2 in the gauge in which κ1 and κ2 are modes, where there is one.
  let network: Network
  /// Whether it is.
  let isInModes: Bool
  var trials: Trials { labelled.trials }

  /// Trains networks and simulates the first.
  init(
    _ kind: Tasks.Task.Kind, units: Int, updates: Int, networks: Int, seed: UInt64, progress: CourseProgress
  )
    throws
  {
    let task = try Tasks.Task(kind, options: Tasks.Task.Options(preset: .course))
    let clock = ContinuousClock.now
    trained = try (0..<networks).map { index in
      var options = TrainingOptions.recommended(for: kind)
      options.units = units
      options.seed = seed &+ UInt64(index)
      return try Self.train(task, options, updates: updates) {
        progress.show("\(kind.rawValue), network \(index + 1) of \(networks): update \($0) of \(updates)")
      }
    }
    seconds = (ContinuousClock.now - clock).seconds
    self.task = task
    self.seed = seed
    progress.show("\(kind.rawValue): simulating")
    labelled = task.labelledTrials(count: 500, seed: RandomStream.seed(seed, for: .course))
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
      try run.checkFinite(of: name, kind.rawValue)
    }
  }

  /// One network, trained with progress.
  static func train(
    _ task: Tasks.Task, _ options: TrainingOptions, updates: Int, progress: (Int) -> Void
  ) throws -> Trained {
    var options = options
    options.threads = CourseProgress.threads
    do {
      var trainer = try Trainer(task: task, options: options)
      while trainer.state.updates < updates {
        try trainer.advance(by: min(50, updates - trainer.state.updates))
        progress(trainer.state.updates)
      }
      let test = trainer.test()
      return Trained(
        seed: options.seed, network: try trainer.network(), loss: test.loss, accuracy: test.accuracy,
        losses: trainer.state.losses)
    } catch let error as TrainingError {
      switch error {
      case .diverged:
        throw Failure(.software, "training on \(task.name): expected a loss that falls, found that \(error)")
      default: throw Failure(.usage, "\(error)")
      }
    }
  }

  /// How well a dynamics does the task on the course's test trials, or the first of them.
  func performance(of dynamics: some Dynamics, trials count: Int? = nil) -> Performance? {
    let part = count.map { trials.prefix($0) } ?? trials
    return Performance(of: simulation.run(dynamics, under: part.stimulus), trials: part, output: 0)
  }

  /// The same conditions without noise, one trial of each value of a condition (or pair of them), in their order.
  func noiseless(_ conditions: [String]) throws -> (stimulus: Stimulus, labels: [[Double]]) {
    var options = task.options
    options.noise = 0
    let quiet = try Tasks.Task(task.kind, options: options).labelledTrials(count: 400, seed: 1)
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

  /// The steps of the epoch of this name, in trials that all have the same delay.
  func steps(of epoch: String) -> Range<Int> {
    labelled.epochs.first?.first { $0.name == epoch }?.steps ?? 0..<0
  }
}

/// What the course is at, on stderr.
final class CourseProgress {
  private let start = ContinuousClock.now
  private var shown: ContinuousClock.Instant?
  private var isOpen = false

  /// Threads for training; no result depends on it.
  static let threads = availableThreads()

  /// Shows a line; several times a second where somebody watches, and every five seconds where not.
  func show(_ text: String) {
    let now = ContinuousClock.now
    let pause: Duration = Console.isWatched ? .milliseconds(200) : .seconds(5)
    if let shown, now - shown < pause { return }
    shown = now
    Console.write(Console.isWatched ? "\r\u{1B}[K\(text)" : text + "\n")
    isOpen = Console.isWatched
  }

  /// Removes the line.
  func finish() {
    if isOpen { Console.write("\r\u{1B}[K") }
    isOpen = false
  }

  var seconds: Double { (ContinuousClock.now - start).seconds }
}

extension Duration {
  /// In seconds.
  var seconds: Double { Double(components.seconds) + 1e-18 * Double(components.attoseconds) }
}
