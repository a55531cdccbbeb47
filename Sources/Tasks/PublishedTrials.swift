// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension PublishedTask {
  /// See `Task.trials`.
  func trials(count: Int, seed: UInt64, first: UInt64) -> Trials {
    var batch = Batch(self, count: count)
    for b in 0..<count { _ = batch.add(self, trial: b, seed: seed, stream: first &+ UInt64(b)) }
    return batch.trials
  }

  /// See `Task.labelledTrials`.
  func labelledTrials(count: Int, seed: UInt64, first: UInt64) -> TaskTrials {
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

  init(_ task: PublishedTask, count: Int) {
    precondition(count >= 0, "a number of trials is not negative")
    self.count = count
    steps = task.schedule.steps
    channels = task.kind.inputNames.count
    inputs = [Double](repeating: 0, count: count * steps * channels)
    target = [Double](repeating: 0, count: count * steps)
    mask = target
  }

  /// Draws one trial into row `trial`.
  mutating func add(_ task: PublishedTask, trial: Int, seed: UInt64, stream: UInt64) -> (
    draw: Draw, delay: Int
  ) {
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
      target: target, mask: mask,
      // Of working memory, whose targets are graded, published accuracies count the sign as well: which frequency was higher.
      decides: [true])
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

extension PublishedTask {
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
