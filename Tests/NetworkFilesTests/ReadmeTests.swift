// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// The Swift code in README.md is compiled here, to the letter.
@Suite struct ReadmeTests {
  private func snippet(_ stimulus: Stimulus) throws -> Trajectory {
    let imported = try NetworkFile.load("mine.pt")
    let circuit = try EffectiveCircuit(of: imported.network)
    let trajectory = Simulation(alpha: imported.alpha).run(circuit, under: stimulus)
    return trajectory
  }

  @Test func theSnippetIsTheOneThatIsCompiled() throws {
    let readme = try String(
      contentsOfFile: networksFolder.dropLast("Networks".count) + "README.md", encoding: .utf8)
    let blocks = readme.components(separatedBy: "```swift\n").dropFirst().map {
      $0.components(separatedBy: "\n```")[0]
    }
    try #require(blocks.count == 1, "one snippet, which stands above")
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    for line in blocks[0].split(separator: "\n") {
      #expect(source.contains(line), "compiled nowhere: \(line)")
    }
    // There is no such file, and that is what is said of it.
    let error = #expect(throws: FileError.self) {
      try snippet(Stimulus(trials: 1, steps: 1, channels: 1))
    }
    #expect(error?.description.contains("mine.pt") == true)
  }
}
