// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Report
import Studies
import Testing

/// The published numbers come out, and the page says so.
@Suite struct ReproductionTests {
  @Test(arguments: Reproduction.Paper.allCases) func agrees(paper: Reproduction.Paper) throws {
    let result = try Reproduction(papers: [paper]).run()
    let found = try #require(result.papers.first)
    #expect(!found.lines.isEmpty || !found.explanations.isEmpty)
    for line in found.lines {
      #expect(
        line.agrees,
        "\(line.quantity): \(line.published) published, \(line.ours) here, within \(line.tolerance)")
    }
    #expect(result.document.sections.count == 1)
    #expect(result.document.figures.count == found.pictures.count)
    let again = try StudyJSON.read(ReproductionResult.self, from: StudyJSON.text(result))
    #expect(again == result)
  }

  @Test func nothingIsRefused() {
    #expect(throws: StudyError.self) { try Reproduction(papers: []).run() }
  }
}
