// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies
import Testing

/// The sentence on what each population's removal does to choices.
@Suite struct RemovalsTests {
  @Test func reversedAndDestroyedChoicesAreToldApart() {
    let removals = Removals(
      groups: ["colour context", "motion context"],
      circuit: .init(intact: [1, 0.99], without: [[0.52, 0.1], [0.98, 0.97], [1, 0.2]]))
    #expect(
      removals.sentence
        == "In the circuit, silencing population 1 reverses choices in the motion context (10.0\u{A0}% right) and destroys "
        + "choices in the colour context (52.0\u{A0}% right); silencing population 3 reverses choices in the motion context "
        + "(20.0\u{A0}% right).", "\(removals.sentence)")
  }

  /// What only the circuit shows is no effect of the network's.
  @Test func whereTheNetworkDiffersBothNumbersStand() {
    let removals = Removals(
      groups: ["a", "b"], circuit: .init(intact: [1, 1], without: [[0.2, 1], [0.01, 0.9]]),
      network: .init(intact: [1, 1], without: [[0.3, 1], [0.8, 0.95]]))
    #expect(
      removals.sentence
        == "In circuit and network alike, silencing population 1 reverses choices in a (20.0\u{A0}% right, network "
        + "30.0\u{A0}%). They differ on population 2 in a (1.00\u{A0}% right, network 80.0\u{A0}%): of silencing these "
        + "the circuit is no model.", "\(removals.sentence)")
    let only = Removals(
      groups: ["a"], circuit: .init(intact: [1], without: [[0.2]]),
      network: .init(intact: [1], without: [[0.9]]))
    #expect(
      only.sentence.hasPrefix("Circuit and network differ on population 1 in a (20.0"), "\(only.sentence)")
    #expect(!only.sentence.contains("reverses") && !only.sentence.contains("No single"))
  }

  /// On either side of a limit but close, they show alike what the weaker of the two shows.
  @Test func closeSharesDoNotDiffer() {
    let near = Removals(
      groups: ["a"], circuit: .init(intact: [1], without: [[0.34]]),
      network: .init(intact: [1], without: [[0.46]]))
    #expect(
      near.sentence.contains("silencing population 1 destroys choices in a (34.0")
        && !near.sentence.contains("differ"),
      "\(near.sentence)")
    let robust = Removals(
      groups: ["a"], circuit: .init(intact: [1], without: [[0.64]]),
      network: .init(intact: [1], without: [[0.66]]))
    #expect(robust.sentence.contains("no single population") && robust.sentence.contains("64.0"))
  }

  @Test func whatIsNotSeenIsNotSaid() {
    let robust = Removals(groups: ["all trials"], circuit: .init(intact: [1], without: [[0.7], [0.9]]))
    #expect(robust.sentence.contains("no single population") && robust.sentence.contains("70.0\u{A0}%"))
    // What does not do the task in a context has nothing to lose there.
    let unable = Removals(groups: ["a", "b"], circuit: .init(intact: [0.6, 0.95], without: [[0.1, 0.5]]))
    #expect(
      unable.sentence == "In the circuit, silencing population 1 destroys choices in b (50.0\u{A0}% right).")
    #expect(Removals(groups: ["a"], circuit: .init(intact: [0.6], without: [[0.1]])).sentence.isEmpty)
    #expect(Removals(groups: ["a"], circuit: .init(intact: [1], without: [])).sentence.isEmpty)
  }

  /// Where as many units drawn at random cost a network its choices, too, nothing is the population's own.
  @Test func whatAnyUnitsCostIsNoEffectOfAPopulation() {
    func sentence(random: Double) -> String {
      Removals(
        groups: ["a"], circuit: .init(intact: [1], without: [[0.5]]),
        network: .init(intact: [1], without: [[0.5]]), random: [[random]]
      ).sentence
    }
    #expect(
      sentence(random: 0.55)
        == "In circuit and network alike, no single population's silencing reverses or destroys choices more than that of "
        + "as many units at random: at least 50.0\u{A0}% stay right.")
    #expect(sentence(random: 0.95).contains("destroys choices in a (50.0"))
    #expect(sentence(random: 0.95).contains("without as many at random 95.0"))
  }

  /// Where z is zero without a population, nothing is reversed: there are no choices.
  @Test func silenceIsNoReversal() {
    let silent = Removals.Shares(intact: [1], without: [[0], [1]], opposite: [[0], [0]])
    let sentence = Removals(groups: ["all trials"], circuit: silent, network: silent).sentence
    #expect(sentence.contains("destroys choices") && !sentence.contains("reverses"), "\(sentence)")
    let turned = Removals.Shares(intact: [1], without: [[0], [1]], opposite: [[1], [0]])
    #expect(
      Removals(groups: ["all trials"], circuit: turned, network: turned).sentence.contains("reverses choices")
    )
  }

  /// Groups in which the network fails anyway are named, not passed over.
  @Test func groupsThatFailAnywayAreNamed() {
    let shares = Removals.Shares(intact: [1, 0.85], without: [[0.9, 0], [1, 0.8]])
    let sentence = Removals(groups: ["a", "b"], circuit: shares, network: shares).sentence
    #expect(sentence.contains("not counting b"), "\(sentence)")
  }
}
