// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import NetworkFiles
import Studies
import TestSupport
import Testing

/// Networks drawn from a circuit, asked in process.
@Suite struct ResampleStudyTests {
  private func circuit() throws -> Subject {
    let network = try randomNetwork(units: 80, rank: 1, inputs: 1, outputs: 1, seed: 161)
    return Subject(circuit: try Subject(network, alpha: 0.25).circuit())
  }

  @Test func matchedUnitsHaveTheCircuitsMoments() throws {
    let subject = try circuit()
    let drawn = try Resample(units: 60).run(on: subject)
    #expect(drawn.network.unitCount == 60 && drawn.alpha == 0.25)
    let found = try ConnectivityStatistics(of: drawn.network).populations[0]
    let expected = try subject.circuit().circuit.statistics.populations[0]
    // What is left is rounding.
    #expect(relativeDifference(found.covariance.elements, expected.covariance.elements) < 1e-12, "seed 161")
    #expect(relativeDifference(found.mean, expected.mean) < 1e-12, "seed 161")
  }

  /// What is written is the circuit's kind of network: form, biases and start included.
  @Test(arguments: NetworkForm.allCases) func theFileSaysAllOfIt(form: NetworkForm) throws {
    var kind = NetworkKind.everything(form)
    kind.bias = true
    let parent = try randomNetwork(kind, units: 90, seed: 163)
    let drawn = try Resample(units: 80).run(on: Subject(parent, alpha: 0.25))
    #expect(drawn.network.settings == parent.settings)
    let read = try Subject(TensorFile(inMemory: drawn.arrays), name: "drawn")
    let stimulus = randomStimulus(trials: 2, steps: 20, channels: 2, seed: 164)
    let simulation = Simulation(alpha: read.alpha)
    #expect(
      relativeDifference(
        simulation.run(try NetworkDynamics(read.network()), under: stimulus).outputs,
        simulation.run(try NetworkDynamics(drawn.network), under: stimulus).outputs) < 1e-12)
  }

  @Test func theSeedDecides() throws {
    let drawn = try [1, 1, 2].map {
      try Resample(units: 60, moments: .sampled, seed: $0).run(on: circuit()).arrays
    }
    #expect(drawn[0] == drawn[1] && drawn[0] != drawn[2])
  }

  @Test func nonsenseIsRefused() throws {
    var error = #expect(throws: StudyError.self) { try Resample(units: 0).run(on: circuit()) }
    #expect(error?.kind == .usage && error?.quantity == "units")
    error = #expect(throws: StudyError.self) { try Resample(units: 3).run(on: circuit()) }
    #expect(error?.kind == .badData && error?.text.contains("more units") == true)
  }
}
