// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import TestSupport
import Testing

/// comparison.npz holds what is needed to draw and to judge the comparison again.
@Suite struct ComparisonArrayTests {
  @Test func inputsTargetsAndMaskAreThere() throws {
    let subject = try Subject(file: networksFolder + "/perceptual-decision.npz")
    let study = Compare(trials: TrialRequest(task: "perceptual-decision", trialCount: 4))
    let run = try #require(try study.run(on: subject).run)
    let arrays = Dictionary(uniqueKeysWithValues: run.arrays.map { ($0.name, $0) })
    let stimulus = run.trials.stimulus
    #expect(arrays["target"]?.values == run.trials.target && arrays["mask"]?.values == run.trials.mask)
    #expect(arrays["target"]?.shape == [4, stimulus.steps, 1])
    // v_{t+1} = (1-α) v_t + α u_t from 0, read after the update; rounding of some hundred steps.
    let v = try #require(arrays["v"])
    #expect(v.shape == arrays["u"]?.shape)
    for trial in 0..<stimulus.trials {
      var expected = 0.0
      for step in 0..<stimulus.steps {
        expected += run.simulation.alpha * (stimulus[trial, step, 0] - expected)
        #expect(abs(v.values[trial * stimulus.steps + step] - expected) < 1e-13)
      }
    }
  }

  @Test func trialsWithoutTargetsHaveNone() throws {
    let network = try randomNetwork(units: 30, rank: 2, inputs: 2, outputs: 1, bias: true, seed: 9)
    let subject = Subject(network, alpha: 0.2)
    let trials = TrialSet(Trials(stimulus: randomStimulus(trials: 3, steps: 5, channels: 2, seed: 9)))
    let run = try SideBySide(subject, reduction: Reduction(momentsOf: subject), trials: trials)
    let names = run.arrays.map(\.name)
    #expect(!names.contains("target") && !names.contains("mask") && names.contains("v"))
    #expect(run.filteredInputs.count == 3 * 5 * 2)
  }
}
