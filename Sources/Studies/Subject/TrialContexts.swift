// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Tasks

/// The contexts of trials: which of their conditions says what counts, and which inputs carry evidence. Everything that
/// looks at contexts finds them here.
enum TrialContexts {
  /// The trials of each context; empty where there are no contexts.
  static func groups(of set: TrialSet) -> [(name: String, trials: [Int])] {
    guard let task = set.task else { return [] }
    guard let definition = set.definition, let kind = definition.kind else { return labelled(task) }
    let (condition, titles): (String, [String])
    switch kind {
    case .contextDependentDecision: (condition, titles) = ("context", Array(definition.inputNames.suffix(2)))
    case .multisensoryDecision:
      (condition, titles) = ("modality", ["visual trials", "auditory trials", "trials with both"])
    default: return []
    }
    guard let values = task[condition] else { return [] }
    return titles.enumerated().map { index, title in
      (title, values.indices.filter { values[$0] == Double(index) })
    }.filter { !$0.1.isEmpty }
  }

  /// Names by which conditions of this kind go.
  private static let names = ["context", "rule", "modality", "task", "cue"]
  /// More kinds of trials than this are no contexts.
  private static let most = 6

  /// The condition that says what counts: one that is called so, or else the first whose values are texts.
  private static func condition(_ task: TaskTrials) -> TaskTrials.Condition? {
    let few = task.conditions.filter { (2...most).contains(Set($0.values).count) }
    return few.first { condition in names.contains { condition.name.lowercased().contains($0) } }
      ?? few.first { $0.labels != nil }
  }

  /// The trials of each context of the user's own trials, by ascending value; empty where there are no contexts.
  private static func labelled(_ task: TaskTrials) -> [(name: String, trials: [Int])] {
    guard let condition = condition(task) else { return [] }
    return Set(condition.values).sorted().map { value in
      let label = condition.labels.flatMap { labels in
        labels.indices.contains(Int(value)) ? labels[Int(value)] : nil
      }
      let name =
        label.map { $0.lowercased().hasSuffix(condition.name.lowercased()) ? $0 : "\($0) \(condition.name)" }
        ?? "\(condition.name) \(given(value))"
      return (name, condition.values.indices.filter { condition.values[$0] == value })
    }
  }

  /// Channels that vary from trial to trial within a context: those that do not say which context it is.
  static func evidence(_ stimulus: Stimulus, _ groups: [ContextModulation.Group]) -> [Int] {
    func mean(_ trial: Int, _ steps: Range<Int>, _ channel: Int) -> Double {
      steps.reduce(0) { $0 + stimulus[trial, $1, channel] } / Double(max(steps.count, 1))
    }
    return (0..<stimulus.channels).filter { channel in
      groups.contains { group in
        let means = zip(group.trials, group.windows).map { mean($0, $1, channel) }
        guard let low = means.min(), let high = means.max() else { return false }
        return high - low > 1e-3 * max(abs(low), abs(high))
      }
    }
  }
}

extension Epoch {
  /// Whether evidence is shown in it.
  var isStimulus: Bool { name.lowercased().hasPrefix("stim") }
}
