// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks

/// Trials that are shown on a page: some of a study's, spread over all of them, sorted by their conditions.
public struct ShownTrials: Sendable {
  /// How many of them, how many there were, and the steps that are shown of each.
  public let count, total, steps: Int
  /// Steps of a whole trial.
  public let wholeSteps: Int
  /// u (count, steps, K).
  public let inputs: [Double]
  /// Targets (count, steps, O), NaN where nothing is asked for; empty without targets.
  public let targets: [Double]
  /// The network's κ (count, steps, R) and z (count, steps, O); empty where only the circuit is known.
  public let kappa, outputs: [Double]
  /// What was drawn in each trial.
  public let conditions: [Condition]
  /// The epochs of each trial, as far as they are shown; empty where they are not known.
  public let epochs: [[Epoch]]
  /// Which outputs are judged by answers, (O); empty without targets.
  public let decides: [Bool]
  /// What makes an answer right.
  public let scoring: Scoring
  /// Whether the trials say when an answer is asked for; without, it is the last step.
  public let hasWindow: Bool
  /// The network's z without the units of each population, (P, count, steps, O); empty where it is not known which units
  /// those are, or where it would be too much.
  public let lesions: [Double]

  /// A quantity that differs between the trials.
  public struct Condition: Sendable, Hashable {
    /// E.g. `context`.
    public let name: String
    /// Its value in each trial, (count).
    public let values: [Double]
    /// What the values 0, 1, … mean, where they are names and not sizes.
    public let words: [String]
  }

  /// Numbers that are embedded at most: 5.3 characters each, of the 700 kB that a page may have.
  static let numberLimit = 85_000

  /// - Parameters:
  ///   - outputs: the outputs that are shown; `nil` for all.
  ///   - lesion: z of the network without each population under some of the trials, by their numbers; `nil` where that is
  ///     not known.
  init(
    _ set: TrialSet, of network: Trajectory?, rank: Int, most: Int, outputs shown: [Int]? = nil,
    populations: Int = 0, lesion: ([Int]) -> [Trajectory]? = { _ in nil }
  ) {
    let stimulus = set.trials.stimulus
    let channels = stimulus.channels
    let outputs = network?.outputCount ?? set.trials.outputs
    let shown = shown ?? Array(0..<outputs)
    let hasTargets = !set.trials.target.isEmpty
    let width = max(
      1, channels + (hasTargets ? shown.count : 0) + (network == nil ? 0 : rank + shown.count))
    total = stimulus.trials
    wholeSteps = stimulus.steps
    let steps = min(stimulus.steps, max(1, Self.numberLimit / width))
    let count = max(1, min(most, stimulus.trials, Self.numberLimit / (width * max(1, steps))))
    (self.steps, self.count) = (steps, count)
    let drawn = set.task?.conditions ?? []
    let all = stimulus.trials
    let chosen = (0..<min(count, all)).map { $0 * all / count }
      .sorted { a, b in
        for condition in drawn where condition.values[a] != condition.values[b] {
          return condition.values[a] < condition.values[b]
        }
        return a < b
      }
    func part(_ values: [Double], _ width: Int) -> [Double] {
      chosen.flatMap { trial in
        values[trial * stimulus.steps * width..<(trial * stimulus.steps + steps) * width]
      }
    }
    func shownPart(_ values: [Double], _ width: Int) -> [Double] {
      let all = part(values, width)
      if shown == Array(0..<width) { return all }
      let columns = shown.filter { $0 < width }
      return stride(from: 0, to: all.count, by: width).flatMap { row in columns.map { all[row + $0] } }
    }
    inputs = part(stimulus.values, channels)
    if hasTargets {
      let isAsked = set.trials.mask.isEmpty ? nil : shownPart(set.trials.mask, set.trials.outputs)
      targets = shownPart(set.trials.target, set.trials.outputs).enumerated().map { index, value in
        isAsked.map { $0[index] != 0 } ?? true ? value : .nan
      }
    } else {
      targets = []
    }
    kappa = network.map { part($0.kappa, $0.rank) } ?? []
    self.outputs = network.map { shownPart($0.outputs, $0.outputCount) } ?? []
    epochs =
      set.task.map { task in
        task.epochs.isEmpty
          ? []
          : chosen.map { trial in
            task.epochs[trial].map { Epoch(name: $0.name, steps: $0.steps.clamped(to: 0..<steps)) }
              .filter { !$0.steps.isEmpty }
          }
      } ?? []
    decides = hasTargets ? shown.map { set.trials.decides($0, of: outputs) } : []
    scoring = set.trials.scoring
    hasWindow = !set.trials.mask.isEmpty
    let isSmall = (width + populations * shown.count) * count * steps <= Self.numberLimit
    lesions =
      network == nil || !isSmall
      ? []
      : (lesion(chosen) ?? []).flatMap { run in
        (0..<count).flatMap { trial in
          (0..<steps).flatMap { step in
            shown.map { run.outputs[(trial * stimulus.steps + step) * outputs + $0] }
          }
        }
      }
    conditions = drawn.map { condition in
      Condition(
        name: condition.name, values: chosen.map { condition.values[$0] },
        words: condition.labels ?? (set.definition?.kind == nil ? nil : Self.words[condition.name]) ?? [])
    }.filter { Set($0.values).count > 1 }
  }

  /// `Task.labelledTrials` says what the numbers of a published task stand for.
  private static let words = [
    "context": ["colour", "motion"], "modality": ["visual", "auditory", "both"], "sample": ["A", "B"],
    "test": ["A", "B"],
  ]
}
