import Mustache

/// A self-contained HTML page: plain tables and text put into one template. Nothing is loaded from anywhere.
public struct ReportPage: Sendable {
  /// A table with a caption.
  public struct Table: Sendable {
    /// What it shows.
    public let caption: String
    /// The cells of its first row.
    public let header: [String]
    /// The other rows, as long as the header.
    public let rows: [[String]]

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

  /// Title of the page.
  public let title: String
  /// What was found, in a few sentences; stands first.
  public let verdict: [String]
  /// The rest, in order.
  public let sections: [Section]

  /// A page from its parts.
  public init(title: String, verdict: [String], sections: [Section]) {
    self.title = title
    self.verdict = verdict
    self.sections = sections
  }

  /// The page as HTML. All text is escaped.
  public func html() throws -> String {
    let template = try MustacheTemplate(
      string: String(decoding: PackageResources.report_html, as: UTF8.self))
    return template.render([
      "title": title,
      "verdict": verdict,
      "sections": sections.enumerated().map { index, section -> [String: Any] in
        [
          "title": section.title, "id": "section-\(index + 1)", "paragraphs": section.paragraphs,
          "figures": section.figures.map { ["svg": $0.svg, "caption": $0.figure.caption] },
          "hasLines": !section.lines.isEmpty, "lines": section.lines,
          "tables": section.tables.map { table -> [String: Any] in
            [
              "caption": table.caption, "header": table.header,
              // Tables of many columns are set smaller, so that they need no scrolling on a wide page.
              "isWide": table.header.count > 6,
              "rows": table.rows.map { row -> [String: Any] in
                ["head": row.first ?? "", "cells": Array(row.dropFirst())]
              },
            ]
          },
        ]
      },
    ])
  }
}
