// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Testing

/// `kappa course` as a program: what it prints, what it writes, and its exit codes. Its answers are tested in process.
@Suite struct CourseTests {
  @Test func itPrintsItsAnswersAndWritesItsFiles() throws {
    let folder = try ScratchFolder()
    let path = folder.file("course")
    // Without gnuplot, which takes most of the time: one line says what to install, and the page has no pictures.
    let outcome = try kappa(
      ["course", "--units", "16", "--updates", "9", "--networks", "1", "-o", path],
      environment: ["PATH": "/nonexistent"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("gnuplot is not installed"), "\(outcome.errors)")
    #expect(outcome.output.contains("2.1. ") && outcome.output.contains("3.7. "))
    let data = try Data(contentsOf: URL(fileURLWithPath: path + "/course.json"))
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(document["format"] as? String == "kappa-course")
    let page = try String(contentsOfFile: path + "/course.html", encoding: .utf8)
    #expect(!page.contains("<svg"))
  }

  @Test func theDocumentOnStdoutIsTheFile() throws {
    let folder = try ScratchFolder()
    let path = folder.file("a")
    let outcome = try kappa(
      ["course", "--units", "16", "--updates", "3", "--networks", "1", "--json", "-o", path],
      environment: ["PATH": "/nonexistent"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == (try String(contentsOfFile: path + "/course.json", encoding: .utf8)))
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
