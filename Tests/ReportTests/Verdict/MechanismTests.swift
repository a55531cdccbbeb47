import Analysis
import LowRank
import Report
import TestSupport
import Testing

/// Sentences on contexts, for a circuit whose mechanism is known because it was made so.
@Suite struct MechanismTests {
  /// Two populations carry colour with opposite sign; each context saturates one of them.
  @Test func theContextSwitchesAPopulationOff() throws {
    let names = CircuitNames(
      inputs: ["colour", "motion", "colour context", "motion context"], evidence: [0, 1],
      fractions: [0.5, 0.5])
    let modulation = Self.contexts()
    let mechanism = Mechanism(modulation, names: names)
    try #require(mechanism.sentences.count == 3)
    #expect(mechanism.sentences[0].hasPrefix("In the colour context, κ1 follows the colour"))
    #expect(mechanism.sentences[0].contains("through population 1 (50.0"))
    #expect(mechanism.sentences[1].hasPrefix("In the motion context, κ1 follows the motion"))
    #expect(mechanism.sentences[1].contains("through population 2 (50.0"))
    #expect(mechanism.sentences[2].hasPrefix("What the context changes are gains"))
    // Without contexts there is nothing to say.
    #expect(Mechanism(Array(modulation.prefix(1)), names: names).sentences.isEmpty)
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
  static func contexts() -> [ContextModulation] {
    let layout = LoadingLayout(rank: 1, inputCount: 4, outputCount: 1)
    // n, w, m, I1, I2, I3, I4 in terms of independent m, I1…I4.
    func population(_ colour: Double, _ motion: Double, _ contexts: [Double]) -> Population {
      let rows = [
        [0.5, colour, motion, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0],
        [0, 0, 0, contexts[0], 0], [0, 0, 0, 0, contexts[1]],
      ]
      return Population(
        layout: layout, fraction: 0.5, mean: [Double](repeating: 0, count: 7),
        covariance: Matrix(rows: 7, columns: 7) { i, j in zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
        })
    }
    let circuit = EffectiveCircuit(
      ConnectivityStatistics(
        layout: layout, unitCount: 1000,
        populations: [population(1, 0.2, [0, 10]), population(0.2, 1, [10, 0])]), transfer: .tanh)
    var stimulus = Stimulus(trials: 2, steps: 20, channels: 4)
    for step in 0..<20 {
      for trial in 0..<2 {
        stimulus[trial, step, 0] = 0.1
        stimulus[trial, step, 1] = -0.1
        stimulus[trial, step, 2 + trial] = 1
      }
    }
    var simulation = Simulation(alpha: 0.2)
    simulation.keepsStates = true
    let states = simulation.run(circuit, under: stimulus).states ?? []
    return ["colour context", "motion context"].enumerated().map { trial, name in
      ContextModulation(
        of: circuit, states: states, steps: 20,
        group: ContextModulation.Group(name: name, trials: [trial], windows: [10..<20]))
    }
  }
}
