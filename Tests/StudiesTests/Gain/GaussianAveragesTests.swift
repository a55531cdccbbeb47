// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies
import Testing

/// Gaussian averages, asked in process.
@Suite struct GaussianAveragesTests {
  @Test func knownValues() throws {
    let rows = try GaussianAverages(deviations: [0.5, 1, 1e6]).run().rows
    #expect(rows.count == 3)
    // ⟨tanh'⟩ at μ = 0, by an independent quadrature of 40 digits.
    for (row, reference) in zip(rows, [0.826483856567628149, 0.605705509602158826]) {
      #expect(abs(row.gain / reference - 1) < 1e-13)
    }
  }

  @Test func oneDeviationGoesWithEveryMean() throws {
    let rows = try GaussianAverages(deviations: [1], means: [-1, 0, 1]).run().rows
    #expect(rows.map(\.mean) == [-1, 0, 1] && rows.map(\.delta) == [1, 1, 1])
    #expect(abs(rows[0].rate + rows[2].rate) < 1e-15, "tanh is odd")
  }

  @Test(arguments: [
    GaussianAverages(deviations: []), GaussianAverages(deviations: [-1]),
    GaussianAverages(deviations: [.nan]),
    GaussianAverages(deviations: [1], means: [.infinity]), GaussianAverages(deviations: [1e101]),
    GaussianAverages(deviations: [1, 2], means: [1, 2, 3]),
  ]) func nonsenseIsRefused(_ study: GaussianAverages) {
    let error = #expect(throws: StudyError.self) { try study.run() }
    #expect(error?.kind == .usage)
  }

  @Test func requestsSurviveJSON() throws {
    let study = GaussianAverages(deviations: [1], transfer: .relu, rule: .hermite(32))
    #expect(try StudyJSON.read(GaussianAverages.self, from: StudyJSON.text(study)) == study)
  }
}
