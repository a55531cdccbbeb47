// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank
import TestSupport
import Testing

@Suite struct PaperCircuitTests {
  private let decision = EffectiveCircuit(PaperCircuit.decision(), transfer: .tanh)

  /// κ* solves ⟨φ'⟩(κ*) = 1/1.4 for σ_m = 1; z = 2.1 κ*⟨φ'⟩(κ*).
  @Test func theDecisionCircuitHasTwoChoices() throws {
    let stable = try FixedPointSearch().fixedPoints(of: decision, input: [0]).points.filter(\.isStable)
    #expect(stable.count == 2)
    for point in stable {
      let gain = Gain(.tanh).gain(mean: 0, deviation: point.kappa[0])
      #expect(abs(gain - 1 / 1.4) < 1e-10)
      #expect(abs(abs(point.outputs[0]) - 2.1 * abs(point.kappa[0]) / 1.4) < 1e-9)
    }
  }

  /// With the averages too small by 1/√(2π), the pitchfork moves to σ_mn = √(2π): below, there is one fixed point.
  @Test func scaledAveragesLoseTheChoices() throws {
    let factor = 1 / (2 * Double.pi).squareRoot()
    for (recurrence, count) in [(1.4, 1), (2.45, 1), (2.57, 3)] {
      let statistics = PaperCircuit.decision(recurrence: recurrence).scalingAverages(by: factor)
      let found = try FixedPointSearch().fixedPoints(
        of: EffectiveCircuit(statistics, transfer: .tanh), input: [0])
      #expect(found.points.count == count && found.isComplete)
    }
  }

  @Test func unitsWithTheseCovariancesExist() throws {
    let seed: UInt64 = 141
    for statistics in [PaperCircuit.decision(), PaperCircuit.workingMemory()] {
      var stream = RandomStream(seed: seed)
      let network = try statistics.redraw(units: 64, moments: .matched, transfer: .tanh, stream: &stream)
      let back = try ConnectivityStatistics(of: network).populations[0].covariance
      let wanted = statistics.populations[0].covariance
      #expect(relativeDifference(back.elements, wanted.elements) < 1e-12, "seed \(seed)")
    }
    var stream = RandomStream(seed: seed)
    let impossible = PaperCircuit.decision().replacing([(.n(0), .n(0), 1)])
    #expect(throws: LinearAlgebraError.self) {
      try impossible.redraw(units: 64, transfer: .tanh, stream: &stream)
    }
  }

  @Test func onlyTheChosenCouplingsStay() throws {
    let seed: UInt64 = 142
    let network = try randomNetwork(units: 50, rank: 2, inputs: 1, outputs: 1, seed: seed)
    let statistics = try ConnectivityStatistics(of: network)
    let kept = statistics.keepingOnly([(.m(0), .n(0)), (.readout(0), .m(1))]).populations[0]
    let before = statistics.populations[0]
    #expect(kept.mean.allSatisfy { $0 == 0 })
    #expect(kept.covariance(.n(0), .m(0)) == before.covariance(.n(0), .m(0)))
    #expect(kept.covariance(.readout(0), .m(1)) == before.covariance(.readout(0), .m(1)))
    #expect(kept.covariance(.n(1), .m(1)) == 0 && kept.covariance(.m(0), .n(1)) == 0)
    #expect(kept.covariance(.m(0), .m(1)) == before.covariance(.m(0), .m(1)))
    #expect(kept.covariance(.n(0), .readout(0)) == before.covariance(.n(0), .readout(0)))
  }

  /// Without input both dynamics are the same; under a step they differ until v has become u, and not in the end.
  @Test func theUnfilteredGainDiffersOnlyWhileInputsChange() throws {
    let seed: UInt64 = 143
    let network = try randomNetwork(units: 80, rank: 1, inputs: 1, outputs: 1, seed: seed)
    let circuit = try EffectiveCircuit(of: network)
    let slip = UnfilteredGainCircuit(circuit)
    var stimulus = Stimulus(trials: 2, steps: 400, channels: 1)
    for t in 0..<400 { stimulus[1, t, 0] = 1.5 }
    let simulation = Simulation(alpha: 0.2)
    let (right, wrong) = (
      simulation.run(circuit, under: stimulus), simulation.run(slip, under: stimulus)
    )
    let width = 400
    #expect(
      relativeDifference(Array(wrong.kappa[..<width]), Array(right.kappa[..<width])) < 1e-12, "seed \(seed)")
    #expect(abs(wrong.kappa[width + 2] - right.kappa[width + 2]) > 1e-4, "seed \(seed)")
    #expect(abs(wrong.kappa[2 * width - 1] - right.kappa[2 * width - 1]) < 1e-9, "seed \(seed)")
  }
}
