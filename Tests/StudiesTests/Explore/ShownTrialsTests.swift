// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Tasks
import TestSupport
import Testing

@testable import Studies

/// What a page knows about its trials.
@Suite struct ShownTrialsTests {
  /// The network without a population's units is that network, simulated: not the circuit without the population.
  @Test func lesionsAreTheNetworks() throws {
    let network = try randomNetwork(units: 60, rank: 1, inputs: 1, outputs: 1, seed: 17)
    let labels = (0..<60).map { $0 % 3 == 0 ? 0 : 1 }
    let study = Explore(
      trials: TrialRequest(task: "perceptual-decision", trialCount: 9),
      circuit: CircuitRequest(closure: .moments),
      shown: 3)
    let result = try study.run(on: Subject(network, alpha: 0.2, labels: labels))
    let trials = try #require(result.trials)
    #expect(result.file.circuit.statistics.populations.count == 2)
    #expect(trials.count == 3 && trials.lesions.count == 2 * 3 * trials.steps)
    let stimulus = Stimulus(trials: 3, steps: trials.steps, channels: 1, values: trials.inputs)
    for p in 0..<2 {
      let silent = try network.inactivating(labels.map { $0 == p })
      let run = Simulation(alpha: 0.2).run(try NetworkDynamics(silent), under: stimulus)
      for i in run.outputs.indices {
        #expect(
          abs(run.outputs[i] - trials.lesions[p * run.outputs.count + i]) < 1e-12, "population \(p), \(i)")
      }
    }
    #expect(trials.lesions.prefix(trials.outputs.count) != trials.outputs[...], "a population does something")
  }

  /// The page judges answers as the study does: by the task's windows, epochs and outputs.
  @Test func trialsSayWhenAndWhatIsAsked() throws {
    let network = try randomNetwork(units: 40, rank: 1, inputs: 4, outputs: 1, seed: 3)
    let task = try Task(.contextDependentDecision)
    let study = Explore(
      trials: TrialRequest(task: task.name, trialCount: 12), circuit: CircuitRequest(closure: .moments))
    let result = try study.run(on: Subject(network, alpha: 0.2))
    let trials = try #require(result.trials)
    #expect(trials.decides == [true] && trials.hasWindow && trials.scoring == .sign)
    #expect(trials.epochs.count == trials.count)
    for epochs in trials.epochs {
      #expect(epochs.first?.name == "fixation" && epochs.first?.steps.lowerBound == 0)
      #expect(zip(epochs, epochs.dropFirst()).allSatisfy { $0.steps.upperBound == $1.steps.lowerBound })
    }
    #expect(trials.lesions.isEmpty, "there is one population alone")
    #expect(result.task?.name == task.name && result.task?.words.contains("context") == true)
  }

  /// Labels of a file are its own: texts as they stand, numbers as numbers, whatever a task of that name calls them.
  @Test func conditionsAreTheFiles() throws {
    let network = try randomNetwork(units: 40, rank: 1, inputs: 1, outputs: 1, seed: 3)
    let stimulus = Stimulus(trials: 24, steps: 5, channels: 1, values: (0..<120).map { Double($0 % 7) })
    let labels = TaskTrials(
      trials: Trials(stimulus: stimulus),
      conditions: [
        TaskTrials.Condition(name: "context", values: (0..<24).map { Double($0 % 2) }),
        TaskTrials.Condition(
          name: "rule", values: (0..<24).map { Double($0 / 2 % 2) }, labels: ["look", "reach"]),
      ], epochs: [])
    let set = try TrialSet.dealtOut(
      Trials(stimulus: stimulus), source: "trials.npz", seed: 1, labels: labels)
    let shown = ShownTrials(set, of: nil, rank: network.rank, most: 8)
    for condition in shown.conditions {
      let expected = condition.name == "rule" ? ["look", "reach"] : []
      #expect(condition.words == expected)
    }
    #expect(shown.conditions.count == 2)
  }

  /// Every published task says what it asks for.
  @Test(arguments: Task.Kind.allCases) func tasksHaveWords(kind: Task.Kind) throws {
    #expect(try Task(kind).words.contains("z is to be"))
  }
}
