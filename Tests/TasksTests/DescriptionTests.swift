// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Testing

@testable import Tasks

/// Tasks as texts: what they draw, and what is refused in which line.
@Suite struct DescriptionTests {
  private static let pulse = """
    task: pulses
    step: 10
    tau: 50
    inputs: [a, {name: b, noise: 0.5}]
    outputs: [height]
    labels:
      wait_ms: [50, 150, 300]      # one of three
      side: [left, right]
      gain: 2..4
      half: gain / 2
    input: {b: side == right}
    epochs:
      - name: wait
        duration: wait_ms
        input: {a: if(side == left, 1, -1) * gain}
      - name: gap
        duration: 0..20
      - name: answer
        duration: 30
        target: half + time / duration
        weight: 0.25
    score: {within: 0.1}
    """

  @Test func aTrialIsWhatTheTextSays() throws {
    let task = try Tasks.Task(try TaskDescription(Self.pulse), options: .init(noise: 0))
    #expect(task.name == "pulses" && task.inputNames == ["a", "b"] && task.outputs == 1)
    #expect(task.alpha == 0.2 && task.steps == 30 + 2 + 3 && task.scoring == .within(0.1))
    let drawn = task.labelledTrials(count: 200, seed: 4)
    let wait = try #require(drawn["wait_ms"])
    let (side, gain) = (try #require(drawn["side"]), try #require(drawn["gain"]))
    #expect(Set(wait) == [50, 150, 300] && Set(side) == [0, 1] && Set(gain) == [2, 3, 4])
    #expect(drawn.conditions.first { $0.name == "side" }?.labels == ["left", "right"])
    let (u, mask, target) = (drawn.trials.stimulus, drawn.trials.mask, drawn.trials.target)
    for b in 0..<200 {
      let epochs = drawn.epochs[b]
      #expect(epochs.map(\.name) == ["wait", "gap", "answer"] && epochs[0].steps.count == Int(wait[b]) / 10)
      #expect(epochs[2].steps.count == 3)
      for t in 0..<35 {
        #expect(u[b, t, 0] == (epochs[0].steps.contains(t) ? (side[b] == 0 ? 1 : -1) * gain[b] : 0))
        #expect(u[b, t, 1] == (t < epochs[2].steps.upperBound ? side[b] : 0))
        let isAsked = epochs[2].steps.contains(t)
        #expect(mask[b * 35 + t] == (isAsked ? 0.25 : 0))
        let time = Double(t - epochs[2].steps.lowerBound)
        if isAsked { #expect(abs(target[b * 35 + t] - (gain[b] / 2 + time / 3)) < 1e-12) }
      }
    }
  }

  /// Noise is on the channels that have some, and leaves the rest of the trial as it is.
  @Test func noiseIsTheChannelsOwn() throws {
    let noisy = Tasks.Task.self
    let task = try noisy.init(try TaskDescription(Self.pulse))
    let (a, b) = (task.labelledTrials(count: 40, seed: 1), task.noiseless.labelledTrials(count: 40, seed: 1))
    #expect(a.conditions == b.conditions && a.epochs == b.epochs && a.trials.target == b.trials.target)
    var square = 0.0
    var count = 0.0
    for trial in 0..<40 {
      for t in 0..<(a.epochs[trial].last?.steps.upperBound ?? 0) {
        #expect(a.trials.stimulus[trial, t, 0] == b.trials.stimulus[trial, t, 0])
        let difference = a.trials.stimulus[trial, t, 1] - b.trials.stimulus[trial, t, 1]
        square += difference * difference
        count += 1
      }
    }
    // A variance of about 800 numbers: .25 within four standard errors of 5 %.
    #expect(abs(square / count - 0.25) < 0.05)
    #expect(
      task.trials(count: 3, seed: 1, first: 7).stimulus
        == task.trials(count: 10, seed: 1).selecting([7, 8, 9]).stimulus)
  }

  @Test(
    arguments: [
      ("", 1, "nothing"), ("task: x\n\tstep: 1", 2, "a tab"), ("task: x\ntask: y", 2, "again"),
      ("task: x\nsteps: 10", 2, "did you mean step?"), ("task: x\nstep: -1", 2, "above 0"),
      ("task: x\nstep: 200", 2, "at most tau"), ("task: &a x", 1, "does not have"),
      (
        "task: x\ninputs: [a]\noutputs: [z]\nlabels:\n  d: [1, 2]\nepochs:\n  - name: e\n    duration: dd\n    target: 1",
        8,
        "\"dd\""
      ),
      ("task: x\ninputs: [a]\noutputs: [z]\nepochs:\n  - name: e\n    duration: 100", 5, "with a target"),
      (
        "task: x\ninputs: [a]\noutputs: [z]\nepochs:\n  - name: e\n    duration: 100\n    target: 1 +", 7,
        "a number, a name"
      ),
      (
        "task: x\ninputs: [a]\noutputs: [z]\nepochs:\n  - name: e\n    duration: 100\n    target: sqr(2)", 7,
        "did you mean sqrt?"
      ),
      (
        "task: x\ninputs: [a]\noutputs: [z]\nepochs:\n  - name: e\n    duration: 1e12\n    target: 1", 1,
        "durations from 0"
      ),
      ("task: x\ninputs: [a, b, a]\noutputs: [z]", 2, "again"),
      (
        "task: x\ninputs: [a]\noutputs: [z]\nlabels:\n  d: uniform(1, 9)\nepochs:\n  - name: e\n    duration: d\n    target: 1",
        5, "not known beforehand"
      ),
      ("task: x\ninputs: [a]\noutputs: [z]\nlabels:\n  d: 5..1", 5, "a range"),
      ("task: x\ninputs: [a]\noutputs: [z]\nlabels:\n  time: [1]", 5, "formulas do not have"),
      (
        "task: x\ninputs: [a]\noutputs: [z]\nepochs:\n  - name: e\n    duration: 100\n    target: 1 / 0", 1,
        "at most 1e6"
      ),
      ("task: x\ninputs: [a\noutputs: [z]", 2, "a comma or ]"), ("task: x\n  step: 10", 2, "as many spaces"),
      (
        "task: x\ninputs: [a]\noutputs: [z]\nepochs:\n  - name: e\n    duration: 10\n    input: {b: 1}", 7,
        "one of a"
      ),
    ] as [(String, Int, String)])
  func whatIsWrongIsSaidWithItsLine(text: String, line: Int, says: String) {
    let error = #expect(throws: DescriptionError.self) { try TaskDescription(text) }
    #expect(error?.line == line, "\(String(describing: error))")
    #expect(error?.description.contains(says) == true, "\(String(describing: error))")
  }

  /// Whatever is put in, there is an answer: no crash, no endless work.
  @Test func deepAndLongTextsAreRefused() {
    let head = "task: x\ninputs: [a]\noutputs: [z]\nepochs:\n  - name: e\n    duration: 10\n    target: "
    for tail in [
      String(repeating: "(", count: 400), String(repeating: "-", count: 400),
      String(repeating: "1+", count: 400), String(repeating: "[", count: 4000),
      String(repeating: "abs(", count: 100),
    ] {
      #expect(throws: DescriptionError.self) { try TaskDescription(head + tail) }
    }
    #expect(throws: DescriptionError.self) { try TaskDescription(String(repeating: "a: 1\n", count: 20000)) }
    let nested = (0..<60).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    #expect(throws: DescriptionError.self) { try TaskDescription(nested) }
    // A text cut off or changed anywhere is read or refused.
    var random = RandomStream(seed: 11)
    for _ in 0..<300 {
      var characters = Array(Self.pulse)
      for _ in 0..<3 {
        characters[random.index(below: characters.count)] =
          Array(":-[]{}#'\" \n19ab,(=")[random.index(below: 18)]
      }
      if let task = try? TaskDescription(String(characters)) {
        #expect(task.steps <= TaskDescription.mostSteps)
      }
    }
  }

  @Test(
    arguments: [
      ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("-2 - -3", 1), ("8 / 2 / 2", 2), ("2 < 3", 1), ("2 + 1 <= 2", 0),
      ("if(1 == 1, 4, 1 / 0)", 4), ("max(1, min(5, 3))", 3), ("abs(-2) + sign(-7)", 1),
      ("floor(2.7) + round(2.7)", 5),
      ("and(1, not(0)) + or(0, 0)", 1), ("1e3 * .5", 500), ("x * y", 6), ("sqrt(x * 8)", 4), ("exp(0)", 1),
      ("2 != 2", 0),
    ] as [(String, Double)])
  func formulas(text: String, value: Double) throws {
    let formula = try Formula(text, line: 1, known: ["x", "y"])
    #expect(formula.evaluate([2, 3]) == value)
  }
}
