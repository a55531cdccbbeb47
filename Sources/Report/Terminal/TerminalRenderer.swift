// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Shows documents, tables and sentences on a terminal: aligned by display columns, wrapped, and without anything in
/// them that a terminal would obey. Returns text; whoever calls prints it.
public struct TerminalRenderer: Sendable {
  /// Columns of a line of sentences.
  public let width: Int
  /// Whether headings are bold, and heads of tables dim.
  public let colours: Bool
  /// The most columns that words in a table take; longer ones lose their middle.
  public static let widestCell = 72

  /// A renderer.
  public init(width: Int = 96, colours: Bool = false) {
    self.width = max(width, 20)
    self.colours = colours
  }

  /// The whole document, ending in a newline.
  public func text(_ document: Document) -> String {
    var lines: [String] = []
    if !document.title.isEmpty { lines.append(styled(safe(document.title), .bold)) }
    if !document.verdict.isEmpty {
      lines += heading("Verdict")
      for sentence in document.verdict { lines += paragraph(sentence) }
    }
    for block in document.opening { lines += self.lines(block) }
    for section in document.sections { lines += self.lines(section) }
    return lines.map { $0 + "\n" }.joined()
  }

  /// A section: a blank line, its heading, its blocks.
  public func lines(_ section: Document.Section) -> [String] {
    (section.title.isEmpty ? [] : heading(section.title)) + section.blocks.flatMap(lines)
  }

  /// A block.
  public func lines(_ block: Document.Block) -> [String] {
    switch block {
    case .paragraph(let text): paragraph(text)
    case .heading(let text): ["  " + styled(safe(text), .bold)]
    case .table(let table): lines(table)
    case .equations(let equations): equations.lines.flatMap { paragraph($0.text, hanging: 5) }
    case .figure, .interactive: []
    }
  }

  /// A blank line and a heading.
  public func heading(_ text: String) -> [String] { ["", styled(safe(text), .bold)] }

  /// Sentences, indented by two.
  public func paragraph(_ text: String, hanging: Int = 0) -> [String] {
    wrapped(safe(text), width: width, indent: 2, hanging: hanging)
  }

  /// A table: its caption, its head, its rows; the first column to the left, the others to the right.
  public func lines(_ table: Document.Table) -> [String] {
    let hasHead = table.columns.contains { !$0.title.isEmpty }
    let cells =
      (hasHead ? [table.columns.map { cell($0.title) }] : []) + table.rows.map { $0.map { cell($0.text) } }
    let widths = table.columns.indices.map { column in
      cells.map { displayWidth($0[column]) }.max() ?? 0
    }
    let lines = cells.enumerated().map { index, row in
      let padded = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - displayWidth(cell))
        return column == 0 ? cell + padding : padding + cell
      }
      var line = ("  " + padded.joined(separator: "  ")).unicodeScalars
      while line.last == " " { line.removeLast() }
      return hasHead && index == 0 ? styled(String(line), .dim) : String(line)
    }
    return (table.caption.isEmpty ? [] : paragraph(table.caption)) + lines
  }

  /// Text from anywhere, without what a terminal would obey.
  public func safe(_ text: String) -> String { harmless(text, for: .terminal) }

  private func cell(_ text: String) -> String { shortened(safe(text), to: Self.widestCell) }

  /// ANSI styles.
  private enum Style: String {
    case bold = "1"
    case dim = "2"
  }

  private func styled(_ text: String, _ style: Style) -> String {
    colours ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}
