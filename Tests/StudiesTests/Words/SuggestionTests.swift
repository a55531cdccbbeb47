// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import Tasks
import Testing

/// Which word was meant.
@Suite struct SuggestionTests {
  private static let commands = [
    "inspect", "distill", "compare", "simulate", "gain", "train", "course", "bench",
  ]

  @Test(
    arguments: [
      ("distil", "distill"), ("compear", "compare"), ("inspcet", "inspect"), ("sim", "simulate"),
      ("GAIN", "gain"), ("trian", "train"), ("benchmark", nil), ("frobnicate", nil), ("", nil), ("xyz", nil),
    ] as [(String, String?)]) func theNearestWord(typed: String, meant: String?)
  {
    #expect(nearest(typed, among: Self.commands) == meant)
  }

  @Test func tasks() {
    let error = #expect(throws: StudyError.self) { try TaskRequest("perceptual-decison").task() }
    #expect(error?.text.hasSuffix("did you mean perceptual-decision?") == true)
    let far = #expect(throws: StudyError.self) { try TaskRequest("none-of-them-at-all").task() }
    #expect(far?.description.contains("did you mean") == false)
  }
}
