import ArgumentParser
import LowRank
import NetworkFiles
import Report
import Tasks

/// Which trials are run: a file's, or a task's.
struct TrialOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Trials from an .npz file: u (B, T, K), optionally target and mask (B, T, O).", valueName: "file.npz"))
  var trials: String?

  @Option(
    help: ArgumentHelp(
      "Trials of a task: perceptual-decision, parametric-working-memory, context-dependent-decision, "
        + "multisensory-decision, delayed-match-to-sample.", valueName: "name"))
  var task: String?

  @Option(name: .customLong("trial-count"), help: "How many trials of the task. (default: 300)")
  var wantedCount: Int?

  @Option(
    name: .customLong("preset"),
    help:
      "paper: the field's papers, dt 20 ms, τ 100 ms. course: the course sheet, in steps. (default: paper)"
  )
  var wantedPreset: Tasks.Task.Preset?

  @Option(help: "Amplitude of a context channel, for tasks that have them. (default: 0.1)")
  var contextScale: Double?

  @Option(
    help: ArgumentHelp(
      "The task's delay: a number or a range A:B, in ms (preset paper) or steps (course).", valueName: "delay"
    ))
  var delay: String?

  @Option(help: "Standard deviation of the noise on the inputs, per step. (default: the task's)")
  var inputNoise: Double?

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1

  /// How many trials of the task.
  var trialCount: Int { wantedCount ?? 300 }
  /// Whose timings.
  var preset: Tasks.Task.Preset { wantedPreset ?? .paper }

  func validate() throws {
    if trials != nil && task != nil {
      throw ValidationError("--trials and --task: only one of them can say it.")
    }
    if trialCount < 1 { throw ValidationError("--trial-count: expected at least 1, found \(trialCount).") }
    // (B, T, K) at 3000 steps and 4 channels: a million trials would already be 100 GB.
    if trialCount > 100_000 {
      throw ValidationError("--trial-count: expected at most 100000, found \(trialCount).")
    }
  }

  /// Whether there are trials to run.
  var areGiven: Bool { trials != nil || task != nil }

  /// For commands that cannot do without.
  func require() throws {
    guard areGiven else {
      throw ValidationError(
        "no trials to run: --task NAME (\(Tasks.Task.names.joined(separator: ", "))) or --trials FILE.npz.")
    }
  }

  /// The trials, checked against a network's K and O.
  ///
  /// - Parameters:
  ///   - inputs: the network's K.
  ///   - outputs: the network's O.
  ///   - network: the network's file, for messages.
  ///   - alpha: the α that the trials will be run with; a task's trials belong to its own.
  ///   - forFitting: whether a circuit is to be fitted; a file's trials are then divided into those to fit, to choose and
  ///     to judge by. A task has trials for all three.
  func load(
    inputs: Int, outputs: Int, network: String, alpha: Double, forFitting: Bool = false
  ) throws -> RunTrials {
    if let trials {
      for (name, value) in [
        ("--delay", delay), ("--context-scale", contextScale.map { "\($0)" }),
        ("--input-noise", inputNoise.map { "\($0)" }), ("--trial-count", wantedCount.map { "\($0)" }),
        ("--preset", wantedPreset?.rawValue),
      ] where value != nil {
        throw Failure(
          .usage, "\(name): expected --task beside it, found --trials: a file's trials are as they are")
      }
      let all = try TrialsFile.read(trials, channels: inputs, outputs: outputs)
      if !all.mask.isEmpty, all.mask.allSatisfy({ $0 == 0 }) {
        Console.warn(
          "\(trials): the mask is zero everywhere, so that there is no response window: no decisions, no loss"
        )
      }
      return forFitting
        ? try .thirds(of: all, source: trials, seed: seed) : RunTrials(trials: all, source: trials)
    }
    let task = try Tasks.Task(name: task ?? "", options: try taskOptions())
    if delay != nil,
      let uneven = [task.delay.lowerBound, task.delay.upperBound].first(where: { $0 % task.stepLength != 0 })
    {
      Console.note(
        "--delay \(uneven): \(uneven / task.stepLength) steps of \(task.stepLength) ms, rounded down")
    }
    guard task.inputs == inputs else {
      throw Failure(
        .badData,
        "\(network): expected \(task.inputs) inputs (\(task.inputNames.joined(separator: ", "))) for the task "
          + "\(task.name), found \(inputs): choose the task the network was trained on, or give --trials")
    }
    guard task.outputs == outputs else {
      throw Failure(
        .badData, "\(network): expected \(task.outputs) output for the task \(task.name), found \(outputs)")
    }
    if abs(alpha - task.alpha) > 1e-9 {
      Console.warn(
        "\(network): the trials of \(task.name) have steps of α = \(task.alpha); with the network's α = \(text(alpha)) "
          + "a step is another share of τ")
    }
    let (steps, overflow) = task.steps.multipliedReportingOverflow(by: trialCount)
    guard !overflow, steps <= 1 << 28 else {
      throw Failure(
        .usage,
        "--trial-count: expected at most 2^28 steps in all trials together, found \(trialCount) trials of "
          + "\(task.steps) steps")
    }
    let drawn = task.labelledTrials(count: trialCount, seed: seed)
    var run = RunTrials(
      trials: drawn.trials, source: "\(task.name) (\(preset.rawValue), seed \(seed))", task: drawn,
      definition: task)
    // Context multiplies the situations a fit has to see.
    let count = task.inputNames.contains { $0.contains("context") } ? 100 : 30
    run.training = task.trials(count: count, seed: seed &+ 1_000_003).stimulus
    run.validation = task.trials(count: count, seed: seed &+ 2_000_003).stimulus
    return run
  }

  private func taskOptions() throws -> Tasks.Task.Options {
    var options = Tasks.Task.Options()
    options.preset = preset
    options.contextScale = contextScale
    options.noise = inputNoise
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

/// Trials with a word on where they come from.
struct RunTrials {
  let trials: Trials
  let source: String
  var task: TaskTrials?
  /// The task they are trials of.
  var definition: Tasks.Task?
  /// Trials that a circuit is fitted to.
  var training: Stimulus?
  /// Trials by which choices between fits are made.
  var validation: Stimulus?

  /// Which of a file's trials these are, counted from 0, where they are not all of them.
  var numbers: [Int]?

  /// A file's trials dealt out in three parts: to fit, to choose, to judge.
  ///
  /// They are shuffled first: files may be sorted by condition, or go through the conditions in turn.
  static func thirds(of trials: Trials, source: String, seed: UInt64) throws -> RunTrials {
    let count = trials.stimulus.trials
    guard count >= 3 else {
      throw Failure(
        .badData,
        "\(source): expected at least 3 trials (a third each to fit, to choose, to judge), found \(count)")
    }
    var stream = RandomStream(seed: seed, purpose: .dealtTrials)
    let order = stream.sample(count, below: count)
    let (first, second) = (count / 3, 2 * count / 3)
    let judged = order[second...].sorted()
    var run = RunTrials(
      trials: trials.selecting(judged),
      source:
        "\(source), \(judged.count) of its \(count) trials (dealt out with seed \(seed): fitted to \(first) others, chosen "
        + "by \(second - first) others)")
    run.numbers = judged
    run.training = trials.selecting(order[..<first].sorted()).stimulus
    run.validation = trials.selecting(order[first..<second].sorted()).stimulus
    return run
  }
}

extension Tasks.Task.Preset: ExpressibleByArgument {}
