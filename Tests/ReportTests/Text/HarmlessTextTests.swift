// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Report
import TestSupport
import Testing

/// Text from outside, in every sink: looked at scalar by scalar here, and read by the languages themselves.
@Suite struct HarmlessTextTests {
  /// Nothing that ends a line, turns it around or is a command of a terminal.
  @Test(arguments: Sink.allCases) func staysOnItsLine(sink: Sink) {
    for name in HostileNames.all {
      for scalar in harmless(name, for: sink).unicodeScalars {
        let category = scalar.properties.generalCategory
        let isJoiner = sink == .html && (scalar == "\u{2060}" || scalar == "\u{AD}")
        #expect(
          isJoiner
            || ![
              Unicode.GeneralCategory.control, .format, .lineSeparator, .paragraphSeparator, .privateUse,
              .unassigned,
            ].contains(category), "\(sink): U+\(String(scalar.value, radix: 16)) of \(name.debugDescription)")
      }
    }
  }

  @Test(arguments: [Sink.python, .julia, .xpp, .javaScript, .json, .latex]) func programsGetASCII(sink: Sink)
  {
    for name in HostileNames.all { #expect(harmless(name, for: sink).utf8.allSatisfy { $0 < 0x80 }) }
  }

  /// What people read stays what it was.
  @Test func plainNamesAreUnchanged() {
    for sink in Sink.allCases { #expect(harmless("net 2.npz (copy)", for: sink) == "net 2.npz (copy)") }
    for sink in [Sink.terminal, .html, .gnuplot, .dot] {
      #expect(harmless("κ-équations 中文 🧠", for: sink) == "κ-équations 中文 🧠")
    }
  }

  /// A long heap of marks is cut, and a mark at the beginning does not join what stands before it.
  @Test func marksStayWithTheirText() {
    let heap = "a" + String(repeating: "\u{301}", count: 60) + "b"
    #expect(harmless(heap, for: .terminal).unicodeScalars.count == 6)
    #expect(harmless("\u{338}x", for: .html).unicodeScalars.first == "\u{25CC}")
  }

  /// Unescaped quotes end a string: seen by the scalars, not by the grapheme clusters.
  @Test(arguments: [(Sink.gnuplot, "\""), (.python, "\"'"), (.julia, "\""), (.dot, "\""), (.json, "\"")])
  func quotesAreEscaped(sink: Sink, quotes: String) {
    for name in HostileNames.all {
      var isEscaped = false
      for scalar in harmless(name, for: sink).unicodeScalars {
        if isEscaped {
          isEscaped = false
        } else if scalar == "\\" {
          isEscaped = true
        } else {
          #expect(!quotes.unicodeScalars.contains(scalar), "\(sink): \(name.debugDescription)")
        }
      }
      #expect(
        !isEscaped, "\(sink): a backslash at the end of \(name.debugDescription) would escape the quote")
    }
  }

  @Test func markupIsText() {
    for name in HostileNames.all {
      let html = harmless(name, for: .html)
      for scalar in "<>\"'`".unicodeScalars { #expect(!html.unicodeScalars.contains(scalar)) }
      let script = harmless(name, for: .javaScript)
      for scalar in "<>\"'`$&/\n".unicodeScalars { #expect(!script.unicodeScalars.contains(scalar)) }
    }
  }

  @Test(.enabled(if: Program.isInstalled("python3"))) func pythonReadsTheNameBack() throws {
    let literals = HostileNames.all.flatMap { name -> [[String]] in
      let text = harmless(name, for: .python)
      return ["\"", "'", "\"\"\"", "'''"].map { [$0 + text + $0, hex(Self.capped(name))] }
    }
    let status = try read(
      literals,
      with: [
        "python3", "-c",
        "import ast,sys\nfor line in open('in.txt', encoding='ascii'):\n    literal, wanted = line.rstrip('\\n').split('\\t')\n    assert ast.literal_eval(literal).encode('utf-8') == bytes.fromhex(wanted), line",
      ])
    #expect(status == 0)
  }

  @Test(.enabled(if: Program.isInstalled("python3"))) func jsonAndHTMLAreReadBack() throws {
    let json = HostileNames.all.map { ["\"" + harmless($0, for: .json) + "\"", hex(Self.capped($0))] }
    let reader =
      "import json,sys\nfor line in open('in.txt', encoding='ascii'):\n    literal, wanted = line.rstrip('\\n').split('\\t')\n    assert json.loads(literal).encode('utf-8') == bytes.fromhex(wanted), line"
    #expect(try read(json, with: ["python3", "-c", reader]) == 0)
    // Seen by an HTML parser, an attribute and a text are what people are to see, and there is no element but ours.
    let html = HostileNames.all.map { name -> [String] in
      let text = harmless(name, for: .html)
      return ["<p title=\"\(text)\">\(text)</p>", hex(text)]
    }
    let parser = """
      import html.parser, html
      class P(html.parser.HTMLParser):
          def __init__(self): super().__init__(); self.tags = []; self.text = ''
          def handle_starttag(self, tag, attributes): self.tags.append((tag, attributes))
          def handle_comment(self, text): self.tags.append('comment')
          def handle_decl(self, text): self.tags.append('declaration')
          def handle_data(self, text): self.text += text
      for line in open('in.txt', encoding='utf-8', newline='\\n'):
          page, wanted = line.rstrip('\\n').split('\\t')
          p = P(); p.feed(page); p.close()
          wanted = html.unescape(bytes.fromhex(wanted).decode('utf-8'))
          assert p.tags == [('p', [('title', wanted)])] and p.text == wanted, line
      """
    #expect(try read(html, with: ["python3", "-c", parser]) == 0)
  }

  @Test(.enabled(if: Program.isInstalled("node"))) func nodeReadsTheNameBack() throws {
    let literals = HostileNames.all.flatMap { name -> [[String]] in
      let text = harmless(name, for: .javaScript)
      return ["\"", "'", "`"].map { [$0 + text + $0, hex(Self.capped(name))] }
    }
    let reader =
      "for (const line of require('fs').readFileSync('in.txt', 'ascii').trimEnd().split('\\n')) { const [l, w] = line.split('\\t'); if (Buffer.from(eval(l), 'utf8').toString('hex') !== w) { process.exit(1) } }"
    #expect(try read(literals, with: ["node", "-e", reader]) == 0)
  }

  /// gnuplot prints each of them, and runs none.
  @Test(.enabled(if: Program.isInstalled("gnuplot"))) func gnuplotRunsNothing() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let names =
      HostileNames.all + [
        "\"; system \"touch forged\"; \"", "\u{600}\"; system \"touch forged\" #", "`touch forged`",
        "\\`touch forged\\`",
        "\\\"; system \"touch forged\" #",
      ]
    var script = "set terminal svg enhanced\nset output 'out.svg'\n"
    for name in names {
      let text = harmless(name, for: .gnuplot)
      // Labels of tics are formats.
      let tick = String(
        String.UnicodeScalarView(text.unicodeScalars.flatMap { $0 == "%" ? [$0, $0] : [$0] }))
      script +=
        "# \(text)\nset title \"\(text)\"\nset xtics (\"\(tick)\" 0)\nplot [-1:1] x title \"\(text)\"\n"
    }
    try (script + "system \"touch done\"\n").write(
      toFile: folder.path + "/a.gp", atomically: true, encoding: .utf8)
    #expect(Program.run(["gnuplot", "a.gp"], in: folder.path) == 0)
    let files = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    #expect(files == ["a.gp", "out.svg", "done"], "\(files)")
  }

  @Test(.enabled(if: Program.isInstalled("dot"))) func graphvizReadsIt() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let nodes = HostileNames.all.enumerated().map { "n\($0) [label=\"\(harmless($1, for: .dot))\"];\n" }
    try "digraph {\n\(nodes.joined())}\n".write(
      toFile: folder.path + "/a.dot", atomically: true, encoding: .utf8)
    #expect(Program.run(["dot", "-Tsvg", "-o", "a.svg", "a.dot"], in: folder.path) == 0)
  }

  @Test(.enabled(if: Program.isInstalled("pdflatex"))) func latexCompiles() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let lines = HostileNames.all.map { harmless($0, for: .latex) + "\n\n" }
    try
      "\\documentclass{article}\\usepackage{textcomp}\\usepackage[T1]{fontenc}\\begin{document}\n\(lines.joined())\\end{document}\n"
      .write(
        toFile: folder.path + "/a.tex", atomically: true, encoding: .utf8)
    #expect(
      Program.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"], in: folder.path) == 0)
  }

  /// The value of a document stays the same, and a terminal shows it as it is.
  @Test func printableJSONIsTheSameDocument() throws {
    let text = String(decoding: try JSONEncoder().encode(HostileNames.all), as: UTF8.self)
    let printable = printableJSON(text)
    #expect(try JSONDecoder().decode([String].self, from: Data(printable.utf8)) == HostileNames.all)
    #expect(
      printable.unicodeScalars.allSatisfy {
        ![Unicode.GeneralCategory.control, .format, .lineSeparator].contains($0.properties.generalCategory)
      })
  }

  /// Marks beyond the fourth in a row are left out.
  private static func capped(_ name: String) -> String {
    var marks = 0
    var result = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      let isMark = [Unicode.GeneralCategory.nonspacingMark, .enclosingMark, .spacingMark].contains(
        scalar.properties.generalCategory)
      marks = isMark ? marks + 1 : 0
      if marks <= 4 { result.append(scalar) }
    }
    return String(result)
  }

  private func hex(_ text: String) -> String {
    text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Runs a program on lines of tab-separated fields in `in.txt`.
  private func read(_ lines: [[String]], with command: [String]) throws -> Int32 {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    try lines.map { $0.joined(separator: "\t") + "\n" }.joined().write(
      toFile: folder.path + "/in.txt", atomically: true, encoding: .utf8)
    return Program.run(command, in: folder.path)
  }
}
