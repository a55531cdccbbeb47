// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Report
import Testing

/// One table, three faces; and a document on a terminal and as a page.
@Suite struct DocumentTests {
  private let table = Document.Table(
    caption: "Errors", header: ["", "RMSE", "relative", "decisions", "band", "±", "n"],
    rows: [
      ["manifold", 1.5e-17, .percent(2e-16), .percent(1), .missing, .empty, 3],
      [
        "中", .number(0.0441, digits: 3), .percent(0.0596), .percent(.nan), .percentInterval(0.01, 0.02),
        .uncertain(1, error: 0.25), 12,
      ],
    ])

  @Test func onATerminal() {
    let lines = TerminalRenderer().lines(table)
    #expect(lines.count == 4 && lines[0] == "  Errors")
    // Columns end at the same place in all lines, also below a letter that is two columns wide.
    #expect(Set(lines.dropFirst().map(displayWidth)).count == 1, "\(lines)")
    #expect(lines[2].hasPrefix("  manifold  1.50e-17") && lines[2].hasSuffix(" 3"), "\(lines)")
    #expect(lines[3].hasPrefix("  中          0.0441    5.96\u{A0}%"), "\(lines)")
    #expect(lines[3].hasSuffix("1.00\u{A0}% … 2.00\u{A0}%  1.00 ± 0.25  12"), "\(lines)")
  }

  @Test func asJSON() throws {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let data = try encoder.encode(TableRows(table))
    let rows = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    #expect(rows.count == 2)
    #expect(rows[0]["name"] as? String == "manifold" && rows[0]["RMSE"] as? Double == 1.5e-17)
    // Shares stay shares, dashes and empty cells are null.
    #expect(rows[1]["relative"] as? Double == 0.0596 && rows[0]["band"] is NSNull && rows[0]["±"] is NSNull)
    #expect(rows[1]["band"] as? [Double] == [0.01, 0.02])
    #expect(rows[1]["±"] as? [String: Double] == ["value": 1, "error": 0.25])
  }

  @Test func columnsOfOneNameAreToldApart() {
    let table = Document.Table(columns: [.init(""), .init("x"), .init("x"), .init("y", key: "why")])
    #expect(TableRows(table).keys == ["name", "x", "x 2", "why"])
  }

  /// Rows need not be as long as the head.
  @Test func raggedRowsAreFilled() {
    let table = Document.Table(header: ["a"], rows: [["1", "2"], ["3"], []])
    #expect(table.columns.count == 2 && table.rows.allSatisfy { $0.count == 2 })
    #expect(TerminalRenderer().lines(table).count == 4)
    #expect(TerminalRenderer().lines(Document.Table(header: [])).isEmpty)
  }

  @Test func hostileCellsDoNotWidenATable() {
    let table = Document.Table(header: ["name", "shape"], rows: HostileNames.all.map { [.text($0), 1] })
    let lines = TerminalRenderer(colours: false).lines(table)
    #expect(lines.count == HostileNames.all.count + 1)
    #expect(lines.allSatisfy { displayWidth($0) <= TerminalRenderer.widestCell + 10 })
    let text = lines.joined().unicodeScalars
    #expect(
      text.allSatisfy {
        $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
      })
  }

  private var document: Document {
    Document(
      title: "A & B", verdict: ["First.", "Second."],
      opening: [.equations(Document.Equations(["τ dκ1/dt = -κ1"]))], remarks: ["Mind <this>."],
      sections: [
        .init("Outputs", [.table(table), .paragraph("Relative to z.")]),
        .init("Details", [.heading("More"), .paragraph("Folded.")], isFolded: true),
      ])
  }

  @Test func documentOnATerminal() {
    let text = TerminalRenderer().text(document)
    let order = [
      "A & B", "Verdict", "  First.", "  τ dκ1/dt", "\nOutputs\n", "  Relative to z.", "\nDetails\n",
      "  Folded.",
    ]
    var rest = text[...]
    for part in order {
      guard let range = rest.range(of: part) else {
        Issue.record("\(part) is missing or out of order in\n\(text)")
        return
      }
      rest = rest[range.upperBound...]
    }
    #expect(!text.contains("\u{1B}") && text.hasSuffix("\n"))
    #expect(TerminalRenderer(colours: true).text(document).contains("\u{1B}[1mOutputs\u{1B}[0m"))
  }

  /// A page within the page stays within its attribute and its frame.
  @Test func aPageWithinThePageIsShutIn() throws {
    let hostile = "<script>let a = \"\"; if (1 & 2) top.x</script>\"\u{301} onload=\"x"
    let page = HTMLRenderer().page(
      Document(
        title: "t", sections: [.init("Try it", [.interactive(.init(title: "a \"b\"", html: hostile))])]))
    let frame = try #require(
      page.firstMatch(
        of:
          /<iframe class="interactive" title="[^"]*" sandbox="allow-scripts allow-downloads" [^>]*srcdoc="([^"]*)"><\/iframe>/
      ))
    #expect(
      String(frame.1).unicodeScalars.elementsEqual(
        hostile.replacing("&", with: "&amp;").unicodeScalars.flatMap { scalar in
          scalar == "\"" ? Array("&quot;".unicodeScalars) : [scalar]
        }))
    #expect(TerminalRenderer().lines(.interactive(.init(title: "t", html: "x"))).isEmpty)
  }

  /// A fitted number with the measured one: braces, a smaller line, two values.
  @Test func fittedCellsHoldBothNumbers() throws {
    let table = Document.Table(header: ["", "a"], rows: [["κ", .fitted(1.23456, measured: -0.5)]])
    #expect(TerminalRenderer().lines(table)[1].hasSuffix("1.23 {-0.500}"))
    #expect(
      HTMLRenderer().block(.table(table)).contains(
        "<span>1.23<small class=\"measured\">−0.500</small></span>"))
    let data = try JSONEncoder().encode(TableRows(table))
    let rows = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    #expect(rows[0]["a"] as? [String: Double] == ["value": 1.23456, "measured": -0.5])
  }

  @Test func documentAsAPage() throws {
    let page = HTMLRenderer().page(document)
    #expect(page.contains("<title>A &amp; B</title>") && page.contains("Mind &lt;this&gt;."))
    // Headings and links of the table of contents belong together; only what is to be folded is.
    for (id, title) in [("section-1", "Outputs"), ("section-2", "Details")] {
      #expect(page.contains("<a href=\"#\(id)\">\(title)</a>") && page.contains("id=\"\(id)\""))
    }
    #expect(page.components(separatedBy: "<details open>").count == 3, "contents and the first section")
    #expect(page.components(separatedBy: "<details>").count == 2)
    #expect(page.contains("<td data-label=\"RMSE\">0.0441</td>") && page.contains("class=\"wide numbers\""))
    for tag in ["details", "section", "div", "table", "nav", "ol", "p", "h2", "aside", "main"] {
      let opened = page.matches(of: try Regex("<\(tag)[ >]")).count
      #expect(opened == page.components(separatedBy: "</\(tag)>").count - 1, "\(tag)")
    }
  }
}
