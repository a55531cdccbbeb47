import ArgumentParser
import LowRank
import NetworkFiles
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

  @Option(help: "How many trials of the task.")
  var trialCount = 300

  @Option(help: "paper: the field's papers, dt 20 ms, τ 100 ms. course: the course sheet, in steps.")
  var preset: Tasks.Task.Preset = .paper

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

  func validate() throws {
    if trials != nil && task != nil {
      throw ValidationError("--trials and --task: only one of them can say it.")
    }
    if trials == nil && task == nil {
      throw ValidationError(
        "no trials to run: --task NAME (\(Tasks.Task.names.joined(separator: ", "))) or --trials FILE.npz.")
    }
    if trialCount < 1 { throw ValidationError("--trial-count: expected at least 1, found \(trialCount).") }
    // (B, T, K) at 3000 steps and 4 channels: a million trials would already be 100 GB.
    if trialCount > 100_000 {
      throw ValidationError("--trial-count: expected at most 100000, found \(trialCount).")
    }
  }

  /// The trials, checked against a network's K and O.
  func load(inputs: Int, outputs: Int, network: String) throws -> RunTrials {
    if let trials {
      return RunTrials(
        trials: try TrialsFile.read(trials, channels: inputs, outputs: outputs), source: trials, task: nil)
    }
    let task = try Tasks.Task(name: task ?? "", options: try taskOptions())
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
    let drawn = task.labelledTrials(count: trialCount, seed: seed)
    return RunTrials(
      trials: drawn.trials, source: "\(task.name) (\(preset.rawValue), seed \(seed))", task: drawn)
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
  let task: TaskTrials?
}

extension Tasks.Task.Preset: ExpressibleByArgument {}
