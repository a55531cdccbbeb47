// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import TestSupport
import Testing

/// Distillation of a dense J by a network that is fitted to its activity.
@Suite struct FitDistillTests {
  /// A network of rank 1, given as a whole matrix.
  private func dense() throws -> Network {
    let network = try randomNetwork(units: 40, rank: 1, inputs: 1, outputs: 1, seed: 31)
    let j = Matrix(rows: 40, columns: 40) { network.m[$0, 0] * network.n[$1, 0] / 40 }
    // The vectors beside J are of no use, as those of a cut may be.
    return try Network(
      m: Matrix(rows: 40, columns: 1) { row, _ in row == 0 ? 1 : 0 },
      n: Matrix(rows: 40, columns: 1) { row, _ in row == 1 ? 1 : 0 }, inputs: network.inputs,
      readouts: network.readouts, denseConnectivity: j)
  }

  private func distilled(_ fit: Fit.Rank?) throws -> DistillationResult {
    try Distill(
      trials: TrialRequest(task: "perceptual-decision", trialCount: 20),
      circuit: CircuitRequest(populations: .fixed(1)), redraws: 0, replicates: 0, depth: .summary, fit: fit
    ).run(on: Subject(try dense(), alpha: 0.2))
  }

  @Test func theFitStandsInForJ() throws {
    let result = try distilled(.fixed(1))
    let budget = try #require(result.findings?.budget)
    let stage = try #require(budget.stage(.truncation))
    #expect(stage.name == "fitted network of rank 1")
    // Noise-free activity of rank 1: the fit gives it to rounding in single precision.
    #expect(stage.comparison.totalRelativeError < 1e-3)
    #expect(result.remarks.contains { $0.code == .fitted })
    #expect(!result.remarks.contains { $0.code == .fitOffered })
  }

  @Test func aCutIsOfferedTheFit() throws {
    let result = try distilled(nil)
    #expect(result.remarks.contains { $0.code == .fitOffered })
    let stage = try #require(result.findings?.budget.stage(.truncation))
    #expect(stage.name == "rank 1 instead of J")
  }
}
