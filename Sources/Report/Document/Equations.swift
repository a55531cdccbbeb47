// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Document {
  /// Equations, in plain text for terminals and, where they are known as formulas, typeset for pages.
  public struct Equations: Sendable, Hashable {
    /// One equation.
    public struct Line: Sendable, Hashable {
      /// In plain text.
      public let text: String
      /// As MathML, in pieces between which a line may be broken; empty where there is the text only.
      let pieces: [String]

      /// A line of plain text.
      public init(_ text: String) {
        self.text = text
        pieces = []
      }

      /// A line with its formula. The pieces are markup and are written as they are, so that only this module makes
      /// them, from numbers and names of its own.
      init(_ text: String, pieces: [String]) {
        self.text = text
        self.pieces = pieces
      }
    }

    /// The equations, one a line.
    public let lines: [Line]

    /// Equations in plain text.
    public init(_ lines: [String]) { self.lines = lines.map { Line($0) } }

    /// Equations.
    public init(lines: [Line]) { self.lines = lines }
  }
}
