// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A place where text ends up that somebody or something reads as more than text.
public enum Sink: String, Sendable, CaseIterable {
  /// A terminal, which obeys control characters and turns the writing direction around.
  case terminal
  /// Text and attributes of an HTML page.
  case html
  /// Running text of a LaTeX document.
  case latex
  /// The inside of gnuplot's double quotes, or a comment of a gnuplot script.
  case gnuplot
  /// The inside of a Python string of any quotes, or a comment.
  case python
  /// The inside of a Julia string, or a comment.
  case julia
  /// A comment of an XPPAUT file.
  case xpp
  /// The inside of a JavaScript string of any quotes, also within an HTML page.
  case javaScript
  /// The inside of a double-quoted DOT string.
  case dot
  /// The inside of a JSON string.
  case json
}

/// Text from outside (names of files, tensors, circuits, tasks; whatever a file says), as it may be put into a sink.
///
/// Every Unicode scalar is looked at by itself. Swift's `Character` and `replacing` see grapheme clusters, in which a
/// quote that stands beside a combining mark (or behind U+0600) is no quote any more, while every other language
/// still sees one.
///
/// - Programs (Python, Julia, XPP, JavaScript, JSON) get ASCII only: what is not is written as the language's escape.
/// - Terminal, HTML, LaTeX, gnuplot and DOT keep letters of all scripts; LaTeX those that its fonts have. Control and
///   format characters (escape sequences, bidirectional overrides, line and paragraph separators) become U+FFFD.
///
/// Text that is put between quotes stays within them, and text in a comment stays on its line.
public func harmless(_ text: String, for sink: Sink) -> String {
  var result = String.UnicodeScalarView()
  result.reserveCapacity(text.unicodeScalars.count)
  var marks = 0
  for (index, scalar) in text.unicodeScalars.enumerated() {
    // A mark at the beginning would join what stands before the text; many of them cover the lines around.
    marks = scalar.isMark ? marks + 1 : 0
    if marks > 4 { continue }
    result.append(contentsOf: sink.escape(scalar, isFirst: index == 0).unicodeScalars)
  }
  return String(result)
}

extension Sink {
  /// What one scalar becomes.
  fileprivate func escape(_ scalar: Unicode.Scalar, isFirst: Bool) -> String {
    switch self {
    case .terminal: shown(scalar, isFirst: isFirst)
    case .html: htmlEscape(scalar, isFirst: isFirst)
    case .latex: latexEscape(scalar)
    case .gnuplot: gnuplotEscape(scalar, isFirst: isFirst)
    case .dot: dotEscape(scalar, isFirst: isFirst)
    case .python: pythonEscape(scalar)
    case .julia: juliaEscape(scalar)
    case .javaScript: javaScriptEscape(scalar)
    case .json: jsonEscape(scalar)
    case .xpp: scalar.isPlainASCII && !"\\#@!{}$%".unicodeScalars.contains(scalar) ? String(scalar) : "?"
    }
  }

  /// For sinks that show text to people: no control, no format character, no mark without its letter.
  private func shown(_ scalar: Unicode.Scalar, isFirst: Bool) -> String {
    // The word joiner of our own sentences has no width; the soft hyphen would be drawn by some and not by others.
    if scalar == "\u{2060}" || scalar == "\u{AD}" { return self == .html ? String(scalar) : "" }
    if scalar.isObeyed { return "\u{FFFD}" }
    if isFirst && scalar.isMark { return "\u{25CC}" + String(scalar) }
    return String(scalar)
  }

  private func htmlEscape(_ scalar: Unicode.Scalar, isFirst: Bool) -> String {
    switch scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "\"": "&quot;"
    case "'": "&#39;"
    case "`": "&#96;"
    case "\n", "\r", "\t": " "
    default: shown(scalar, isFirst: isFirst)
    }
  }

  /// What LaTeX's standard fonts lack is written as its code point.
  private func latexEscape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\\": "\\textbackslash{}"
    case "~": "\\textasciitilde{}"
    case "^": "\\textasciicircum{}"
    case "#", "$", "%", "&", "_", "{", "}": "\\" + String(scalar)
    // Other characters in the oldest of LaTeX's encodings.
    case "<": "\\textless{}"
    case ">": "\\textgreater{}"
    case "|": "\\textbar{}"
    case "κ": "$\\kappa$"
    case "\n", "\r", "\t": " "
    default: scalar.isPlainASCII ? String(scalar) : "[U+\(scalar.hex(4))]"
    }
  }

  /// Enhanced text reads `_ ^ { } @ & ~` as markup; double quotes run what stands between backquotes.
  private func gnuplotEscape(_ scalar: Unicode.Scalar, isFirst: Bool) -> String {
    switch scalar {
    case "\\": "\\\\\\\\"
    case "\"": "\\\""
    case "`": "\\140"
    case "_", "^", "{", "}", "@", "&", "~": "\\\\" + String(scalar)
    case "\n", "\r", "\t": " "
    default: shown(scalar, isFirst: isFirst)
    }
  }

  private func dotEscape(_ scalar: Unicode.Scalar, isFirst: Bool) -> String {
    switch scalar {
    case "\\": "\\\\"
    case "\"": "\\\""
    // DOT reads HTML's entities in labels.
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "\n", "\r", "\t": " "
    default: shown(scalar, isFirst: isFirst)
    }
  }

  private func pythonEscape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\\", "\"", "'": "\\" + String(scalar)
    // Braces would be fields of an f-string, percent signs those of a format: data stays out of both.
    default:
      scalar.isPlainASCII
        ? String(scalar) : scalar.value > 0xFFFF ? "\\U" + scalar.hex(8) : "\\u" + scalar.hex(4)
    }
  }

  private func juliaEscape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\\", "\"", "$", "`": "\\" + String(scalar)
    // `#=` opens a comment of many lines.
    case "=": "\\u003d"
    default:
      scalar.isPlainASCII
        ? String(scalar) : scalar.value > 0xFFFF ? "\\U" + scalar.hex(8) : "\\u" + scalar.hex(4)
    }
  }

  /// Also within a `<script>`: nothing that ends it, opens a comment or a template.
  private func javaScriptEscape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\\", "\"", "'", "`", "$", "<", ">", "&", "/": "\\u" + scalar.hex(4)
    default: scalar.isPlainASCII ? String(scalar) : scalar.utf16Escapes
    }
  }

  private func jsonEscape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"", "\\": "\\" + String(scalar)
    case "<", ">", "&": "\\u" + scalar.hex(4)
    default: scalar.isPlainASCII ? String(scalar) : scalar.utf16Escapes
    }
  }
}

extension Unicode.Scalar {
  /// Printable ASCII, the space included.
  var isPlainASCII: Bool { (0x20...0x7E).contains(value) }

  /// Whether terminals, browsers or editors do something at this scalar instead of showing it.
  var isObeyed: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
    // Hangul fillers and others that are letters by name and blank to the eye.
    default: properties.isDefaultIgnorableCodePoint
    }
  }

  /// A mark that joins the letter before it.
  var isMark: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark: true
    default: false
    }
  }

  /// The code point in hexadecimal with at least so many digits.
  fileprivate func hex(_ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// One or two `\uXXXX`.
  fileprivate var utf16Escapes: String {
    UTF16.encode(self).map { units in
      units.map { unit in
        let text = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: max(0, 4 - text.count)) + text
      }.joined()
    } ?? "\\ufffd"
  }
}

/// A JSON document without anything a terminal would obey: such scalars can only stand inside strings, where they are
/// written as escapes. The value of the document stays the same.
public func printableJSON(_ document: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in document.unicodeScalars {
    if scalar.isObeyed && scalar != "\n" && scalar != "\r" && scalar != "\t" {
      result.append(contentsOf: scalar.utf16Escapes.unicodeScalars)
    } else {
      result.append(scalar)
    }
  }
  return String(result)
}
