// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

/// Which outputs stand for decisions, and that the sign of the others is not looked at.
@Suite struct GradedOutputTests {
  private func trials(_ target: [Double], mask: [Double] = [], decides: [Bool]? = nil) -> Trials {
    Trials(
      stimulus: Stimulus(trials: target.count / 2, steps: 2, channels: 0), outputs: 1, target: target,
      mask: mask, decides: decides)
  }

  @Test(arguments: [
    ([1, 1, -1, -1], true), ([1, 1, 1, 1], true), ([0, 1, 0, -1], true), ([0.0, 1, 0, 1], false),
    ([0.8, 0.8, -0.8, -0.8], false), ([0, 0, 0, 0], false), ([1, 0.5, -1, -1], false),
    ([2, 2, -2, -2], false),
  ]) func theTargetsTell(target: [Double], isDecision: Bool) {
    #expect(trials(target).decides == [isDecision])
    #expect(trials(target).decides(0, of: 1) == isDecision)
  }

  @Test func onlyWhatIsAskedForCounts() {
    #expect(trials([0.3, 1, 0.3, -1], mask: [0, 1, 0, 1]).decides == [true])
    #expect(trials([0.3, 1, 0.3, -1], mask: [1, 1, 0, 1]).decides == [false])
    // Some trials of one sign are still trials of a task with two.
    #expect(trials([0, 1, 0, -1]).selecting([0]).decides == [true])
    #expect(trials([0.3, 1, 1, 1]).selecting([1]).decides == [false])
    #expect(trials([0.3, 1, 0.3, -1], decides: [true]).decides == [true])
    #expect(Trials(stimulus: Stimulus(trials: 1, steps: 1, channels: 0)).decides(3, of: 7))
  }

  @Test func gradedOutputsAreScoredByTheirErrorAlone() throws {
    func run(_ outputs: [Double]) -> Trajectory {
      Trajectory(trials: 2, steps: 2, rank: 0, outputCount: 1, kappa: [], outputs: outputs)
    }
    let (full, reduced) = (run([0.1, 0.1, 0.2, 0.2]), run([-0.1, -0.1, 0.2, 0.2]))
    let decisions = trials([1, 1, 1, 1])
    let graded = trials([0.1, 0.1, 0.2, 0.2])
    #expect(Comparison(of: reduced, against: full, trials: decisions).outputs[0].agreement == 0.5)
    #expect(Comparison(of: reduced, against: full, trials: graded).outputs[0].agreement == nil)
    let performance = try #require(Performance(of: reduced, trials: graded, output: 0))
    #expect(performance.accuracy == nil && abs(performance.loss - 0.02) < 1e-15)
    #expect(Performance(of: reduced, trials: decisions, output: 0)?.accuracy == 0.5)
  }
}
