// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A task as a small text describes it: channels, labels that are drawn, epochs with inputs and targets.
///
/// ```yaml
/// task: duration
/// step: 10            # ms
/// tau: 100            # ms, so that α = step/tau = .1
/// noise: 0.01         # SD per step of every input
/// inputs: [pulse]
/// outputs: [height]
/// labels:
///   pulse_ms: [50, 150, 300]
/// epochs:
///   - name: fixation
///     duration: 100..200
///   - name: pulse
///     duration: pulse_ms
///     input: {pulse: 1}
///   - name: response
///     duration: 300
///     target: pulse_ms / 300
/// score: {within: 0.1}
/// ```
///
/// Labels are drawn in their order: `[a, b]` takes one of some numbers or words, `a..b` a whole number, `uniform(a, b)` any
/// number between, and anything else is a formula of the labels before it. The formulas of inputs and targets also know
/// `time`, in ms since the epoch began, and `duration`, its length.
public struct TaskDescription: Sendable, Hashable {
  /// The text it was read from.
  public let text: String
  /// Its name.
  public let name: String
  /// Length of a step and τ, in ms.
  let step, tau: Double
  /// What each input channel carries, and the SD of its noise per step.
  let inputs: [Channel]
  /// The outputs' names.
  let outputs: [String]
  /// What is drawn, in order.
  let labels: [Label]
  /// Inputs that are on in every epoch, by channel.
  let tonic: [Signal]
  /// The parts of a trial, in order.
  let epochs: [Part]
  /// What makes an answer right.
  public let scoring: Scoring
  /// T, the steps of the longest trial.
  let steps: Int

  /// An input channel.
  struct Channel: Sendable, Hashable {
    let name: String
    let noise: Double
  }

  /// A quantity that varies from trial to trial.
  struct Label: Sendable, Hashable {
    let name: String
    let line: Int
    let draw: Draw
    /// The words behind the numbers, where it takes one of some words.
    let words: [String]?

    enum Draw: Sendable, Hashable {
      case one([Double])
      case whole(ClosedRange<Int>)
      case uniform(Double, Double)
      case formula(Formula)
    }
  }

  /// A value on a channel.
  struct Signal: Sendable, Hashable {
    let channel: Int
    let value: Formula
  }

  /// A stretch of a trial.
  struct Part: Sendable, Hashable {
    let name: String
    let duration: Duration
    let inputs: [Signal]
    let targets: [Signal]
    /// Weight of its steps in the loss, where it has targets.
    let weight: Double

    enum Duration: Sendable, Hashable {
      /// A formula of the labels, in ms, rounded down to whole steps.
      case formula(Formula)
      /// Any whole number of steps between two, each as likely.
      case steps(ClosedRange<Int>)
    }
  }

  /// The most steps of a trial, the most combinations of labels that durations may depend on.
  static let mostSteps = 1_000_000
  static let mostCombinations = 100_000

  /// α = dt/τ.
  var alpha: Double { step / tau }

  /// The same with other noise on its inputs: so much on those that have some, or on all where none has any.
  func withNoise(_ deviation: Double) -> TaskDescription {
    let noisy = inputs.contains { $0.noise > 0 }
    return TaskDescription(
      self, inputs: inputs.map { Channel(name: $0.name, noise: noisy && $0.noise == 0 ? 0 : deviation) })
  }

  private init(_ other: TaskDescription, inputs: [Channel]) {
    (text, name, step, tau, outputs) = (other.text, other.name, other.step, other.tau, other.outputs)
    (labels, tonic, epochs, scoring, steps) = (
      other.labels, other.tonic, other.epochs, other.scoring, other.steps
    )
    self.inputs = inputs
  }

  /// Reads a description.
  ///
  /// - Throws: `DescriptionError` with the line of what is wrong.
  public init(_ text: String) throws(DescriptionError) {
    let reader = try DescriptionReader(text)
    self.text = text
    (name, step, tau, scoring) = (reader.name, reader.step, reader.tau, reader.scoring)
    (inputs, outputs, labels) = (reader.inputs, reader.outputs, reader.labels)
    (tonic, epochs) = (reader.tonic, reader.epochs)
    steps = try Self.longest(reader)
    try checkValues()
  }

  /// T: the longest trial over all values that the labels in durations can take.
  private static func longest(_ reader: DescriptionReader) throws(DescriptionError) -> Int {
    // The labels that durations depend on, through formulas of other labels, too.
    var needed: Set<Int> = []
    var (fixed, line) = (0, 1)
    for part in reader.epochs {
      switch part.duration {
      case .formula(let formula): needed.formUnion(formula.names)
      case .steps(let range): fixed += range.upperBound
      }
    }
    for index in reader.labels.indices.reversed() where needed.contains(index) {
      if case .formula(let formula) = reader.labels[index].draw { needed.formUnion(formula.names) }
    }
    var combinations = 1
    for index in needed.sorted() {
      let label = reader.labels[index]
      line = label.line
      switch label.draw {
      case .one(let values): combinations *= values.count
      case .whole(let range): combinations *= range.count
      case .formula: break
      case .uniform:
        throw DescriptionError(
          label.line, expected: "a list or a range a..b for \(label.name), which durations depend on",
          found: "uniform(…), whose longest trial is not known beforehand")
      }
      guard combinations <= mostCombinations else {
        throw DescriptionError(
          label.line, expected: "at most \(mostCombinations) combinations of the labels in durations",
          found: "more with \(label.name)")
      }
    }
    var values = [Double](repeating: 0, count: reader.labels.count)
    var most = 0
    for combination in 0..<combinations {
      var rest = combination
      for index in needed.sorted() {
        switch reader.labels[index].draw {
        case .one(let choices):
          values[index] = choices[rest % choices.count]
          rest /= choices.count
        case .whole(let range):
          values[index] = Double(range.lowerBound + rest % range.count)
          rest /= range.count
        case .formula(let formula): values[index] = formula.evaluate(values)
        case .uniform: break
        }
      }
      var total = fixed
      for part in reader.epochs {
        guard case .formula(let formula) = part.duration else { continue }
        let duration = formula.evaluate(values)
        guard duration.isFinite, duration >= 0, duration <= Double(mostSteps) * reader.step else {
          throw DescriptionError(
            line, expected: "durations from 0 to \(mostSteps) steps",
            found: "\(duration) ms for the epoch \(quoted(part.name))")
        }
        total += wholeSteps(duration, of: reader.step)
      }
      most = max(most, total)
    }
    guard (1...mostSteps).contains(most) else {
      throw DescriptionError(line, expected: "trials of 1 to \(mostSteps) steps", found: "\(most)")
    }
    return most
  }

  /// So many ms in whole steps, rounded down; a duration that is a whole number of them but for rounding counts as one.
  static func wholeSteps(_ duration: Double, of step: Double) -> Int {
    Int((duration / step + 1e-9).rounded(.down))
  }

  /// Draws some trials, so that a formula without a finite value is found when the description is read.
  private func checkValues() throws(DescriptionError) {
    var random = RandomStream(seed: 0)
    for _ in 0..<64 {
      let drawn = draw(&random)
      for (part, count) in zip(epochs, drawn.steps) {
        for time in Set([0, count - 1]) where time >= 0 && count > 0 {
          let values = drawn.values + [Double(time) * step, Double(count) * step]
          for signal in tonic + part.inputs + part.targets {
            let value = signal.value.evaluate(values)
            guard value.isFinite, abs(value) <= 1e6 else {
              throw DescriptionError(
                1, expected: "inputs and targets that are numbers of at most 1e6 in size",
                found: "\(value) in the epoch \(quoted(part.name))")
            }
          }
        }
      }
    }
  }
}
