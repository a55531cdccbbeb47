// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// One phase of a trial: a name and how long it lasts, in the preset's unit.
struct Phase {
  let name: String
  /// Shortest and longest duration: milliseconds for `paper`, time steps for `course`.
  let duration: ClosedRange<Int>

  init(_ name: String, _ duration: Int) { self.init(name, duration...duration) }

  init(_ name: String, _ duration: ClosedRange<Int>) {
    self.name = name
    self.duration = duration
  }
}

/// Everything that sets one task under one preset apart from another: its timing and its scales.
struct Timing {
  /// The phases in their order. Exactly one of them is called `delay`.
  let phases: [Phase]
  /// The response window: so many of the last steps of a trial count in the loss.
  let window: Int
  /// Length of a step in the unit of the phases: 20 (ms) or 1 (step).
  let step: Int
  /// Magnitudes of the evidence, or the frequencies of the working-memory task.
  let levels: [Double]
  /// Which pairs of frequencies are drawn.
  var pairs = Task.FrequencyPairs.unequal
  /// What one level is multiplied by to give the input.
  let scale: Double
  /// SD of the input noise, drawn anew for each step and each sensory channel.
  let noise: Double
}

extension Task.Kind {
  /// All timings and scales, in one table; `nil` where a preset does not have the task.
  ///
  /// `paper` is the protocol of Dubreuil, Valente et al. 2022 and its public code, in milliseconds, with dt = 20 ms
  /// and τ = 100 ms; a duration that is not a whole number of steps is rounded down (350 ms are 17 steps).
  ///
  /// `course` is the course sheet's protocol, in steps counted from zero. Its intervals are read as written, with both
  /// ends: `5 ≤ t ≤ 45` are the 41 steps 5, 6, …, 45. In its working-memory task the second stimulus is still on
  /// during the first of the last five steps.
  ///
  /// Where the two differ beyond timing, each is as published: working memory of `paper` draws one of the 54 pairs of
  /// whole frequencies in 10…34 that lie 8, 16 or 24 apart; that of `course` draws f₁ and f₂ independently (a seventh of
  /// the pairs are equal) and has no noise. The delays of match to sample end one step short of 3 s, as the upper end
  /// of the field's range is left out.
  func timing(_ preset: Task.Preset) -> Timing? {
    switch (self, preset) {
    case (.perceptualDecision, .paper):
      return Timing(
        phases: [
          Phase("fixation", 100), Phase("stimulus", 800), Phase("delay", 100), Phase("decision", 20),
        ],
        window: 1, step: 20, levels: [1, 2, 4], scale: 0.1, noise: 0.1)
    case (.perceptualDecision, .course):
      return Timing(
        phases: [Phase("fixation", 5), Phase("stimulus", 41), Phase("delay", 14), Phase("decision", 15)],
        window: 15, step: 1, levels: [1, 2, 4, 8, 16], scale: 0.032, noise: 0.03)
    case (.parametricWorkingMemory, .paper):
      return Timing(
        phases: [
          Phase("fixation", 100), Phase("stimulus 1", 100), Phase("delay", 500...1000),
          Phase("stimulus 2", 100), Phase("decision", 100),
        ],
        window: 5, step: 20, levels: (10...34).map(Double.init), pairs: .apart([8, 16, 24]), scale: 1,
        noise: 0.01)
    case (.parametricWorkingMemory, .course):
      return Timing(
        phases: [
          Phase("fixation", 5), Phase("stimulus 1", 6), Phase("delay", 49), Phase("stimulus 2", 11),
          Phase("decision", 4),
        ],
        window: 5, step: 1, levels: [10, 14, 18, 22, 26, 30, 34], pairs: .independent, scale: 1, noise: 0)
    case (.contextDependentDecision, .paper), (.multisensoryDecision, .paper):
      return Timing(
        phases: [
          Phase("fixation", 100), Phase("context", 350), Phase("stimulus", 800), Phase("delay", 100),
          Phase("decision", 20),
        ],
        window: 1, step: 20, levels: [1, 2, 4], scale: 0.1, noise: 0.1)
    case (.delayedMatchToSample, .paper):
      return Timing(
        phases: [
          Phase("fixation", 100), Phase("stimulus 1", 500), Phase("delay", 500...2980),
          Phase("stimulus 2", 500), Phase("decision", 1000),
        ],
        window: 50, step: 20, levels: [1], scale: 1, noise: 0.03)
    case (.contextDependentDecision, .course), (.multisensoryDecision, .course),
      (.delayedMatchToSample, .course):
      return nil
    }
  }
}
