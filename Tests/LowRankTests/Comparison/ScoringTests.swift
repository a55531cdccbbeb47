// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Testing

/// Graded answers are judged by their error, decisions by their sign.
@Suite struct ScoringTests {
  /// Two trials of three steps, the last two of which are asked: targets 1 and .5.
  private func trials(_ scoring: Scoring) -> Trials {
    Trials(
      stimulus: Stimulus(trials: 2, steps: 3, channels: 1), outputs: 1, target: [0, 1, 1, 0, 0.5, 0.5],
      mask: [0, 1, 1, 0, 1, 1], scoring: scoring, decides: [true])
  }

  private func trajectory(_ z: [Double]) -> Trajectory {
    Trajectory(trials: 2, steps: 3, rank: 0, outputCount: 1, kappa: [], outputs: z)
  }

  @Test func anAnswerIsRightWithinItsTolerance() throws {
    let z = trajectory([9, 0.9, 1.1, 9, 0.2, 0.2])
    #expect(Performance(of: z, trials: trials(.sign), output: 0)?.accuracy == 1)
    // Root mean square errors .1 and .3.
    for (tolerance, share) in [(0.05, 0.0), (0.11, 0.5), (0.29, 0.5), (0.31, 1)] {
      #expect(Performance(of: z, trials: trials(.within(tolerance)), output: 0)?.accuracy == share)
    }
    // A mean that is right does not make a right answer.
    let swinging = trajectory([0, 0, 2, 0, 0.5, 0.5])
    #expect(Performance(of: swinging, trials: trials(.within(0.5)), output: 0)?.accuracy == 0.5)
  }

  @Test func agreementIsOfAnswers() {
    let (a, b) = (trajectory([0, 1, 1, 0, 0.2, 0.2]), trajectory([5, 1.2, 1.2, 5, 0.6, 0.6]))
    #expect(Comparison(of: a, against: b, trials: trials(.sign)).outputs[0].agreement == 1)
    #expect(Comparison(of: a, against: b, trials: trials(.within(0.3))).outputs[0].agreement == 0.5)
    #expect(trials(.within(0.3)).selecting([1]).scoring == .within(0.3))
  }
}
