// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks
import Testing

/// The tasks that are built in as descriptions, and several tasks in one network.
@Suite struct BuiltInDescriptionTests {
  private func named(_ name: String) throws -> Tasks.Task { try Tasks.Task(name: name, options: .init()) }

  @Test func durationIsCodedByHeight() throws {
    let task = try named("duration")
    #expect(task.alpha == 0.1 && task.steps == 10 + 30 + 10 + 40 && task.scoring == .within(0.1))
    let drawn = task.noiseless.labelledTrials(count: 100, seed: 1)
    let pulses = try #require(drawn["pulse_ms"])
    #expect(Set(pulses) == [50, 100, 150, 200, 250, 300])
    for b in 0..<100 {
      let on = (0..<task.steps).count { drawn.trials.stimulus[b, $0, 0] == 1 }
      #expect(on * 10 == Int(pulses[b]))
      let asked = (0..<task.steps).filter { drawn.trials.mask[b * task.steps + $0] > 0 }
      #expect(asked.count == 40)
      #expect(asked.allSatisfy { drawn.trials.target[b * task.steps + $0] == pulses[b] / 300 })
    }
  }

  /// The ramp begins at Set and reaches one when the interval is over.
  @Test func theRampLastsForTheInterval() throws {
    let task = try named("cue-set-go").noiseless
    let drawn = task.labelledTrials(count: 50, seed: 2)
    let intervals = try #require(drawn["interval_ms"])
    for b in 0..<50 {
      let epochs = drawn.epochs[b]
      let target = { (t: Int) in drawn.trials.target[b * task.steps + t] }
      #expect(drawn.trials.stimulus[b, 0, 0] == intervals[b] / 1000)
      #expect(target(epochs[3].steps.lowerBound) == 1)
      let set = epochs[1].steps.lowerBound
      // So many ms after Set the line through the ramp is at its share of the interval.
      for t in epochs[2].steps { #expect(abs(target(t) - Double(t - set) * 20 / intervals[b]) < 1e-12) }
      #expect(epochs[3].steps.lowerBound - set == Int(intervals[b]) / 20)
    }
  }

  /// The target of every bit is the sign of the last pulse on its channel.
  @Test func bitsKeepTheLastPulse() throws {
    let task = try named("flip-flop").noiseless
    let drawn = task.labelledTrials(count: 30, seed: 3)
    let u = drawn.trials.stimulus
    var flips = 0
    for b in 0..<30 {
      var bits = [0.0, 0, 0]
      for t in 0..<task.steps {
        for k in 0..<3 where u[b, t, k] != 0 {
          if bits[k] != 0 && bits[k] != u[b, t, k] { flips += 1 }
          bits[k] = u[b, t, k]
        }
        for o in 0..<3 where drawn.trials.mask[(b * task.steps + t) * 3 + o] > 0 {
          #expect(drawn.trials.target[(b * task.steps + t) * 3 + o] == bits[o])
        }
      }
    }
    #expect(flips > 20)
  }

  @Test func theFirstSymbolDecidesTheLast() throws {
    let task = try named("sequence").noiseless
    let drawn = task.labelledTrials(count: 256, seed: 3)
    let first = try #require(drawn["first"])
    for b in 0..<256 {
      let last = drawn.epochs[b][6].steps.lowerBound
      #expect(drawn.trials.target[b * task.steps + last] == (first[b] == 0 ? 1 : -1))
      #expect(drawn.trials.stimulus[b, drawn.epochs[b][1].steps.lowerBound, Int(first[b])] == 1)
    }
    // The middle says nothing about the first symbol: all eight occur with both.
    let pairs = Set((0..<256).map { b in [first[b]] + (1...3).map { drawn["middle\($0)"]?[b] ?? -1 } })
    #expect(pairs.count == 16)
  }

  @Test func severalTasksTakeTurnsByARule() throws {
    let parts = try ["perceptual-decision", "parametric-working-memory"].map {
      try named($0)
    }
    let task = try Tasks.Task(parts)
    #expect(task.name == "perceptual-decision+parametric-working-memory")
    #expect(
      task.inputNames == [
        "evidence", "frequency", "rule perceptual-decision", "rule parametric-working-memory",
      ])
    let drawn = task.labelledTrials(count: 40, seed: 5)
    let rules = try #require(drawn["rule"])
    #expect(Set(rules) == [0, 1])
    for b in 0..<40 {
      let rule = Int(rules[b])
      let own = parts[rule].labelledTrials(count: 1, seed: 5, first: UInt64(b))
      let end = own.epochs[0].last?.steps.upperBound ?? 0
      for t in 0..<parts[rule].steps {
        #expect(drawn.trials.stimulus[b, t, rule] == own.trials.stimulus[0, t, 0])
        #expect(drawn.trials.stimulus[b, t, 1 - rule] == 0)
        #expect(drawn.trials.stimulus[b, t, 2 + rule] == (t < end ? 1 : 0))
        #expect(drawn.trials.target[b * task.steps + t] == own.trials.target[t])
      }
    }
    #expect(throws: TaskError.self) { try Tasks.Task([parts[0], parts[0]]) }
    #expect(throws: TaskError.self) { try Tasks.Task([parts[0], named("duration")]) }
  }
}
