// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies
import TestSupport
import Testing

/// Continuous attractors that were once taken for hundreds of points and bifurcations (shared/cases/attractors).
@Suite(.enabled(if: sharedCasesFolder != nil, "no folder shared/cases above the package"))
struct AttractorCaseTests {
  private func subject(_ name: String) throws -> Subject {
    try Subject(file: (sharedCasesFolder ?? "") + "/attractors/\(name).json")
  }

  @Test func ring() throws {
    let found = try Portrait(cycles: true).run(on: subject("ring"))
    #expect(found.points.map(\.kind) == [.point, .ring])
    // ⟨φ'⟩(ρ) = 1/1.8 by the trusted average of the command `gain`.
    let radius = try #require(found.points.last?.radius)
    let average = try #require(GaussianAverages(deviations: [radius]).run().rows.first)
    #expect(abs(average.gain - 1 / 1.8) < 1e-9)
    let diagram = try Bifurcations(parameter: "gain", from: 0.4, to: 1.2).run(on: subject("ring"))
    #expect(diagram.bifurcations.map(\.kind) == ["O(2) pitchfork"])
    #expect(abs((diagram.bifurcations.first?.parameter ?? 0) - 1 / 1.8) < 1e-9)
  }

  @Test func workingMemoryAtOne() throws {
    let found = try Portrait().run(on: subject("working-memory-at-one"))
    #expect(found.points.map(\.stable) == [nil], "marginal, and the only one")
    #expect(found.details?.set.slowPoints.isEmpty == true)
    #expect(found.details?.set.points.first?.stability(alpha: 0.2) == .marginal)
  }

  @Test func decisionUnitSigma() throws {
    let found = try Bifurcations(parameter: "sigma:n1,m1", from: 0.5, to: 2)
      .run(on: subject("decision-unit-sigma"))
    #expect(found.remarks.isEmpty && found.details?.range == 0.5...2, "σ_nn does not act on the dynamics")
    #expect(found.bifurcations.map(\.kind) == ["pitchfork"])
    #expect(abs((found.bifurcations.first?.parameter ?? 0) - 1) < 1e-8)
  }
}
