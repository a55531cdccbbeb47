// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// ePAIRS as Dubreuil, Valente et al. (2022) compute it.
@Suite struct PairAlignmentTests {
  /// Units along three axes: every one has neighbours in its own direction, and the effect is the null's median over its
  /// SD. With D = 3 and many units of the null, angles are small: only the sign and the p values are sure.
  @Test func clusteredDirectionsAreFound() throws {
    var stream = RandomStream(seed: 5, stream: 9)
    // In pairs ±x, so that centring changes nothing.
    let half = Matrix(rows: 45, columns: 3) { i, j in
      (i % 3 == j ? 2 * stream.normal() : 0) + 1e-7 * stream.normal()
    }
    let rows = Matrix(rows: 90, columns: 3) { i, j in i < 45 ? half[i, j] : -half[i - 45, j] }
    let result = try PairAlignment(rows, simulations: 99, seed: 5)
    #expect(result.medianAngle < 1e-4 && result.effectSize > 1, "effect \(result.effectSize), seed 5")
    #expect(result.simulatedPValue == 0.02 && result.pValue < 1e-10, "seed 5")
  }

  /// Neither the coordinates nor the centre nor the number of threads matter.
  @Test func turnsAndScalesDoNotMatter() throws {
    var stream = RandomStream(seed: 6, stream: 9)
    let rows = Matrix(rows: 60, columns: 2) { _, _ in stream.normal() }
    let turned = Matrix(rows: 60, columns: 2) { i, j in
      j == 0 ? 5 * rows[i, 0] - rows[i, 1] + 7 : rows[i, 0] + 3 * rows[i, 1]
    }
    let (a, b) = (
      try PairAlignment(rows, simulations: 5, seed: 6, threads: 1),
      try PairAlignment(turned, simulations: 5, seed: 6, threads: 3)
    )
    #expect(abs(a.effectSize - b.effectSize) < 1e-9 && abs(a.medianAngle - b.medianAngle) < 1e-9)
  }

  /// Ranks 1, 2, 3 of seven: W = 6, z = (6 - 12)/√8, p = erfc(3/2). Ties have mean ranks.
  @Test func rankSumByHand() {
    #expect(abs(rankSumPValue([1, 2, 3], [4, 5, 6, 7]) - 0.033894853524689274) < 1e-15)
    #expect(abs(rankSumPValue([1, 2, 3], [4, 5, 6, 7]) - rankSumPValue([7, 6, 5], [1, 2, 3, 4])) < 1e-15)
    #expect(rankSumPValue([1, 1], [1, 1, 1]) == 1)
  }

  /// Effect sizes that the authors' own code gives for their networks, on (I, n, m) without w; it draws its clouds anew
  /// each time, which moves them by .01.
  @Test(
    .enabled(if: sharedNetworksFolder != nil, "no folder shared/networks beside a folder above"),
    arguments: [
      ("rdm_lr_fig2", 0.13), ("romo_rank2_500", 0.13), ("mante_lr_fig1", 1.88), ("dms_rank2_500", 0.46),
    ])
  func effectsOfPublishedNetworks(name: String, published: Double) throws {
    let folder = try #require(sharedNetworksFolder)
    let network = try NetworkFile.load("\(folder)/\(name).pt").network
    let seed: UInt64 = 1
    let result = try PairAlignment(network.directionLoadings().rows, simulations: 100, seed: seed)
    #expect(abs(result.effectSize - published) < 0.03, "\(name): \(result.effectSize), seed \(seed)")
  }
}
