// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Report
import Studies
import Synchronization
import Testing

/// The course's page and its files.
@Suite struct CourseReportTests {
  private static let report = Result {
    try CourseReport(try Course(units: 16, updates: 12, networks: 1, seed: 7).run())
  }

  @Test func thePageHoldsEveryAnswerBetweenIntroductionAndOutlook() throws {
    let report = try Self.report.get()
    let document = report.document(made: [("command", "kappa course")])
    let titles = document.sections.map(\.title)
    #expect(titles.first == "1. Introduction")
    #expect(titles.suffix(2) == ["4. Outlook", "How this was made"])
    #expect(Array(titles.dropFirst().dropLast(2)) == report.result.sections.map(\.question.text))
    // Numbers for people: nothing that is only rounding, and no more digits than say something.
    for section in document.sections {
      for block in section.blocks {
        let texts: [String] =
          switch block {
          case .paragraph(let text), .heading(let text): [text]
          case .table(let table): [table.caption] + table.rows.flatMap { $0.map(\.text) }
          case .equations(let equations): equations.lines.map(\.text)
          case .figure(let figure): [figure.caption, figure.alternative]
          case .interactive: []
          }
        for text in texts {
          #expect(!text.contains(/[0-9]e-(1[0-9]|[2-9][0-9])(?![0-9]*\u{A0}%)/), "\(section.title): \(text)")
          #expect(!text.contains(/[0-9]\.[0-9]{7,}/), "\(section.title): \(text)")
          #expect(!text.contains(/\bnan\b/), "\(section.title): \(text)")
        }
      }
    }
    #expect(Set(document.figures.map(\.name)).count == document.figures.count)
    for name in ["2.1-data", "2.3-units", "2.3-controls", "2.5-scatter", "2.7-phase", "3.7-memory"] {
      #expect(document.figures.contains { $0.name == name }, "\(name)")
    }
  }

  /// Four trials, two of either sign.
  @Test func theDataFigureShowsBothSigns() throws {
    let report = try Self.report.get()
    for name in ["2.1-data", "3.1-data"] {
      let figure = try #require(report.document().figures.first { $0.name == name })
      let script = figure.script
      #expect(script.components(separatedBy: "\nplot ").count == 5, "\(name)")
      if name == "2.1-data" {
        #expect(script.components(separatedBy: "coherence -").count == 3, "\(name)")
      }
    }
  }

  /// The time on the page is asked for when all figures are there, and files are whole.
  @Test func filesAreWritten() throws {
    let folder = NSTemporaryDirectory() + "kappa-course-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let report = try Self.report.get()
    let scripts = Mutex(0)
    let paths = try report.write(
      to: OutputFolder(folder, writing: CourseReport.files, keeping: []), command: "kappa course -o <x>",
      elapsed: {
        // They are in the hidden folder beside their place still.
        let files = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        scripts.withLock { $0 = files.count { $0.hasSuffix(".gp") && !$0.hasSuffix("/style.gp") } }
        return 12.5
      })
    #expect(paths == [folder + "/course.html", folder + "/course.json"])
    #expect(scripts.withLock { $0 } == report.document().figures.count)
    let page = try String(contentsOfFile: paths[0], encoding: .utf8)
    #expect(page.contains("12.5 s") && page.contains("kappa course -o &lt;x&gt;"))
    #expect(!page.contains("http://") && !page.contains("https://"))
    let text = try String(contentsOfFile: paths[1], encoding: .utf8)
    #expect(try text == StudyJSON.text(report.result) + "\n")
  }

  @Test func numbersAloneAreNoPage() throws {
    let text = try StudyJSON.text(try Self.report.get().result)
    let read = try StudyJSON.read(CourseResult.self, from: text)
    #expect(throws: StudyError.self) { try CourseReport(read) }
  }
}
