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
