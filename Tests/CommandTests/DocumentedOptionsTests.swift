// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import TestSupport
import Testing

/// Every option of every subcommand stands in the documentation, not in `--help` alone.
@Suite struct DocumentedOptionsTests {
  private let articles = networksFolder.dropLast("Networks".count) + "Sources/LowRank/LowRank.docc/"

  private func names(in text: String) -> Set<String> {
    Set(text.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
  }

  @Test func everyOptionIsDocumented() throws {
    let overview = try kappa("--help").output
    let commands = overview.matches(of: /\n  ([a-z][a-z-]+) +\S/).map { String($0.output.1) }
    try #require(commands.count >= 18, "\(commands)")
    var shared: Set<String> = ["--help", "--version"]
    for article in ["YourOwnNetwork", "Options"] {
      shared.formUnion(
        names(in: try String(contentsOfFile: articles + "Articles/\(article).md", encoding: .utf8)))
    }
    for command in commands where command != "help" {
      let page =
        (try? String(contentsOfFile: articles + "Commands/kappa-\(command).md", encoding: .utf8)) ?? ""
      let missing = names(in: try kappa("help", command).output).subtracting(shared).subtracting(
        names(in: page))
      #expect(missing.isEmpty, "\(command): \(missing.sorted())")
    }
  }
}
