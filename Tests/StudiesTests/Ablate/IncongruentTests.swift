// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import TestSupport
import Testing

/// Inactivation counted over incongruent trials, as Dubreuil, Valente et al. (2022) count it: colour and motion ask for
/// opposite decisions.
@Suite struct IncongruentTests {
  @Test func onlyTrialsThatAskForOppositeDecisionsCount() throws {
    let subject = try Subject(file: networksFolder + "/context-dependent-decision.npz")
    // So much noise that even the intact network errs, and more where the other channel misleads.
    let request = TrialRequest(
      task: TaskRequest("context-dependent-decision", inputNoise: 1.5), trialCount: 400, seed: 5)
    let result = try Ablate(trials: request, circuit: CircuitRequest(populations: .fixed(2))).run(on: subject)
    let set = try TrialSet(request, for: subject)
    let imported = try subject.imported()
    let run = Simulation(alpha: imported.alpha).run(
      try NetworkDynamics(imported.network), under: set.trials.stimulus)
    let (colour, motion, context) = (
      try #require(set.task?["colour"]), try #require(set.task?["motion"]), try #require(set.task?["context"])
    )
    let (steps, trials) = (set.trials.stimulus.steps, set.trials)
    for (index, value) in Set(context).sorted().enumerated() {
      var (asked, right, askedInAll) = (0, 0, 0)
      for b in 0..<400 where context[b] == value {
        let window = (b * steps..<(b + 1) * steps).filter { trials.mask[$0] > 0 }
        let target = window.reduce(0) { $0 + trials.target[$1] }
        let output = window.reduce(0) { $0 + run.outputs[$1] }
        if target == 0 { continue }
        askedInAll += 1
        guard (colour[b] > 0 && motion[b] < 0) || (colour[b] < 0 && motion[b] > 0) else { continue }
        asked += 1
        if (target > 0 && output > 0) || (target < 0 && output < 0) { right += 1 }
      }
      try #require(asked > 50 && asked < askedInAll - 50 && right < asked)
      let found = try #require(result.rows[0].network.accuracyByContextIncongruent?[index])
      #expect(abs(found - Double(right) / Double(asked)) < 1e-12, "context \(index)")
      #expect(found != result.rows[0].network.accuracyByContext?[index])
    }
    #expect(result.rows.allSatisfy { $0.circuit.accuracyByContextIncongruent?.count == 2 })
  }

  @Test func tasksWithoutTwoChannelsHaveNone() throws {
    let subject = try Subject(file: networksFolder + "/perceptual-decision.npz")
    let result = try Ablate(
      trials: TrialRequest(task: "perceptual-decision", trialCount: 20),
      circuit: CircuitRequest(populations: .fixed(2))
    ).run(on: subject)
    #expect(result.rows.allSatisfy { $0.network.accuracyByContextIncongruent == nil })
  }
}
