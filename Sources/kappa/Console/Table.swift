// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Report

/// A table of aligned columns of text: the first left-aligned, the others right-aligned.
struct Table {
  private var table: Document.Table

  /// A table with a header.
  init(_ header: [String]) { table = Document.Table(header: header) }

  /// Adds a row of as many cells as the header has.
  mutating func add(_ cells: [String]) { table.add(cells.map { .text($0) }) }

  /// The lines of the table; the header is dimmed on a terminal.
  var lines: [String] { Console.renderer.lines(table) }

  /// Prints the table on stdout.
  func print() { for line in lines { Console.print(line) } }
}
