// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Trials with what is known about each of them: of a task what was drawn, of a file its labels.
public struct TaskTrials: Sendable, Hashable {
  /// One quantity that varies from trial to trial.
  public struct Condition: Sendable, Hashable {
    /// Its name, e.g. `coherence`.
    public let name: String
    /// Its value in each trial, (B); texts are numbered.
    public let values: [Double]
    /// The texts behind the numbers, where the values are texts.
    public let labels: [String]?

    /// A quantity.
    public init(name: String, values: [Double], labels: [String]? = nil) {
      self.name = name
      self.values = values
      self.labels = labels
    }
  }

  /// Inputs, targets and response windows.
  public let trials: Trials
  /// What was drawn, in a fixed order for each task.
  public let conditions: [Condition]
  /// The epochs of each trial, (B); with varying delays they differ.
  public let epochs: [[Epoch]]

  /// Trials with labels.
  ///
  /// - Parameters:
  ///   - conditions: quantities of B values.
  ///   - epochs: B lists, or none.
  public init(trials: Trials, conditions: [Condition], epochs: [[Epoch]]) {
    let count = trials.stimulus.trials
    precondition(conditions.allSatisfy { $0.values.count == count }, "a condition has a value for each trial")
    precondition(epochs.isEmpty || epochs.count == count, "there is a list of epochs for each trial")
    self.trials = trials
    self.conditions = conditions
    self.epochs = epochs
  }

  /// Some of the trials, by their numbers.
  public func selecting(_ numbers: [Int]) -> TaskTrials {
    TaskTrials(
      trials: trials.selecting(numbers),
      conditions: conditions.map { condition in
        Condition(
          name: condition.name, values: numbers.map { condition.values[$0] }, labels: condition.labels)
      }, epochs: epochs.isEmpty ? [] : numbers.map { epochs[$0] })
  }

  /// The values of the condition of this name, (B); `nil` when the task has none.
  public subscript(condition: String) -> [Double]? { conditions.first { $0.name == condition }?.values }
}

extension Task {
  /// B seeded trials: inputs (B, T, K), target and mask (B, T, 1).
  ///
  /// - Parameters:
  ///   - count: B.
  ///   - seed: trial b draws from `RandomStream(seed: seed, stream: first + b)`, so it is the same trial for every B.
  ///   - first: number of the first trial in the endless sequence that a seed stands for.
  ///
  /// T is that of the longest delay the options allow. A trial with a shorter delay ends earlier: its remaining steps
  /// have neither input nor noise, and its response window stands at its own end. The mask is 1 in the response window
  /// and 0 elsewhere; the target is 0 outside the window.
  public func trials(count: Int, seed: UInt64, first: UInt64 = 0) -> Trials {
    var batch = Batch(self, count: count)
    for b in 0..<count { _ = batch.add(self, trial: b, seed: seed, stream: first &+ UInt64(b)) }
    return batch.trials
  }

  /// The same trials with the conditions and epochs of each.
  ///
  /// Conditions: `coherence` (perceptual decision: signed level); `frequency 1`, `frequency 2`; `colour`, `motion`,
  /// `context` (0 colour, 1 motion); `visual`, `auditory` (signed level, 0 when absent), `modality` (0 visual,
  /// 1 auditory, 2 both); `sample`, `test` (0 A, 1 B). `delay`, in steps, for every task.
  public func labelledTrials(count: Int, seed: UInt64, first: UInt64 = 0) -> TaskTrials {
    var batch = Batch(self, count: count)
    var conditions = kind.conditionNames.map { (name: $0, values: [Double]()) }
    var epochs: [[Epoch]] = []
    epochs.reserveCapacity(count)
    for b in 0..<count {
      let (draw, delay) = batch.add(self, trial: b, seed: seed, stream: first &+ UInt64(b))
      for (i, value) in (draw.conditions + [Double(delay)]).enumerated() {
        conditions[i].values.append(value)
      }
      epochs.append(schedule.epochs(delay: delay))
    }
    return TaskTrials(
      trials: batch.trials,
      conditions: conditions.map { TaskTrials.Condition(name: $0.name, values: $0.values) }, epochs: epochs)
  }
}

/// Trials in the making.
private struct Batch {
  private let count: Int
  private let steps: Int
  private let channels: Int
  private var inputs: [Double]
  private var target: [Double]
  private var mask: [Double]

  init(_ task: Task, count: Int) {
    precondition(count >= 0, "a number of trials is not negative")
    self.count = count
    steps = task.steps
    channels = task.inputs
    inputs = [Double](repeating: 0, count: count * steps * channels)
    target = [Double](repeating: 0, count: count * steps)
    mask = target
  }

  /// Draws one trial into row `trial`.
  mutating func add(_ task: Task, trial: Int, seed: UInt64, stream: UInt64) -> (draw: Draw, delay: Int) {
    // Conditions are drawn before noise: trials of another noise level have the same conditions.
    var random = RandomStream(seed: seed, stream: stream)
    let schedule = task.schedule
    let delay = schedule.delay.lowerBound + random.index(below: schedule.delay.count)
    let draw = task.draw(&random)
    let end = schedule.end(delay: delay)
    let row = trial * steps
    for pulse in draw.pulses {
      for t in schedule.steps(of: pulse.phases, delay: delay) {
        inputs[(row + t) * channels + pulse.channel] += pulse.amplitude
      }
    }
    if task.noise > 0 {
      let sensory = task.kind.sensoryChannels
      for t in 0..<end {
        for k in 0..<sensory { inputs[(row + t) * channels + k] += task.noise * random.normal() }
      }
    }
    for t in (end - schedule.window)..<end {
      target[row + t] = draw.target
      mask[row + t] = 1
    }
    return (draw, delay)
  }

  var trials: Trials {
    Trials(
      stimulus: Stimulus(trials: count, steps: steps, channels: channels, values: inputs), outputs: 1,
      target: target, mask: mask)
  }
}

/// An input that is on with one amplitude during some consecutive phases.
private struct Pulse {
  let channel: Int
  let phases: ClosedRange<Int>
  let amplitude: Double
}

/// What is drawn for one trial, before its noise.
private struct Draw {
  let pulses: [Pulse]
  let target: Double
  let conditions: [Double]
}

extension Task.Kind {
  /// The leading channels, which carry noise; context channels carry none.
  fileprivate var sensoryChannels: Int { hasContext ? 2 : inputNames.count }

  fileprivate var conditionNames: [String] {
    switch self {
    case .perceptualDecision: ["coherence", "delay"]
    case .parametricWorkingMemory: ["frequency 1", "frequency 2", "delay"]
    case .contextDependentDecision: ["colour", "motion", "context", "delay"]
    case .multisensoryDecision: ["visual", "auditory", "modality", "delay"]
    case .delayedMatchToSample: ["sample", "test", "delay"]
    }
  }
}

extension Task {
  /// Draws the conditions of one trial and says what they mean for inputs and target.
  ///
  /// Pulses name phases by their place in the timing table: 0 is fixation.
  fileprivate func draw(_ random: inout RandomStream) -> Draw {
    func level(_ random: inout RandomStream) -> Double { levels[random.index(below: levels.count)] }
    func sign(_ random: inout RandomStream) -> Double { random.index(below: 2) == 0 ? -1 : 1 }

    switch kind {
    case .perceptualDecision:
      let choice = sign(&random)
      let coherence = choice * level(&random)
      return Draw(
        pulses: [Pulse(channel: 0, phases: 1...1, amplitude: scale * coherence)],
        target: choice, conditions: [coherence])

    case .parametricWorkingMemory:
      // Input (f - 22)/24 and target (f₁ - f₂)/24: the middle and the span of 10…34 Hz.
      let pair = pairs[random.index(below: pairs.count)]
      let (first, second) = (pair.first, pair.second)
      return Draw(
        pulses: [
          Pulse(channel: 0, phases: 1...1, amplitude: scale * (first - 22) / 24),
          Pulse(channel: 0, phases: 3...3, amplitude: scale * (second - 22) / 24),
        ],
        target: (first - second) / 24, conditions: [first, second])

    case .contextDependentDecision:
      // The context stays on until the response: through the stimulus and the delay after it.
      let evidence = [sign(&random) * level(&random), sign(&random) * level(&random)]
      let context = random.index(below: 2)
      return Draw(
        pulses: [
          Pulse(channel: 0, phases: 2...2, amplitude: scale * evidence[0]),
          Pulse(channel: 1, phases: 2...2, amplitude: scale * evidence[1]),
          Pulse(channel: 2 + context, phases: 1...3, amplitude: contextScale),
        ],
        target: evidence[context] > 0 ? 1 : -1, conditions: evidence + [Double(context)])

    case .multisensoryDecision:
      // Both channels agree in sign, not in magnitude; a context is on for each channel that carries evidence, and
      // goes off with it.
      let choice = sign(&random)
      let magnitudes = [level(&random), level(&random)]
      let modality = random.index(below: 3)
      let evidence = (0..<2).map { modality == 2 || modality == $0 ? choice * magnitudes[$0] : 0 }
      let pulses = (0..<2).filter { evidence[$0] != 0 }.flatMap { k in
        [
          Pulse(channel: k, phases: 2...2, amplitude: scale * evidence[k]),
          Pulse(channel: 2 + k, phases: 1...2, amplitude: contextScale),
        ]
      }
      return Draw(pulses: pulses, target: choice, conditions: evidence + [Double(modality)])

    case .delayedMatchToSample:
      let sample = random.index(below: 2)
      let test = random.index(below: 2)
      return Draw(
        pulses: [
          Pulse(channel: sample, phases: 1...1, amplitude: scale),
          Pulse(channel: test, phases: 3...3, amplitude: scale),
        ],
        target: sample == test ? 1 : -1, conditions: [Double(sample), Double(test)])
    }
  }
}
