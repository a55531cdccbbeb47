// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A figure as gnuplot sees it: a script and the data it draws, both kept beside the picture so that anybody can
/// restyle it.
public struct Figure: Sendable {
  /// Name of its files, without an extension.
  public let name: String
  /// What stands under it.
  public let caption: String
  /// What it shows, for those who cannot see it.
  public let alternative: String
  /// Data files: what follows `name` and a dot, and the text.
  public let data: [(suffix: String, text: String)]
  /// The gnuplot commands after the common style is loaded.
  public let script: String
  /// Size in CSS pixels.
  public let size: (width: Int, height: Int)

  /// A figure from its parts.
  public init(
    name: String, caption: String, alternative: String, data: [(suffix: String, text: String)],
    script: String,
    size: (width: Int, height: Int)
  ) {
    self.name = name
    self.caption = caption
    self.alternative = alternative
    self.data = data
    self.script = script
    self.size = size
  }
}

/// Data for gnuplot: a line that names the columns, rows of numbers, a blank line between curves.
struct FigureData {
  private(set) var text: String
  /// Length of the line that names the columns, in bytes.
  private let headSize: Int

  /// Data of some columns: what is in each, with its unit where it has one. Where `index` tells data sets apart, the
  /// last name says what of.
  init(_ columns: [String]) {
    text = "# " + columns.map { harmless($0, for: .gnuplot) }.joined(separator: "\t") + "\n"
    headSize = text.utf8.count
  }

  /// Data of some columns.
  init(_ columns: String...) { self.init(columns) }

  /// One row.
  mutating func row(_ values: Double...) { row(values) }

  /// One row.
  mutating func row(_ values: [Double]) {
    text += values.map { $0.isFinite ? "\($0)" : "NaN" }.joined(separator: " ") + "\n"
  }

  /// Ends a curve. Two blank lines would end the data set, so that a second gap does nothing.
  mutating func gap() { if text.utf8.count > headSize, !text.hasSuffix("\n\n") { text += "\n" } }

  /// Ends a data set, gnuplot's `index`.
  mutating func nextIndex() { while !text.hasSuffix("\n\n\n") { text += "\n" } }
}

/// Text in gnuplot's double quotes, where nothing in it is a command, a quote or markup.
func quoted(_ text: String) -> String { "\"" + harmless(text, for: .gnuplot) + "\"" }

/// A label of a tic in gnuplot's double quotes: gnuplot takes those for formats.
func quotedTick(_ text: String) -> String {
  let doubled = harmless(text, for: .gnuplot).unicodeScalars.flatMap { $0 == "%" ? [$0, $0] : [$0] }
  return "\"" + String(String.UnicodeScalarView(doubled)) + "\""
}
