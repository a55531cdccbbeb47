// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Report

extension Console {
  /// A document on stdout.
  static func print(_ document: Document) { Swift.print(renderer.text(document), terminator: "") }

  /// A section on stdout.
  static func print(_ section: Document.Section) { for line in renderer.lines(section) { print(line) } }

  /// A table on stdout, and an empty line.
  static func print(_ table: Document.Table) { for line in renderer.lines(table) + [""] { print(line) } }
}
