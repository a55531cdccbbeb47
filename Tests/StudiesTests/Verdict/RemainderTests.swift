// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import TestSupport
import Testing

/// The phrase on what is left unexplained says what was measured, and no more.
@Suite struct RemainderTests {
  /// z of the reference is ±1 in turn; the other's differs by `error` everywhere, and by its sign in some trials.
  private func comparison(error: Double, wrong: Int = 0) -> Comparison {
    let (trials, steps) = (10, 4)
    func run(_ value: (Int) -> Double) -> Trajectory {
      Trajectory(
        trials: trials, steps: steps, rank: 0, outputCount: 1, kappa: [],
        outputs: (0..<(trials * steps)).map { value($0 / steps) })
    }
    let reference = run { $0 % 2 == 0 ? 1 : -1 }
    let reduced = run { ($0 % 2 == 0 ? 1 : -1) * ($0 < wrong ? -1 : 1 + error) }
    return Comparison(
      of: reduced, against: reference,
      trials: Trials(stimulus: Stimulus(trials: trials, steps: steps, channels: 0, values: [])))
  }

  @Test func itIsTheErrorThatWasMeasured() {
    let phrase = Remainder(circuit: comparison(error: 0.055), isFitted: true, band: nil, trials: 10).sentence
    #expect(
      phrase == "Not explained: 5.50\u{A0}% of z (10 trials), the part that the fit did not reach.",
      "\(phrase)")
    // Three trials of ten turned round: an RMS of 2 √.3, and three decisions.
    let lost = Remainder(circuit: comparison(error: 0, wrong: 3), isFitted: false, band: nil, trials: 10)
      .sentence
    #expect(lost.contains("z itself, which it misses by 109.5\u{A0}%"), "\(lost)")
    #expect(
      lost.contains("30.0\u{A0}% of its decisions") && lost.contains("its cause was not tested"), "\(lost)")
    let none = Remainder(circuit: comparison(error: 0), isFitted: false, band: nil, trials: 10).sentence
    #expect(none.contains("nothing that these trials show"), "\(none)")
  }

  /// Where J was cut, no fit could have reached what the cut left out, and none is blamed.
  @Test func aCutIsToldApartFromAFit() {
    for isFitted in [true, false] {
      let phrase = Remainder(
        circuit: comparison(error: 0.3), isFitted: isFitted, band: nil, trials: 10,
        cut: ("cut of J", comparison(error: 0.25))
      ).sentence
      #expect(
        phrase == "Not explained: 30.0\u{A0}% of z (10 trials); the cut of J alone misses 25.0\u{A0}%.",
        "\(phrase)")
    }
  }

  @Test func aHarderConditionIsNamedOnlyIfItIsHarder() {
    func phrase(_ errors: [Double]) -> String {
      Remainder(
        circuit: comparison(error: 0.055), isFitted: true, band: nil, trials: 10,
        elsewhere: errors.enumerated().map { Remainder.Condition(name: "condition \($0)", error: $1) }
      ).sentence
    }
    #expect(!phrase([0.01, 0.05]).contains("condition"))
    #expect(
      phrase([0.01, 0.4, 0.2]).hasSuffix("most with condition 1, 40.0\u{A0}%."), "\(phrase([0.01, 0.4, 0.2]))"
    )
    #expect(phrase([0.4, .nan]).contains("condition 1, more than its own size"))
  }

  /// The cause is the sampling band's: a Gaussian network leaves what finite N leaves, a discrete one does not.
  @Test func theCauseIsTheBands() throws {
    let gaussian = try (121...125).map {
      try randomNetwork(units: 100, rank: 1, inputs: 1, outputs: 1, means: false, seed: $0)
    }
    // Every unit is one of two kinds, up to its sign the same.
    func signs(_ size: Double) -> Matrix {
      Matrix(rows: 100, columns: 1) { i, _ in gaussian[0].m[i, 0] > 0 ? size : -size }
    }
    let discrete = try Network(m: signs(3), n: signs(1), inputs: signs(1), readouts: signs(2))
    let stimulus = randomStimulus(trials: 5, steps: 10, channels: 1, seed: 121)
    func cause(_ network: Network) throws -> (phrase: String, explains: Bool) {
      let simulation = Simulation(alpha: 0.2)
      let circuit = try EffectiveCircuit(of: network)
      let full = simulation.run(try NetworkDynamics(network), under: stimulus)
      let reduced = simulation.run(circuit, under: stimulus)
      let trials = Trials(stimulus: stimulus)
      let band = try SamplingBand(
        of: circuit, units: 100, network: full, reduced: reduced, trials: trials, simulation: simulation,
        redraws: 20, seed: 121)
      let phrase = Remainder(
        circuit: Comparison(of: reduced, against: full, trials: trials), isFitted: false, band: band,
        trials: 5
      ).sentence
      return (phrase, band.explains(output: 0))
    }
    let found = try (gaussian + [discrete]).map { try cause($0) }
    for (phrase, explains) in found {
      #expect(phrase.contains("within what finite N leaves") == explains, "\(phrase), seeds 121–125")
      #expect(phrase.contains("not Gaussian") == !explains, "\(phrase), seeds 121–125")
    }
    // Nineteen Gaussian networks of twenty lie in the band; that none of five does has probability 3e-7.
    #expect(found.dropLast().contains { $0.explains }, "seeds 121–125")
    #expect(found.last?.explains == false, "seed 121")
  }

  /// Decisions are those of the output whose error is told, not those of the first or the worst in decisions.
  @Test func theDecisionsAreThoseOfTheOutputNamed() {
    // Two outputs of ten trials. The first has half of its decisions wrong by little; the second is three times too large
    // but for one trial of the other sign.
    func run(_ value: (Int) -> [Double]) -> Trajectory {
      Trajectory(
        trials: 10, steps: 4, rank: 0, outputCount: 2, kappa: [],
        outputs: (0..<40).flatMap { value($0 / 4) })
    }
    let reference = run { $0 < 5 ? [0.001, 1] : [1, 1] }
    let reduced = run { $0 < 5 ? [-0.001, $0 == 0 ? -1 : 3] : [1, 3] }
    let phrase = Remainder(
      circuit: Comparison(
        of: reduced, against: reference,
        trials: Trials(stimulus: Stimulus(trials: 10, steps: 4, channels: 0, values: []))),
      isFitted: false, band: nil, trials: 10
    ).sentence
    #expect(
      phrase.contains("z2 itself, which it misses by 200.0\u{A0}%, and 10.00\u{A0}% of its decisions"),
      "\(phrase)")
  }

  /// Without a readout κ is what is left unexplained; where nothing happens there is nothing.
  @Test func withoutOutputsItIsAboutTheLatents() {
    func phrase(_ network: Double, _ circuit: Double, outputs: Int) -> String {
      func run(_ value: Double) -> Trajectory {
        Trajectory(
          trials: 2, steps: 3, rank: 1, outputCount: outputs, kappa: [Double](repeating: value, count: 6),
          outputs: [Double](repeating: value, count: 6 * outputs))
      }
      return Remainder(
        circuit: Comparison(
          of: run(circuit), against: run(network),
          trials: Trials(stimulus: Stimulus(trials: 2, steps: 3, channels: 0, values: []))),
        isFitted: false, band: nil, trials: 2
      ).sentence
    }
    #expect(
      phrase(1, 0.7, outputs: 0).contains("30.0\u{A0}% of κ (2 trials)"), "\(phrase(1, 0.7, outputs: 0))")
    #expect(
      phrase(0, 0, outputs: 1).contains("nothing of κ, which stays zero"), "\(phrase(0, 0, outputs: 1))")
    #expect(
      phrase(0, 0, outputs: 0).contains("nothing of κ, which stays zero"), "\(phrase(0, 0, outputs: 0))")
  }
}
