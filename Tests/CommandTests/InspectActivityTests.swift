// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Testing

/// `kappa inspect --task`: what the activity fills.
@Suite struct InspectActivityTests {
  @Test func theSpanHoldsAllOfXAndTheJSONKeepsItsKeys() throws {
    let folder = try ScratchFolder()
    let network = try folder.network(rank: 2)
    let plain = try kappa("inspect", network, "--json").object()
    #expect(plain["activity"] == nil && plain["units"] as? Int == 60)
    let document = try kappa(
      "inspect", network, "--task", "perceptual-decision", "--trial-count", "20", "--json"
    ).object()
    #expect(document["units"] as? Int == 60)
    let activity = try #require(document["activity"] as? [String: Any])
    let x = try #require(activity["activations"] as? [String: Any])
    let explained = try #require(x["explained"] as? [Double])
    #expect(abs(try #require(x["insideSpan"] as? Double) - 1) < 1e-12)
    #expect(explained.count == 5 && explained == explained.sorted(by: >))
    #expect(abs(explained.prefix(3).reduce(0, +) - 1) < 1e-12)
    let ratio = try #require(x["participationRatio"] as? Double)
    #expect(ratio >= 1 && ratio <= 3)
    let shown = try kappa("inspect", network, "--task", "perceptual-decision", "--trial-count", "5")
    #expect(shown.status == 0 && shown.output.contains("participation ratio"))
  }

  @Test func aTaskThatDoesNotFitIsOneLine() throws {
    let folder = try ScratchFolder()
    expectOneLine(
      try kappa("inspect", try folder.network(), "--task", "context-dependent-decision"), status: 65,
      naming: "4 inputs")
  }
}
