// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import Studies
import TestSupport
import Testing

/// What a distillation says of attractors that are no fixed points.
@Suite struct AttractorSentenceTests {
  /// Units evenly spaced on a circle, m = √2 (cos, sin), overlap 1.5 with a turn of 0.8; without input nothing rests but
  /// silence, and everything else turns.
  private func turningNetwork() throws -> Network {
    let angles = (0..<200).map { 2 * Double.pi * Double($0) / 200 }
    let m = Matrix(rows: 200, columns: 2) { 2.0.squareRoot() * ($1 == 0 ? cos(angles[$0]) : sin(angles[$0])) }
    let n = Matrix(rows: 200, columns: 2) { i, r in
      1.5 * m[i, r] + (r == 0 ? 0.8 : -0.8) * m[i, 1 - r]
    }
    return try Network(
      m: m, n: n, inputs: Matrix(rows: 200, columns: 1) { i, _ in 0.1 * cos(3 * angles[i]) },
      readouts: Matrix(rows: 200, columns: 1) { i, _ in m[i, 0] })
  }

  @Test func aCycleIsSaid() throws {
    let study = Distill(
      trials: TrialRequest(task: "perceptual-decision", trialCount: 20),
      circuit: CircuitRequest(populations: .fixed(1)), redraws: 0, replicates: 0, closures: 0, depth: .summary
    )
    let result = try study.run(on: Subject(turningNetwork(), alpha: 0.2))
    let rest = try #require(result.portraits.first)
    #expect(result.portraits.count == 1 && rest.input == [0] && rest.inputText == "no input")
    let cycle = try #require(rest.manifold.cycles.first)
    // The network turns as its circuit does, at ω = b/a, and not with its radius.
    #expect(cycle.stable && abs(cycle.period - 2 * Double.pi * 1.5 / 0.8) < 0.05 * cycle.period)
    #expect(rest.manifold.fixedPoints.map(\.stable) == [false])
    #expect(rest.circuit.cycles.count == 1)
    #expect(
      result.verdict.contains { $0.contains("an unstable one, and a stable limit cycle of period") },
      "\(result.verdict)")
    let text = try StudyJSON.text(result)
    #expect(text.contains("\"portraits\"") && text.contains("\"cycles\""))
    #expect(try StudyJSON.text(StudyJSON.read(DistillationResult.self, from: text)) == text)
  }
}
