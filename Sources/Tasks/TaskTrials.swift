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
  /// B seeded trials: inputs (B, T, K), target and mask (B, T, O).
  ///
  /// - Parameters:
  ///   - count: B.
  ///   - seed: trial b draws from `RandomStream(seed: seed, stream: first + b)`, so it is the same trial for every B.
  ///   - first: number of the first trial in the endless sequence that a seed stands for.
  ///
  /// T is that of the longest trial the options allow. A shorter trial ends earlier: its remaining steps have neither
  /// input nor noise, and its response window stands at its own end. The mask is 1 in the response window and 0 elsewhere
  /// (a description may give other weights); the target is 0 outside the window.
  public func trials(count: Int, seed: UInt64, first: UInt64 = 0) -> Trials {
    if case .published(let task) = matter { return task.trials(count: count, seed: seed, first: first) }
    return labelledTrials(count: count, seed: seed, first: first).trials
  }

  /// The same trials with the conditions and epochs of each.
  ///
  /// Conditions: `coherence` (perceptual decision: signed level); `frequency 1`, `frequency 2`; `colour`, `motion`,
  /// `context` (0 colour, 1 motion); `visual`, `auditory` (signed level, 0 when absent), `modality` (0 visual,
  /// 1 auditory, 2 both); `sample`, `test` (0 A, 1 B); `delay`, in steps, for each of these. Of a description: its labels;
  /// of several tasks: `rule`.
  public func labelledTrials(count: Int, seed: UInt64, first: UInt64 = 0) -> TaskTrials {
    switch matter {
    case .published(let task): task.labelledTrials(count: count, seed: seed, first: first)
    case .described(let task): task.labelledTrials(count: count, seed: seed, first: first)
    case .recorded(let task): task.labelledTrials(count: count, seed: seed, first: first)
    case .several(let task): task.labelledTrials(count: count, seed: seed, first: first)
    }
  }

  /// Trials that are not to be trained on, where they are not drawn from a seed of their own.
  public var heldOut: TaskTrials? {
    if case .recorded(let task) = matter { return task.heldOut }
    return nil
  }
}
