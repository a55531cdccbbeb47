// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Report
import Testing

/// The page is self-contained, and text from outside stays text.
@Suite struct HTMLRendererTests {
  private func page(_ text: String) -> String {
    HTMLRenderer().page(
      Document(
        title: text, verdict: [text],
        sections: [
          Document.Section(
            text,
            [
              .paragraph(text), .equations(Document.Equations([text, "second line"])),
              .table(Document.Table(caption: text, header: ["", text], rows: [[.text(text), .text(text)]])),
            ])
        ]))
  }

  @Test func escapesEverything() throws {
    let html = page("<script>alert('x')</script> & \"quoted\"")
    #expect(!html.contains("<script"))
    #expect(html.components(separatedBy: "&lt;script&gt;").count == 13, "every place that takes text")
  }

  @Test func loadsNothing() throws {
    let html = page("plain")
    for word in ["http:", "https:", "src=", "@import", "url(", "<link"] { #expect(!html.contains(word)) }
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(html.contains("second line"))
    #expect(html.contains("<html lang=\"en\">"))
  }
}
