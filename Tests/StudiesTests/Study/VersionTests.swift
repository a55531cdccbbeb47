// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Studies
import TestSupport
import Testing

/// One version: what `kappa --version` prints, what the changelog begins with, and what is to be cited.
@Suite struct VersionTests {
  private static func line(of file: String, beginningWith start: String) throws -> String {
    let text = try String(contentsOfFile: fixturesFolder + "/../../" + file, encoding: .utf8)
    return try String(#require(text.split(separator: "\n").first { $0.hasPrefix(start) }))
  }

  @Test func changelogBeginsWithIt() throws {
    let words = try Self.line(of: "CHANGELOG.md", beginningWith: "## ").split(separator: " ")
    #expect(words[1] == kappaVersion)
  }

  @Test func citationNamesIt() throws {
    #expect(try Self.line(of: "CITATION.cff", beginningWith: "version: ") == "version: \(kappaVersion)")
  }
}
