// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Tasks
import Testing

@Suite struct TaskTests {
  @Test func everyNameGivesItsTask() throws {
    #expect(Tasks.Task.names.count == 9)
    for name in Tasks.Task.names {
      let found = Tasks.Task(name: name)
      let task = try #require(found)
      #expect(task.name == name)
      #expect(task.inputNames.count == task.inputs)
    }
    #expect(Tasks.Task(name: "mante") == nil)
  }

  /// T from the protocols: sums of the phases, 350 ms being 17 steps of 20 ms.
  @Test func trialsHaveTheLengthOfTheProtocol() throws {
    func steps(_ kind: Tasks.Task.Kind, _ preset: Tasks.Task.Preset = .paper) throws -> Int {
      try Tasks.Task(kind, options: .init(preset: preset)).steps
    }
    #expect(try steps(.perceptualDecision) == 5 + 40 + 5 + 1)
    #expect(try steps(.parametricWorkingMemory) == 5 + 5 + 50 + 5 + 5)
    #expect(try steps(.contextDependentDecision) == 5 + 17 + 40 + 5 + 1)
    #expect(try steps(.multisensoryDecision) == 5 + 17 + 40 + 5 + 1)
    #expect(try steps(.delayedMatchToSample) == 5 + 25 + 149 + 25 + 50)
    #expect(try steps(.perceptualDecision, .course) == 75)
    #expect(try steps(.parametricWorkingMemory, .course) == 75)
  }

  @Test func aDelayInMillisecondsBecomesSteps() throws {
    let task = try Tasks.Task(.delayedMatchToSample, options: .init(delay: 100...219))
    #expect(task.steps == 5 + 25 + 10 + 25 + 50)
    let delays = try #require(task.labelledTrials(count: 200, seed: 5)["delay"])
    #expect(Set(delays) == [5, 6, 7, 8, 9, 10])
  }

  @Test func nonsenseIsRefusedWithAReason() {
    func error(_ kind: Tasks.Task.Kind, _ options: Tasks.Task.Options) -> String {
      do {
        _ = try Tasks.Task(kind, options: options)
        return ""
      } catch { return error.description }
    }
    #expect(error(.delayedMatchToSample, .init(preset: .course)).contains("use paper"))
    #expect(error(.perceptualDecision, .init(contextScale: 1)).contains("no context"))
    #expect(error(.contextDependentDecision, .init(contextScale: .nan)).contains("finite"))
    #expect(error(.perceptualDecision, .init(noise: -1)).contains("at least 0"))
    #expect(error(.perceptualDecision, .init(noise: .infinity)).contains("at least 0"))
    #expect(error(.perceptualDecision, .init(delay: -20...40)).contains("at least 0"))
    #expect(error(.perceptualDecision, .init(delay: 0...Int.max)).contains("fewer than"))
    #expect(error(.perceptualDecision, .init(levels: [])).contains("at least one"))
    #expect(error(.perceptualDecision, .init(levels: [0])).contains("positive"))
    #expect(error(.parametricWorkingMemory, .init(levels: [10, 10])).contains("different"))
    #expect(error(.parametricWorkingMemory, .init(pairs: .apart([7.5]))).contains("as far apart"))
    #expect(error(.perceptualDecision, .init(pairs: .unequal)).contains("no frequencies"))
    #expect(error(.delayedMatchToSample, .init(levels: [1])).contains("no such option"))
    #expect(throws: TaskError.self) { try Tasks.Task(name: "romo", options: .init()) }
  }
}
