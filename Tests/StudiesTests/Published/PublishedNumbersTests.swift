// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Studies
import TestSupport
import Testing

/// Numbers that the public code of Dubreuil, Valente et al. (2022) gives for the context-dependent network of their figure 1;
/// and that the tests which notes/definitions.md names exist.
@Suite struct PublishedNumbersTests {
  private static let isThere = sharedNetworksFolder != nil
  private static let reason: Testing.Comment = "no folder shared/networks beside a folder above"

  private func network() throws -> Subject {
    try Subject(file: try #require(sharedNetworksFolder) + "/mante_lr_fig1.pt")
  }

  private func trials(_ count: Int) -> TrialRequest {
    TrialRequest(task: "context-dependent-decision", trialCount: count, seed: 1)
  }

  /// Private noise of .05 per step: the authors' loss goes from .0163 to .0384. A loss of a few hundred of their trials
  /// varies by a fifth: it is made by the few that are nearly wrong.
  @Test(.enabled(if: isThere, reason)) func privateNoiseHasThePublishedCost() throws {
    let subject = try network()
    func loss(_ noise: Double?) throws -> Double {
      let study = Compare(
        trials: trials(600), circuit: CircuitRequest(populations: .fixed(1)), noise: noise)
      return try #require(try study.run(on: subject).performance?.first?.loss)
    }
    let (silent, noisy) = (try loss(nil), try loss(0.05))
    #expect(abs(silent - 0.0163) < 0.3 * 0.0163, "\(silent)")
    #expect(abs(noisy - 0.0384) < 0.3 * 0.0384, "\(noisy)")
  }

  /// Inactivation over incongruent trials: 1.00 and .00 right in the two contexts without one population, .79 and .07
  /// without the other (either context's first).
  @Test(.enabled(if: isThere, reason)) func inactivationHasThePublishedShares() throws {
    let result = try Ablate(trials: trials(600), circuit: CircuitRequest(populations: .fixed(2)))
      .run(on: try network())
    #expect(result.contexts == ["colour context", "motion context"] && result.rows.count == 3)
    let shares = try result.rows.dropFirst().map { row in
      try #require(row.network.accuracyByContextIncongruent).compactMap { $0 }.sorted(by: >)
    }.sorted { $0[0] > $1[0] }
    for (found, published) in zip(shares, [[1.00, 0.00], [0.79, 0.07]]) {
      for (a, b) in zip(found, published) { #expect(abs(a - b) < 0.08, "\(found), published \(published)") }
    }
    // Over all trials the two contexts look less different: the congruent ones hide it.
    let all = try result.rows.dropFirst().map { row in
      try #require(row.network.accuracyByContext).compactMap { $0 }.sorted(by: >)
    }.sorted { $0[0] > $1[0] }
    for (found, published) in zip(all, [[0.81, 0.35], [0.67, 0.34]]) {
      for (a, b) in zip(found, published) { #expect(abs(a - b) < 0.12, "\(found), published \(published)") }
    }
  }

  /// With two populations the moments keep the decisions that the authors' 91 % are: 90 % and more of 1000 trials.
  @Test(.enabled(if: isThere, reason)) func twoPopulationsKeepThePublishedDecisions() throws {
    let study = Compare(trials: trials(1000), circuit: CircuitRequest(populations: .fixed(2)))
    let agreement = try #require(try study.run(on: try network()).circuit.outputs.first?.agreement)
    #expect(agreement >= 0.9, "\(agreement)")
  }

  /// Every test that notes/definitions.md names is there.
  @Test func theTableNamesTestsThatExist() throws {
    let root = networksFolder.dropLast("/Networks".count)
    let table = try String(contentsOfFile: root + "/notes/definitions.md", encoding: .utf8)
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("| ") && $0.contains("`") }
    #expect(rows.count >= 20)
    for row in rows {
      let cells = row.split(separator: "`", omittingEmptySubsequences: false)
      // The last two words in code are the file and the test in it.
      let words = stride(from: 1, to: cells.count, by: 2).map { String(cells[$0]) }
      try #require(words.count >= 2, "\(row)")
      let source = try String(
        contentsOfFile: root + "/Tests/" + words[words.count - 2] + ".swift", encoding: .utf8)
      #expect(source.contains("func " + words[words.count - 1] + "("), "\(words)")
    }
  }
}
