// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Several tasks in one network: every trial is one of them, and an input of its own says which throughout the trial.
///
/// Channels of the same name are shared; those of different names stand side by side, the rule inputs last. Outputs are
/// shared by place.
struct SeveralTasks: Sendable, Hashable {
  /// The tasks.
  let tasks: [Task]
  /// The channels, without rules.
  let channels: [String]

  init(_ tasks: [Task]) throws(TaskError) {
    func refuse(_ expected: String, _ found: String) -> TaskError {
      TaskError(quantity: "tasks", expected: expected, found: found)
    }
    guard (2...16).contains(tasks.count) else {
      throw refuse("2 to 16 tasks joined by +", "\(tasks.count)")
    }
    guard Set(tasks.map(\.name)).count == tasks.count else {
      throw refuse("different tasks", "\(tasks.map(\.name).joined(separator: "+"))")
    }
    guard tasks.allSatisfy({ $0.alpha == tasks[0].alpha }) else {
      throw refuse(
        "tasks of one step α = dt/τ",
        tasks.map { "\($0.name) with \($0.alpha)" }.joined(separator: ", "))
    }
    guard tasks.allSatisfy({ $0.outputs == tasks[0].outputs && $0.scoring == tasks[0].scoring }) else {
      throw refuse("tasks of as many outputs, scored alike", "different ones")
    }
    var channels: [String] = []
    for name in tasks.flatMap(\.inputNames) where !channels.contains(name) { channels.append(name) }
    (self.tasks, self.channels) = (tasks, channels)
  }

  var inputNames: [String] { channels + tasks.map { "rule \($0.name)" } }
  var steps: Int { tasks.map(\.steps).max() ?? 0 }

  /// B trials; trial b draws its task and then is trial `first + b` of that task.
  func labelledTrials(count: Int, seed: UInt64, first: UInt64) -> TaskTrials {
    let (width, outputs) = (inputNames.count, tasks[0].outputs)
    var stimulus = Stimulus(trials: count, steps: steps, channels: width)
    var target = [Double](repeating: 0, count: count * steps * outputs)
    var mask = target
    var (rules, epochs): ([Double], [[Epoch]]) = ([], [])
    for b in 0..<count {
      let number = first &+ UInt64(b)
      // Another stream than the trial's own: the rule says nothing about what is drawn under it.
      var random = RandomStream(seed: ~seed, stream: number)
      let rule = random.index(below: tasks.count)
      let own = tasks[rule].labelledTrials(count: 1, seed: seed, first: number)
      let places = tasks[rule].inputNames.map { name in channels.firstIndex(of: name) ?? 0 }
      let end = own.epochs.first?.last?.steps.upperBound ?? tasks[rule].steps
      for t in 0..<tasks[rule].steps {
        for (k, place) in places.enumerated() { stimulus[b, t, place] = own.trials.stimulus[0, t, k] }
        for o in 0..<outputs {
          target[(b * steps + t) * outputs + o] = own.trials.target[t * outputs + o]
          mask[(b * steps + t) * outputs + o] = own.trials.mask[t * outputs + o]
        }
      }
      for t in 0..<end { stimulus[b, t, channels.count + rule] = 1 }
      rules.append(Double(rule))
      epochs.append(own.epochs.first ?? [])
    }
    return TaskTrials(
      trials: Trials(
        stimulus: stimulus, outputs: outputs, target: target, mask: mask, scoring: tasks[0].scoring,
        // What is published of each is so of all together.
        decides: tasks.allSatisfy { $0.kind != nil } ? [Bool](repeating: true, count: outputs) : nil),
      conditions: [TaskTrials.Condition(name: "rule", values: rules, labels: tasks.map(\.name))],
      epochs: epochs)
  }
}
