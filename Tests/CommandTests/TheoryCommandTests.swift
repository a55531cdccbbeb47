// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import TestSupport
import Testing

/// `kappa make`, `kappa bulk`, `kappa reproduce`, and graphs of attractors, as a shell sees them.
@Suite struct TheoryCommandTests {
  @Test func makeThenBulk() throws {
    let folder = try ScratchFolder()
    let path = folder.file("decision.json")
    let made = try kappa("make", "decision", "--set", "recurrence=2", "-o", path)
    #expect(made.status == 0 && made.output.contains("⟨φ'⟩(κ*)"), "\(made.errors)")
    let bulk = try kappa("bulk", path, "--gain", "1.2", "--json").object()
    #expect(bulk["phase"] as? String == "structured-stationary" && bulk["chaos"] is NSNull)
    let states = try #require(bulk["states"] as? [[String: Any]])
    #expect(states.count { $0["stable"] as? Bool == true } == 2)
    #expect(states.allSatisfy { $0["kappa"] is [Double] && $0["delta"] is Double && $0["radius"] is Double })
    let text = try kappa("bulk", path, "--gain", "1.2")
    #expect(text.status == 0 && text.output.contains("no closed system of equations"))
  }

  /// The bulk of a network's own full J is found; that its m and n lean on it is said.
  @Test func ownBulk() throws {
    let folder = try ScratchFolder()
    let path = folder.file("bulk.npz")
    #expect(try kappa("make", "bulk", "--set", "gain=0.5", "--units", "300", "-o", path).status == 0)
    let run = try kappa("bulk", path, "--json")
    #expect(run.errors.contains("lean on χ"), "\(run.errors)")
    let gain = try #require(try run.object()["gain"] as? Double)
    #expect(abs(gain - 0.5) < 0.05, "\(gain)")
  }

  @Test func mistakes() throws {
    let folder = try ScratchFolder()
    let path = folder.file("out.json")
    for arguments in [
      ["make", "ring", "-o", folder.file("out.txt")], ["make", "ring", "--set", "turn=1", "-o", path],
      ["make", "ring", "--set", "strength", "-o", path], ["make", "rong", "-o", path],
      ["reproduce", "nobody-1900"],
    ] {
      let run = try kappa(arguments)
      #expect(run.status == 64 && run.errors.hasPrefix("error: "), "\(arguments): \(run.errors)")
    }
  }

  @Test func reproduceOnePaper() throws {
    let folder = try ScratchFolder()
    let run = try kappa("reproduce", "hopfield-1982", "-o", folder.file("page"))
    #expect(run.status == 0 && run.output.contains("agrees"), "\(run.errors)")
    #expect(FileManager.default.fileExists(atPath: folder.file("page/reproduced.html")))
  }

  @Test func graphs() throws {
    let folder = try ScratchFolder()
    let path = folder.file("decision.json")
    #expect(try kappa("make", "decision", "-o", path).status == 0)
    for (name, word) in [("a.dot", "digraph attractors {"), ("a.graphml", "<graphml")] {
      let run = try kappa("fixed-points", path, "--task", "perceptual-decision", "--graph", folder.file(name))
      #expect(run.status == 0, "\(run.errors)")
      let text = try String(contentsOfFile: folder.file(name), encoding: .utf8)
      #expect(text.contains(word) && text.contains("κ = (") || text.contains("key=\"kappa\""), "\(text)")
    }
    let alone = try kappa("fixed-points", path, "--graph", folder.file("a.dot"))
    #expect(alone.status == 64 && alone.errors.contains("--task"), "\(alone.errors)")
  }
}
