// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A report as a value: what it says, not how it looks. `TerminalRenderer` and `HTMLRenderer` show it.
///
///     let document = Document(
///       title: "κ-equations of net.npz", verdict: ["One Gaussian population follows z to 5.96 %."],
///       sections: [.init("Outputs", [.table(errors), .paragraph("Relative to the RMS of the network's z.")])])
///     print(TerminalRenderer(colours: false).text(document))
///
/// All of its text is plain: markup in it is shown as it is written.
public struct Document: Sendable {
  /// What it is about; one line.
  public var title: String
  /// What was found: a sentence each, three at most where a person is to read them at a glance.
  public var verdict: [String]
  /// What a page shows on its first screen beside the verdict: a picture, the equations, a table.
  public var opening: [Block]
  /// Warnings and notes that the same run gives on the console.
  public var remarks: [String]
  /// The rest, in order.
  public var sections: [Section]

  /// A document from its parts.
  public init(
    title: String, verdict: [String] = [], opening: [Block] = [], remarks: [String] = [],
    sections: [Section] = []
  ) {
    self.title = title
    self.verdict = verdict
    self.opening = opening
    self.remarks = remarks
    self.sections = sections
  }

  /// A part of a document under a heading.
  public struct Section: Sendable {
    /// The heading.
    public var title: String
    /// Whether a page shows its heading only, until a reader unfolds it.
    public var isFolded: Bool
    /// What it says, in order.
    public var blocks: [Block]

    /// A section from its parts.
    public init(_ title: String, _ blocks: [Block] = [], isFolded: Bool = false) {
      self.title = title
      self.blocks = blocks
      self.isFolded = isFolded
    }
  }

  /// One piece of a section.
  public enum Block: Sendable {
    /// Sentences.
    case paragraph(String)
    /// A heading within the section.
    case heading(String)
    /// A table.
    case table(Table)
    /// Equations.
    case equations(Equations)
    /// A figure; a terminal leaves it out.
    case figure(Figure)
    /// A page within the page, for readers who want to try things out; a terminal leaves it out.
    case interactive(Interactive)
  }

  /// A self-contained page that runs within another one. It can neither load anything nor reach the page around it.
  public struct Interactive: Sendable {
    /// What it is, for those who cannot see it.
    public var title: String
    /// The whole page, as HTML.
    public var html: String
    /// Its height in CSS pixels.
    public var height: Int

    /// A page to be put into another one.
    public init(title: String, html: String, height: Int = 900) {
      self.title = title
      self.html = html
      self.height = height
    }
  }

  /// All figures, in the order in which they stand; each name once.
  public var figures: [Figure] {
    var names: Set<String> = []
    return (opening + sections.flatMap(\.blocks)).compactMap { block in
      if case .figure(let figure) = block, names.insert(figure.name).inserted { figure } else { nil }
    }
  }
}
