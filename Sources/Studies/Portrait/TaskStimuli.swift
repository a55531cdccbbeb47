// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import Tasks

/// The noiseless stimuli of a task, by which attractors are left and reached.
///
/// A stimulus is what a trial presents between two rests: all of it for a decision, each sample by itself for a task
/// with an empty delay.
struct TaskStimuli: Sendable {
  /// The stimuli, each once, in the order of their values.
  let conditions: [StimulusCondition]
  /// What the task takes the inputs for: `I1 = stimulus, as in perceptual-decision`.
  let meaning: String

  /// The stimuli of a task for a dynamics that rests at `rest`, K values.
  ///
  /// - Throws: a `StudyError` when there is no such task or it has another number of inputs.
  init(of request: TaskRequest, rest: [Double], for subject: String) throws(StudyError) {
    let task = try request.task()
    guard task.inputs == rest.count else {
      throw StudyError(
        .badData, subject,
        "expected \(task.inputs) inputs (\(task.inputNames.joined(separator: ", "))) for the task \(task.name), found "
          + "\(rest.count): choose the task the network was trained on")
    }
    meaning =
      task.inputNames.enumerated().map { "I\($0 + 1) = \($1)" }.joined(separator: ", ")
      + ", as in \(task.name)"
    // Enough to meet every condition: the largest task has 72.
    let drawn = task.labelledTrials(count: 1000, seed: 1)
    let stimuli = (0..<drawn.trials.stimulus.trials).map {
      Self.stimuli(drawn, trial: $0, rest: rest, alpha: task.alpha)
    }
    // A trial's own conditions name its stimulus where it has only one.
    let areNamed = stimuli.allSatisfy { $0.count <= 1 }
    var found: [(key: [Double], condition: StimulusCondition)] = []
    for (trial, runs) in stimuli.enumerated() {
      let values = drawn.conditions.filter { $0.name != "delay" }.map { ($0.name, $0.values[trial]) }
      for segments in runs where !found.contains(where: { $0.condition.segments == segments }) {
        let name =
          areNamed
          ? values.map { "\($0) \(plain($1))" }.joined(separator: ", ")
          : "u = "
            + segments.map { "(" + $0.input.map(plain).joined(separator: ", ") + ")" }.joined(separator: ", ")
        found.append(
          (
            areNamed ? values.map(\.1) : segments.flatMap(\.input),
            StimulusCondition(name: name, segments: segments)
          ))
      }
    }
    conditions = found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.condition)
  }

  /// Runs of inputs other than the resting one, in units of τ.
  private static func stimuli(_ drawn: TaskTrials, trial: Int, rest: [Double], alpha: Double)
    -> [[StimulusCondition.Segment]]
  {
    let stimulus = drawn.trials.stimulus
    var result: [[StimulusCondition.Segment]] = []
    var current: [(input: [Double], steps: Int)] = []
    func finish() {
      if current.isEmpty { return }
      result.append(
        current.map { StimulusCondition.Segment(input: $0.input, duration: Double($0.steps) * alpha) })
      current = []
    }
    for step in 0..<stimulus.steps {
      let input = (0..<stimulus.channels).map { stimulus[trial, step, $0] }
      if input == rest {
        finish()
      } else if let last = current.last, last.input == input {
        current[current.count - 1].steps += 1
      } else {
        current.append((input, 1))
      }
    }
    finish()
    return result
  }
}

/// A number without decimals that say nothing.
private func plain(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : text(value, digits: 3)
}
