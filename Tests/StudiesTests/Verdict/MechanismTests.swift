// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies
import TestSupport
import Testing

/// Sentences on contexts, for a circuit whose mechanism is known because it was made so.
@Suite struct MechanismTests {
  private static let names = CircuitNames(
    inputs: ["colour", "motion", "colour context", "motion context"], evidence: [0, 1], fractions: [0.5, 0.5])

  /// Each context's cue saturates the population that carries the other input: that is what the sentences say, in the
  /// numbers of the circuit, and no more where the network's gains stay.
  @Test func theCueLowersTheGainOfTheOtherInputsPopulation() throws {
    let modulation = Self.contexts()
    let own = modulation.map { Self.network(like: $0, spread: 0.01) }
    func mechanism(right: Double, _ network: @escaping (ContextModulation, Int) -> NetworkGains.Context)
      -> Mechanism
    {
      Mechanism(modulation, names: Self.names, network: own) { context, populations in
        let without = Self.contexts(withholding: [2 + context], from: populations)[context]
        return WithoutCue(
          cue: [Self.names.inputs[2 + context]], circuit: without, network: network(without, context)
        ) { .init(circuit: (1, 0.7), network: (1, right)) }
      }
    }
    let told = mechanism(right: 0.75) { without, _ in Self.network(like: without, spread: 0.01) }
    #expect(told.switches.map(\.populations) == [[2], [1]] && told.switches.allSatisfy(\.holds))
    try #require(told.sentences.count == 2)
    for (context, population, other) in [(0, 2, "motion"), (1, 1, "colour")] {
      let sentence = told.sentences[context]
      #expect(
        sentence.contains(
          ": its cue lowers the gain of population \(population), which acts for the \(other), from 0."),
        "\(sentence)")
      #expect(
        sentence.hasSuffix("; without the cue on its units 75.0\u{A0}% of choices are right."), "\(sentence)")
      let found = told.switches[context]
      #expect(found.circuit.gains[0] < 0.5 * found.circuit.gainsWithout[0])
      #expect(found.circuit.share > 0.9 && found.circuit.strong > 2 * found.circuit.weak)
    }
    // A network that keeps its choices, or its gains, does not do that.
    #expect(
      mechanism(right: 0.99) { without, _ in Self.network(like: without, spread: 0.01) }.switches.isEmpty)
    let unmoved = mechanism(right: 0.75) { _, context in own[context] }
    #expect(unmoved.switches.isEmpty && unmoved.sentences.allSatisfy { !$0.contains("its cue") })
  }

  /// Two populations carry colour with opposite sign; each context saturates one of them.
  @Test func theContextSwitchesAPopulationOff() throws {
    let names = Self.names
    let modulation = Self.contexts()
    // Each context loses its choices with its own population, in circuit and network alike.
    let shares = Removals.Shares(intact: [1, 1], without: [[0.5, 1], [1, 0.5]])
    let removals = Removals(groups: modulation.map(\.name), circuit: shares, network: shares)
    let own = modulation.map { Self.network(like: $0, spread: 0.01) }
    let mechanism = Mechanism(modulation, names: names, removals: removals, network: own)
    try #require(mechanism.sentences.count == 3)
    #expect(mechanism.sentences[0].hasPrefix("In the colour context, κ follows the colour"))
    #expect(mechanism.sentences[0].contains("through population 1: without its units the network has 50"))
    #expect(mechanism.sentences[1].hasPrefix("In the motion context, κ follows the motion"))
    #expect(mechanism.sentences[1].contains("through population 2: "))
    #expect(mechanism.sentences[2].hasPrefix("What the context changes are gains"))
    #expect(mechanism.claims.map(\.population) == [1, 2] && mechanism.claims.allSatisfy { $0.holds })
    // Where the network keeps its choices without the units, the sentence says so and makes no claim.
    let kept = Removals(
      groups: removals.groups, circuit: shares,
      network: Removals.Shares(intact: [1, 1], without: [[0.95, 1], [1, 0.5]]))
    let other = Mechanism(modulation, names: names, removals: kept, network: own)
    #expect(!other.claims[0].holds && other.claims[1].holds)
    #expect(!other.sentences[0].contains("through population"))
    #expect(!other.sentences[0].contains("population"))
    // Nor is a population that is needed no more than another.
    let both = Removals.Shares(intact: [1, 1], without: [[0.5, 0.4], [0.45, 0.5]])
    let everywhere = Mechanism(
      modulation, names: names, removals: Removals(groups: removals.groups, circuit: both, network: both),
      network: own)
    #expect(everywhere.claims.count == 2 && everywhere.claims.allSatisfy { !$0.holds })
    // Where nobody silenced anything in the network, nothing is said of populations.
    let silent = Mechanism(modulation, names: names).sentences
    #expect(silent.count == 2 && silent.allSatisfy { !$0.contains("population") })
    // Gains that trials of one context have as well are none that the context changes.
    let chance = modulation.map { Self.network(like: $0, spread: 1) }
    #expect(Mechanism(modulation, names: names, removals: removals, network: chance).sentences.count == 2)
    // Without contexts there is nothing to say.
    #expect(Mechanism(Array(modulation.prefix(1)), names: names).sentences.isEmpty)
  }

  /// What few trials leave open is not denied; what many leave small is.
  @Test func anEffectThatWasNotSeenIsNotDenied() {
    let names = CircuitNames(
      inputs: ["colour", "motion", "colour context", "motion context"], evidence: [0, 1], fractions: [1])
    func sentence(_ weak: [Double]) -> String {
      let own = NetworkGains.Context(
        window: .init(gains: [], trialGains: [], trialActions: weak.map { [1, $0, 0, 0] }), inputs: 4)
      return Mechanism(Self.contexts(), names: names, network: [own, own]).sentences[0]
    }
    let swing = (0..<40).map { $0 % 2 == 0 ? 1.0 : -1.0 }
    #expect(
      sentence([0.4, 0.5, 0.3]).hasSuffix("; 3 trials are too few to say how strongly beside the motion."))
    #expect(
      sentence(Array(swing.prefix(6))).hasSuffix("whether it follows the motion, too, 6 trials cannot tell."))
    #expect(sentence(swing.map { 0.1 * $0 }).contains(" and not the motion, which counts for less than "))
    #expect(
      sentence(swing.map { 0.4 + 0.1 * $0 }).contains(
        " 2.5 times as strongly as the motion (2.4 to 2.7 over draws of trials)"))
  }

  /// A network whose mean gains and actions are the circuit's, on ten trials that differ by `spread` times them.
  private static func network(like context: ContextModulation, spread: Double) -> NetworkGains.Context {
    func trials(_ values: [Double]) -> [[Double]] {
      (0..<10).map { trial in values.map { $0 * (1 + spread * (trial % 2 == 0 ? 1 : -1)) } }
    }
    let actions = (0..<4).map { context.action(on: 0, of: $0) }
    return NetworkGains.Context(
      window: .init(
        gains: context.windowGains, trialGains: trials(context.windowGains), trialActions: trials(actions),
        parts: context.windowActions), inputs: 4)
  }

  @Test func curvesCountDecisions() {
    let curve = PsychometricCurve(
      panel: "", quantity: "coherence", values: [1, -1, 1, 1], network: [0.5, -2, -0.1, 3],
      circuit: [0.5, 0.1, 1, 1], asShare: true)
    #expect(curve.levels == [-1, 1] && curve.counts == [1, 3])
    #expect(curve.network == [0, 2.0 / 3] && curve.circuit == [1, 1])
    let mean = PsychometricCurve(
      panel: "", quantity: "f", values: [1, 1], network: [0.5, -2], circuit: [1, 3], asShare: false)
    #expect(mean.network == [-0.75] && mean.circuit == [2])
  }

  /// Population 1 carries colour, population 2 motion; the context of one has a large variance in the other.
  static func contexts(withholding inputs: [Int] = [], from populations: [Int] = []) -> [ContextModulation] {
    var (circuit, stimulus) = twoContextCircuit()
    for population in populations { circuit = circuit.withholding(inputs: inputs, from: population) }
    let states = Simulation(alpha: 0.2, keepsStates: true).run(circuit, under: stimulus).states ?? []
    return ["colour context", "motion context"].enumerated().map { trial, name in
      ContextModulation(
        of: circuit, states: states, steps: 20,
        group: ContextModulation.Group(name: name, trials: [trial], windows: [10..<20]))
    }
  }
}
