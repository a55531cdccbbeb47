// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Trials in groups, e.g. by the context that the task gave them.
struct TrialGroups {
  let names: [String]
  let members: [[Int]]

  /// Shares of decisions of one kind and of the other; the rest are answers of 0.
  struct Decisions: Sendable, Hashable {
    /// Shares of answers with the target's sign, and with the opposite one.
    let right, opposite: Double
  }

  /// How well the output that does it worst does the task, group by group; `nil` without targets.
  func performances(of run: Trajectory, _ trials: Trials) -> [Performance?] {
    members.map { worst(of: run.selecting($0), trials.selecting($0))?.performance }
  }

  /// The decisions of the worst output, group by group; an output that is not asked decides nothing.
  func decisions(of run: Trajectory, _ trials: Trials) -> [Decisions] {
    members.map { members in
      let (run, trials) = (run.selecting(members), trials.selecting(members))
      guard let worst = worst(of: run, trials), let right = worst.performance.accuracy else {
        return Decisions(right: 0, opposite: 0)
      }
      let answers = trials.responses(of: run, output: worst.output)
      let targets = trials.responses(
        of: Trajectory(
          trials: run.trials, steps: run.steps, rank: 0, outputCount: run.outputCount, kappa: [],
          outputs: trials.target), output: worst.output)
      let asked = zip(answers, targets).compactMap { answer, target -> Double? in
        guard let answer, let target, target != 0 else { return nil }
        return answer * target
      }
      return Decisions(
        right: right, opposite: Double(asked.count { $0 < 0 }) / Double(max(asked.count, 1)))
    }
  }

  private func worst(of run: Trajectory, _ trials: Trials) -> (output: Int, performance: Performance)? {
    let all = (0..<run.outputCount).compactMap { output in
      Performance(of: run, trials: trials, output: output).map { (output: output, performance: $0) }
    }
    return all.filter { $0.performance.accuracy != nil }
      .min { $0.performance.accuracy ?? 1 < $1.performance.accuracy ?? 1 } ?? all.first
  }
}
