// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import TestSupport
import Testing

/// Trained networks of others, where they are at hand.
@Suite(.enabled(if: sharedNetworksFolder != nil, "no folder shared/networks above the package"))
struct SharedNetworksTests {
  @Test(arguments: [
    ("rdm_lr_fig2.pt", "PyTorch (legacy)", 512, 1, 1), ("romo_rank2_500.pt", "PyTorch (legacy)", 500, 2, 1),
    ("mante_lr_fig1.pt", "PyTorch (legacy)", 512, 1, 4), ("dms_rank2_500.pt", "PyTorch (zip)", 500, 2, 2),
  ])
  func reads(name: String, container: String, units: Int, rank: Int, inputs: Int) throws {
    let folder = try #require(sharedNetworksFolder)
    let imported = try NetworkFile.load("\(folder)/\(name)")
    #expect(imported.summary.container == container)
    #expect(imported.dialect == "valente")
    #expect(imported.network.unitCount == units)
    #expect(imported.network.rank == rank)
    #expect(imported.network.inputCount == inputs)
    #expect(imported.network.outputCount == 1)
    #expect(imported.alpha == 0.2)
    #expect(imported.initialState == nil)
  }
}
