// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank
import Studies
import TestSupport
import Testing

/// What several fits agree on.
@Suite struct FitAgreementTests {
  @Test func whatWasVisitedIsDeterminedAndSingleWeightsAreNot() throws {
    let network = try randomNetwork(units: 60, rank: 1, inputs: 1, outputs: 1, seed: 201)
    let study = Fit(
      trials: TrialRequest(task: "perceptual-decision", trialCount: 20), rank: .fixed(1), repeats: 1)
    let result = try study.run(on: Subject(network, alpha: 0.2))
    let agreement = try #require(result.agreement)
    #expect(agreement.fits == 2)
    func quantity(_ start: String) throws -> FitAgreement.Quantity {
      try #require(agreement.quantities.first { $0.name.hasPrefix(start) })
    }
    #expect(try quantity("rates").isDetermined)
    #expect(try quantity("latents").isDetermined)
    // The second fit begins at half as much noise as there is weight, and keeps what of it no rate meets.
    #expect(try !quantity("connectivity entry").isDetermined)
    #expect(try quantity("connectivity entry").least < quantity("effective").least)
    #expect(!result.removals.isEmpty)
    for row in result.removals { #expect(row.error.isFinite && row.network > 0) }
  }
}
