// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Report
import Studies

extension Console {
  /// A document on stdout.
  static func print(_ document: Document) { Swift.print(renderer.text(document), terminator: "") }

  /// A section on stdout.
  static func print(_ section: Document.Section) { for line in renderer.lines(section) { print(line) } }

  /// A table on stdout, and an empty line.
  static func print(_ table: Document.Table) { for line in renderer.lines(table) + [""] { print(line) } }
}

extension OutputFolder {
  /// Draws figures into the folder itself, and says on stderr what could not be drawn.
  func draw(_ figures: [Figure]) throws(StudyError) {
    let problems = try fill(figures: "") { try FigureFolder(path: $0).write(figures).problems }
    for problem in problems { Console.warn(problem) }
  }
}
