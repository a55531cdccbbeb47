// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import NetworkFiles
import Report
import Studies

/// course.html, course.json and the figures.
struct CourseReport {
  let sections: [CourseSection]
  let document: CourseDocument
  let arguments: [String]
  /// How long it has taken so far, in seconds; asked when the figures are drawn.
  let elapsed: () -> Double

  /// What is written, besides the figures.
  static let files = ["course.html", "course.json"]

  /// Writes everything, each file whole or not at all; the paths in the order of writing.
  func write(to folder: OutputFolder) throws -> [String] {
    try folder.create()
    let drawn = try FigureFolder(path: folder.file("figures")).write(sections.flatMap(\.figures))
    for problem in drawn.problems { Console.warn(problem) }
    let page = ReportPage(
      title: "Decision making in low-rank recurrent neural networks",
      verdict: sections.filter {
        ["2-training", "4-gaussian", "6-circuit", "9b-training", "14a-time-scales"].contains($0.name)
      }
      .map { "\($0.title): \($0.answer)." },
      sections: sections.map { section in
        ReportPage.Section(
          title: section.title, paragraphs: ["In short: \(section.answer)."] + section.paragraphs,
          lines: section.lines, tables: section.tables,
          figures: drawn.pictures.filter { picture in
            section.figures.contains { $0.name == picture.figure.name }
          })
      } + [
        ReportPage.Section(
          title: "How this was made",
          tables: [
            ReportPage.Table(
              caption: "Everything needed to make this page again.", header: ["", "value"],
              rows: [
                ["command", arguments.joined(separator: " ")], ["kappa", kappaVersion],
                ["seed", "\(document.seed)"],
                ["time, figures included", "\(text(elapsed(), digits: 3)) s"],
              ])
          ])
      ]
    ).html()
    let paths = Self.files.map(folder.file)
    try FileWriter.write(page, to: paths[0])
    try FileWriter.write(try StudyJSON.text(document) + "\n", to: paths[1])
    return paths
  }
}
