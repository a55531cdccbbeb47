// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Testing

/// `kappa course`: its page and its document. Few updates: whether networks learn is for other tests.
@Suite struct CourseTests {
  private let small = ["course", "--units", "24", "--updates", "45", "--networks", "2", "--seed", "7"]

  @Test func thePageAndTheDocumentAnswerInOrder() throws {
    let folder = try ScratchFolder()
    let path = folder.file("course")
    let outcome = try kappa(small + ["-o", path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let data = try Data(contentsOf: URL(fileURLWithPath: path + "/course.json"))
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(document["format"] as? String == "kappa-course")
    let sections = try #require(document["sections"] as? [[String: Any]])
    let names = sections.compactMap { $0["name"] as? String }
    #expect(
      names == [
        "1-data", "2-training", "3-connectivity", "4-gaussian", "5-projection", "6-circuit", "7-fixed-points",
        "8-integrator", "9a-data", "9b-training", "10-connectivity", "11-gaussian", "12-projection",
        "13a-circuit",
        "13b-fixed-points", "14a-time-scales", "14b-rank-one", "15-readouts", "16-presets", "17-slips",
      ])
    func values(_ name: String) throws -> [String: Any] {
      try #require(sections.first { $0["name"] as? String == name }?["values"] as? [String: Any])
    }
    let training = try values("2-training")
    #expect((training["losses"] as? [Double])?.count == 15)
    #expect((training["networks"] as? [Any])?.count == 2)
    #expect(try values("9b-training")["rank"] as? Int == 2)
    let projection = try values("5-projection")
    #expect(abs(try #require(projection["activationsInsideSpan"] as? Double) - 1) < 1e-12)
    #expect(abs(try #require((try values("16-presets"))["saddleNode"] as? Double) - 0.0396) < 1e-3)
    let slips = try values("17-slips")
    let normalisation = try #require(slips["normalisation"] as? [String: Any])
    #expect(abs(try #require(normalisation["pitchforkWithSlip"] as? Double) - 2.5066) < 1e-3)
    #expect((normalisation["stableKappa"] as? [Double])?.count == 2)
    #expect((normalisation["stableKappaWithSlip"] as? [Double])?.count == 1)
    let page = try String(contentsOfFile: path + "/course.html", encoding: .utf8)
    for section in sections {
      let title = try #require(section["question"] as? String)
      #expect(
        page.contains(title.replacingOccurrences(of: "'", with: "&#39;")) || page.contains(title), "\(title)")
    }
    // Numbers for people: nothing that is only rounding, and no more digits than say something.
    let visible = withoutPictures(page)
    for text in [visible, outcome.output] {
      #expect(!text.contains(/[0-9]e-(1[0-9]|[2-9][0-9])(?![0-9]*\u{A0}%)/), "a number that stands for zero")
      #expect(!text.contains(/[0-9]\.[0-9]{7,}/), "more digits than anybody reads")
      #expect(!text.contains(/\bnan\b/))
    }
    // What decides without σ_nI is told by this run's own numbers.
    for (name, rank) in [("3-connectivity", 1), ("10-connectivity", 2)] {
      let flows = try #require(try values(name)["atRest"] as? [[String: Double]])
      #expect(flows.count == rank)
      #expect(try values(name)["accuracyUndriven"] is Double)
      let mean = try #require(try values(name)["mean"] as? [Double])
      let covariance = try #require(try values(name)["covariance"] as? [[Double]])
      for r in 0..<rank {
        // Order n…, w, m…, I: the drive of v is σ_nI + n̄ Ī, the rate of κ σ_nm + n̄ m̄ - 1.
        let last = covariance.count - 1
        #expect(abs(try #require(flows[r]["driveOfMeans"]) - mean[r] * mean[last]) < 1e-12)
        #expect(
          abs(try #require(flows[r]["drive"]) - covariance[r][last] - mean[r] * mean[last]) < 1e-12)
        let m = rank + 1 + r
        #expect(abs(try #require(flows[r]["rate"]) - covariance[r][m] - mean[r] * mean[m] + 1) < 1e-12)
      }
    }
    let memory = try #require(try values("14a-time-scales")["paper"] as? [String: Any])
    #expect((memory["secondHalf"] as? [Double])?.count == 2)
    #expect(!page.contains("http://") && !page.contains("https://"))
    #expect(outcome.output.contains("17. "))
  }

  /// A page's text with its figures, styles and tags taken away.
  private func withoutPictures(_ page: String) -> String {
    page.replacing(/<svg.*?<\/svg>/.dotMatchesNewlines(), with: "")
      .replacing(/<style.*?<\/style>/.dotMatchesNewlines(), with: "")
      .replacing(/<[^>]*>/, with: " ")
  }

  /// The page's time is that of the whole run, figures included: with a gnuplot that takes a second for each of them it is
  /// longer by as many seconds.
  @Test func theTimeOnThePageCountsTheFigures() throws {
    let folder = try ScratchFolder()
    let tools = folder.file("tools")
    try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: false)
    let slow = tools + "/gnuplot"
    #expect(
      FileManager.default.createFile(
        atPath: slow, contents: Data("#!/bin/sh\nexec /bin/sleep 0.25\n".utf8),
        attributes: [.posixPermissions: 0o755]))
    let outcome = try kappa(
      ["course", "--units", "16", "--updates", "3", "--networks", "1", "-o", folder.file("a")],
      environment: ["PATH": tools])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = withoutPictures(try String(contentsOfFile: folder.file("a/course.html"), encoding: .utf8))
    let time = try #require(page.firstMatch(of: /time, figures included\s+([0-9.]+) s/)?.output.1)
    let scripts = try FileManager.default.contentsOfDirectory(atPath: folder.file("a/figures"))
      .count { $0.hasSuffix(".gp") && $0 != "style.gp" }
    #expect(scripts > 15)
    #expect(try #require(Double(time)) > 0.25 * Double(scripts))
  }

  @Test func theSameSeedGivesTheSameDocument() throws {
    let folder = try ScratchFolder()
    let options = ["course", "--units", "20", "--updates", "9", "--networks", "1", "--json"]
    // Without gnuplot, which takes most of the time: one line says what to install, and the page has no pictures.
    let alone = ["PATH": "/nonexistent"]
    let first = try kappa(options + ["-o", folder.file("a")], environment: alone)
    let second = try kappa(options + ["-o", folder.file("b")], environment: alone)
    #expect(first.errors.contains("gnuplot is not installed"), "\(first.errors)")
    let page = try String(contentsOfFile: folder.file("a/course.html"), encoding: .utf8)
    #expect(!page.contains("<svg"))
    #expect(first.status == 0 && first.output == second.output, "\(first.errors)")
    let other = try kappa(options + ["--seed", "2", "-o", folder.file("c")], environment: alone)
    #expect(other.output != first.output)
  }

  @Test func mistakesAreOneLine() throws {
    let folder = try ScratchFolder()
    for arguments in [["--units", "3"], ["--networks", "0"], ["--updates", "1"], ["--units", "1000000"]] {
      expectOneLine(
        try kappa(["course"] + arguments + ["-o", folder.file("x")]), status: 64, naming: arguments[0])
    }
    let file = try folder.network()
    expectOneLine(try kappa("course", "--updates", "3", "-o", file), status: 73, naming: "network.npz")
  }
}
