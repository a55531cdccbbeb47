// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A page of plain tables and text: a thin front of `Document` and `HTMLRenderer`.
public struct ReportPage: Sendable {
  /// A table with a caption.
  public struct Table: Sendable {
    /// What it shows.
    public let caption: String
    /// The cells of its first row.
    public let header: [String]
    /// The other rows, as long as the header.
    public let rows: [[String]]

    /// The same as a table of a document.
    public var document: Document.Table {
      Document.Table(caption: caption, header: header, rows: rows.map { $0.map { .text($0) } })
    }

    /// The texts of a document's table.
    public init(_ table: Document.Table) {
      self.init(
        caption: table.caption, header: table.columns.map(\.title), rows: table.rows.map { $0.map(\.text) })
    }

    /// A table from its cells.
    public init(caption: String, header: [String], rows: [[String]]) {
      self.caption = caption
      self.header = header
      self.rows = rows
    }
  }

  /// A part of the page under a heading.
  public struct Section: Sendable {
    /// The heading.
    public let title: String
    /// Paragraphs above the rest.
    public let paragraphs: [String]
    /// Lines set in a fixed-width face, such as equations.
    public let lines: [String]
    /// Tables.
    public let tables: [Table]
    /// Pictures, below the tables.
    public let figures: [FigureFolder.Picture]

    /// A section from its parts.
    public init(
      title: String, paragraphs: [String] = [], lines: [String] = [], tables: [Table] = [],
      figures: [FigureFolder.Picture] = []
    ) {
      self.title = title
      self.paragraphs = paragraphs
      self.lines = lines
      self.tables = tables
      self.figures = figures
    }
  }

  /// The document.
  public let document: Document
  private let pictures: [FigureFolder.Picture]

  /// A page from its parts.
  public init(title: String, verdict: [String], sections: [Section]) {
    document = Document(
      title: title, verdict: verdict,
      sections: sections.map { section in
        Document.Section(
          section.title,
          section.paragraphs.map { .paragraph($0) }
            + (section.lines.isEmpty ? [] : [.equations(Document.Equations(section.lines))])
            + section.tables.map { .table($0.document) }
            + section.figures.map { .figure($0.figure) })
      })
    pictures = sections.flatMap(\.figures)
  }

  /// The page as HTML. All text is escaped.
  public func html() -> String { HTMLRenderer(pictures: pictures, folder: "figures").page(document) }
}
