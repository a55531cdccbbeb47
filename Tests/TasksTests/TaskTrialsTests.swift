// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks
import Testing

/// Inputs, targets and masks against the protocols, written out by hand and not from the table.
@Suite struct TaskTrialsTests {
  static let every: [(Tasks.Task.Kind, Tasks.Task.Preset)] =
    Tasks.Task.Kind.allCases.map { ($0, .paper) } + [
      (.perceptualDecision, .course), (.parametricWorkingMemory, .course),
    ]

  /// Noiseless trials of a task.
  private func noiseless(
    _ kind: Tasks.Task.Kind, _ preset: Tasks.Task.Preset = .paper, seed: UInt64,
    delay: ClosedRange<Int>? = nil
  ) throws -> TaskTrials {
    try Tasks.Task(kind, options: .init(preset: preset, delay: delay, noise: 0))
      .labelledTrials(count: 60, seed: seed)
  }

  /// The steps at which a channel of a trial is not zero.
  private func support(_ s: Stimulus, _ b: Int, _ k: Int) -> [Int] {
    (0..<s.steps).filter { s[b, $0, k] != 0 }
  }
  private func window(_ t: Trials, _ b: Int) -> [Int] {
    (0..<t.stimulus.steps).filter { t.mask[b * t.stimulus.steps + $0] == 1 }
  }

  @Test func perceptualDecision() throws {
    let seed: UInt64 = 11
    for (preset, on, response, scale) in [
      (Tasks.Task.Preset.paper, 5..<45, 50..<51, 0.1), (.course, 5..<46, 60..<75, 0.032),
    ] {
      let drawn = try noiseless(.perceptualDecision, preset, seed: seed)
      let trials = drawn.trials
      let coherence = try #require(drawn["coherence"])
      for b in 0..<60 {
        #expect(support(trials.stimulus, b, 0) == Array(on), "seed \(seed), trial \(b)")
        #expect(trials.stimulus[b, 20, 0] == scale * coherence[b])
        #expect(window(trials, b) == Array(response))
        #expect(trials.target[b * trials.stimulus.steps + response.lowerBound] == (coherence[b] > 0 ? 1 : -1))
      }
      let levels: [Double] = preset == .paper ? [1, 2, 4] : [1, 2, 4, 8, 16]
      #expect(Set(coherence) == Set(levels + levels.map { -$0 }), "seed \(seed)")
    }
  }

  @Test func parametricWorkingMemory() throws {
    let seed: UInt64 = 12
    let drawn = try noiseless(.parametricWorkingMemory, .course, seed: seed)
    let trials = drawn.trials
    let first = try #require(drawn["frequency 1"])
    let second = try #require(drawn["frequency 2"])
    for b in 0..<60 {
      // 22 Hz is an input of zero, so values are compared, not supports.
      for t in 0..<75 {
        let frequency = (5...10).contains(t) ? first[b] : (60...70).contains(t) ? second[b] : 22
        #expect(trials.stimulus[b, t, 0] == (frequency - 22) / 24, "seed \(seed), trial \(b), step \(t)")
      }
      #expect(window(trials, b) == Array(70..<75))
      #expect(trials.target[b * 75 + 72] == (first[b] - second[b]) / 24)
    }
    #expect(Set(first) == [10, 14, 18, 22, 26, 30, 34], "seed \(seed)")
    // f₁ and f₂ independent: a seventh are equal, within five standard errors of 7000 trials. No noise.
    let task = try Tasks.Task(.parametricWorkingMemory, options: .init(preset: .course))
    let many = task.labelledTrials(count: 7000, seed: seed)
    let equal = zip(try #require(many["frequency 1"]), try #require(many["frequency 2"])).count { $0 == $1 }
    let error = (7000.0 * (1.0 / 7) * (6.0 / 7)).squareRoot()
    #expect(abs(Double(equal - 1000)) < 5 * error, "seed \(seed)")
    #expect(task.trials(count: 60, seed: seed) == drawn.trials)
  }

  /// Dubreuil et al. 2022: whole frequencies 10…34 whose difference is 8, 16 or 24, 54 pairs, each as likely as any
  /// other; the mean squared target of a pair is .2551.
  @Test func workingMemoryDrawsThePublishedPairs() throws {
    let seed: UInt64 = 19
    let task = try Tasks.Task(.parametricWorkingMemory, options: .init(noise: 0))
    let drawn = task.labelledTrials(count: 5400, seed: seed)
    var counts: [[Double]: Int] = [:]
    for (first, second) in zip(try #require(drawn["frequency 1"]), try #require(drawn["frequency 2"])) {
      counts[[first, second], default: 0] += 1
    }
    #expect(counts.count == 54, "seed \(seed)")
    for (pair, count) in counts {
      #expect(pair.allSatisfy { $0 == $0.rounded() && (10...34).contains($0) })
      #expect([8, 16, 24].contains(abs(pair[0] - pair[1])))
      #expect(abs(Double(count) - 100) < 5 * 10, "seed \(seed), \(pair)")
    }
    var square = 0.0
    for pair in counts.keys { square += (pair[0] - pair[1]) * (pair[0] - pair[1]) / 576 / 54 }
    #expect(abs(square - 0.2551) < 5e-5)
    // Frequencies of one's own: every unequal pair of them, or what is asked for.
    let own = try Tasks.Task(.parametricWorkingMemory, options: .init(levels: [10, 20, 34]))
      .labelledTrials(count: 300, seed: seed)
    let pairs = Set(zip(try #require(own["frequency 1"]), try #require(own["frequency 2"])).map { [$0, $1] })
    #expect(pairs.count == 6)
    let alike = try Tasks.Task(
      .parametricWorkingMemory, options: .init(levels: [10, 20], pairs: .independent)
    )
    .labelledTrials(count: 100, seed: seed)
    #expect(zip(try #require(alike["frequency 1"]), try #require(alike["frequency 2"])).contains { $0 == $1 })
  }

  /// 25 to 149 steps: the field draws from 500…3000 ms without the upper end.
  @Test func matchToSampleHasThePublishedDelays() throws {
    let seed: UInt64 = 20
    let delays = try #require(
      Tasks.Task(.delayedMatchToSample).labelledTrials(count: 4000, seed: seed)["delay"])
    #expect(Set(delays) == Set((25...149).map(Double.init)), "seed \(seed)")
  }

  @Test func workingMemoryDelaysVaryAndEndTheTrialEarlier() throws {
    let seed: UInt64 = 13
    let drawn = try noiseless(.parametricWorkingMemory, seed: seed)
    let delays = try #require(drawn["delay"]).map { Int($0) }
    #expect(delays.min()! < 30 && delays.max()! > 45, "seed \(seed)")
    for b in 0..<60 {
      let end = 20 + delays[b]
      #expect(window(drawn.trials, b) == Array((end - 5)..<end), "seed \(seed), trial \(b)")
      #expect(drawn.epochs[b].map(\.name) == ["fixation", "stimulus 1", "delay", "stimulus 2", "decision"])
      #expect(drawn.epochs[b][2].steps == 10..<(10 + delays[b]))
      #expect(drawn.epochs[b][4].steps.upperBound == end)
    }
  }

  @Test func contextDependentDecision() throws {
    let seed: UInt64 = 14
    let drawn = try noiseless(.contextDependentDecision, seed: seed)
    let s = drawn.trials.stimulus
    let evidence = [try #require(drawn["colour"]), try #require(drawn["motion"])]
    let context = try #require(drawn["context"]).map { Int($0) }
    #expect(Set(context) == [0, 1])
    for b in 0..<60 {
      for k in 0..<2 {
        #expect(support(s, b, k) == Array(22..<62), "seed \(seed), trial \(b)")
        #expect(s[b, 30, k] == 0.1 * evidence[k][b])
      }
      #expect(support(s, b, 2 + context[b]) == Array(5..<67))
      #expect(s[b, 10, 2 + context[b]] == 0.1)
      #expect(support(s, b, 3 - context[b]).isEmpty)
      #expect(window(drawn.trials, b) == [67])
      #expect(drawn.trials.target[b * 68 + 67] == (evidence[context[b]][b] > 0 ? 1 : -1))
    }
    let loud = try Tasks.Task(.contextDependentDecision, options: .init(contextScale: 1, noise: 0))
      .trials(count: 60, seed: seed)
    #expect(loud.stimulus[0, 10, 2 + context[0]] == 1)
  }

  @Test func multisensoryDecision() throws {
    let seed: UInt64 = 15
    let drawn = try noiseless(.multisensoryDecision, seed: seed)
    let s = drawn.trials.stimulus
    let evidence = [try #require(drawn["visual"]), try #require(drawn["auditory"])]
    let modality = try #require(drawn["modality"])
    #expect(Set(modality) == [0, 1, 2])
    for b in 0..<60 {
      for k in 0..<2 {
        let present = modality[b] == 2 || modality[b] == Double(k)
        #expect((evidence[k][b] != 0) == present, "seed \(seed), trial \(b)")
        #expect(support(s, b, k) == (present ? Array(22..<62) : []))
        #expect(support(s, b, 2 + k) == (present ? Array(5..<62) : []))
        if present { #expect(evidence[k][b] * drawn.trials.target[b * 68 + 67] > 0) }
      }
      #expect(window(drawn.trials, b) == [67])
    }
  }

  @Test func delayedMatchToSample() throws {
    let seed: UInt64 = 16
    let drawn = try noiseless(.delayedMatchToSample, seed: seed)
    let s = drawn.trials.stimulus
    let sample = try #require(drawn["sample"]).map { Int($0) }
    let test = try #require(drawn["test"]).map { Int($0) }
    let delay = try #require(drawn["delay"]).map { Int($0) }
    for b in 0..<60 {
      let second = 30 + delay[b]
      for k in 0..<2 {
        let expected =
          (sample[b] == k ? Array(5..<30) : []) + (test[b] == k ? Array(second..<(second + 25)) : [])
        #expect(support(s, b, k) == expected, "seed \(seed), trial \(b), channel \(k)")
      }
      #expect(s[b, 5, sample[b]] == 1)
      #expect(window(drawn.trials, b) == Array((second + 25)..<(second + 75)))
      #expect(drawn.trials.target[b * 254 + second + 25] == (sample[b] == test[b] ? 1 : -1))
    }
  }

  @Test(arguments: every) func aTrialDoesNotDependOnHowManyThereAre(
    kind: Tasks.Task.Kind, preset: Tasks.Task.Preset
  )
    throws
  {
    let seed: UInt64 = 17
    let task = try Tasks.Task(kind, options: .init(preset: preset))
    let few = task.trials(count: 3, seed: seed)
    let many = task.trials(count: 8, seed: seed)
    let size = 3 * task.steps
    #expect(few.stimulus.values == Array(many.stimulus.values.prefix(size * task.inputs)), "seed \(seed)")
    #expect(few.target == Array(many.target.prefix(size)))
    #expect(few.mask == Array(many.mask.prefix(size)))
    #expect(task.trials(count: 3, seed: seed + 1).stimulus != few.stimulus)
    #expect(task.trials(count: 0, seed: seed).stimulus.values.isEmpty)
  }

  /// Noise: mean 0 and the preset's SD on the evidence channels until the trial ends, nothing on context channels.
  ///
  /// The bound is five standard errors of a mean and of a variance of n normal numbers.
  @Test(arguments: every) func noiseHasTheStatedDeviation(kind: Tasks.Task.Kind, preset: Tasks.Task.Preset)
    throws
  {
    let seed: UInt64 = 18
    let task = try Tasks.Task(kind, options: .init(preset: preset))
    let quiet = try Tasks.Task(kind, options: .init(preset: preset, noise: 0))
    let noisy = task.labelledTrials(count: 100, seed: seed)
    let still = quiet.labelledTrials(count: 100, seed: seed)
    #expect(noisy.conditions == still.conditions, "noise must not change the conditions (seed \(seed))")
    let deviation: [Tasks.Task.Kind: Double] = [
      .perceptualDecision: preset == .paper ? 0.1 : 0.03, .parametricWorkingMemory: 0.01,
      .contextDependentDecision: 0.1, .multisensoryDecision: 0.1, .delayedMatchToSample: 0.03,
    ]
    // The course sheet's working memory has none.
    let expected = kind == .parametricWorkingMemory && preset == .course ? 0 : try #require(deviation[kind])
    var values: [Double] = []
    for b in 0..<100 {
      let end = try #require(noisy.epochs[b].last).steps.upperBound
      for t in 0..<task.steps {
        for k in 0..<task.inputs {
          let noise = noisy.trials.stimulus[b, t, k] - still.trials.stimulus[b, t, k]
          if t < end && !task.inputNames[k].hasSuffix("context") {
            values.append(noise)
          } else {
            #expect(noise == 0)
          }
        }
      }
    }
    if expected == 0 {
      #expect(values.allSatisfy { $0 == 0 })
      return
    }
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let square = values.reduce(0) { $0 + $1 * $1 } / n
    #expect(abs(mean) < 5 * expected / n.squareRoot(), "seed \(seed)")
    #expect(abs(square / (expected * expected) - 1) < 5 * (2 / n).squareRoot(), "seed \(seed)")
  }
}
