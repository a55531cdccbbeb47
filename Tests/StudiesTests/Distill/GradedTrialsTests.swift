// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import Report
import Studies
import TestSupport
import Testing

/// Outputs whose targets are graded are scored by their error in every study, text and page: nobody decides anything.
@Suite struct GradedTrialsTests {
  /// Trials with a target that a third of the input makes, and contexts.
  private func trials() -> TrialRequest {
    let (count, steps) = (12, 20)
    let u = (0..<(count * steps)).map { place -> Double in
      let level = Double((place / steps) % 5) / 5 - 0.35
      return place % steps < 4 ? 0 : level
    }
    var request = TrialRequest(file: "")
    request.file = nil
    request.arrays = [
      Tensor(name: "u", shape: [count, steps, 1], values: u),
      Tensor(name: "target", shape: [count, steps, 1], values: u.map { $0 / 3 }),
      Tensor(
        name: "condition_rule", shape: [count], text: (0..<count).map { $0 % 2 == 0 ? "go" : "wait" }),
    ]
    return request
  }

  /// Words that only a decision is spoken of with.
  private func speaksOfDecisions(_ text: String) -> Bool {
    ["decision", "accuracy", "agreement", "choices right"].contains { text.lowercased().contains($0) }
  }

  private func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }

  @Test func compareAndAblate() throws {
    let subject = try randomSubject()
    let compared = try Compare(trials: trials()).run(on: subject)
    #expect(compared.performance?.first?.accuracy == nil && compared.performance?.first?.loss != nil)
    #expect(compared.circuit.outputs[0].loss != nil)
    #expect(try !speaksOfDecisions(json(compared.circuit) + json(compared.manifold)))
    let ablated = try Ablate(trials: trials(), circuit: CircuitRequest(populations: .fixed(2))).run(
      on: subject)
    #expect(ablated.contexts == ["go rule", "wait rule"])
    for row in ablated.rows {
      #expect(row.network.loss != nil && row.network.accuracy == nil && row.network.agreement == nil)
      #expect(row.network.lossByContext?.count == 2 && row.network.accuracyByContext == nil)
    }
    // The trials of both contexts are all trials.
    let parts = try #require(ablated.rows[0].network.lossByContext).compactMap { $0 }
    #expect(abs(parts.reduce(0, +) / 2 - (ablated.rows[0].network.loss ?? 0)) < 1e-12)
  }

  @Test func distillAndItsPage() throws {
    let study = Distill(
      trials: trials(), circuit: CircuitRequest(populations: .fixed(2)), redraws: 20, replicates: 20,
      closures: 0)
    let result = try study.run(on: try randomSubject())
    // The words on conditions stay: the same contexts as ablate has.
    #expect(result.findings?.contexts.groups.map(\.name) == ["go rule", "wait rule"])
    #expect(result.claims.isEmpty)
    #expect(result.verdict.allSatisfy { !speaksOfDecisions($0) }, "\(result.verdict)")
    #expect(try !speaksOfDecisions(json(result.circuits) + json(result.budget)))
    var report = try DistillationReport(result)
    // Its script knows both kinds of trials.
    report.explorer = nil
    let document = report.document()
    let page = HTMLRenderer().page(document)
    let words = page.components(separatedBy: "Decisions agree: share of trials").joined()
    #expect(!speaksOfDecisions(words))
    #expect(document.verdict.allSatisfy { !speaksOfDecisions($0) })
  }

  /// Working memory has graded targets and a published accuracy: the task says that its sign counts.
  @Test func aTaskMaySayThatTheSignCounts() throws {
    let set = try TaskRequest("parametric-working-memory").task().trials(count: 3, seed: 1)
    #expect(set.decides == [true] && set.target.contains { abs($0) != 1 && $0 != 0 })
  }
}
