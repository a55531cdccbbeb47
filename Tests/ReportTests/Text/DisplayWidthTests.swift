// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Report
import Testing

@Suite struct DisplayWidthTests {
  /// Widths of Unicode Standard Annex 11, by hand.
  @Test func columns() {
    for (text, width) in [
      ("", 0), ("abc", 3), ("κ₁ ⟨φ'⟩", 7), ("é", 1), ("e\u{301}", 1), ("中文", 4), ("한글", 4), ("ﾊﾝ", 2),
      ("🧠", 2), ("a\u{2060}b", 2),
      ("5.0\u{A0}%", 5),
    ] { #expect(displayWidth(text) == width, "\(text)") }
  }

  @Test func namesLoseTheirMiddle() {
    #expect(shortened("short", to: 5) == "short")
    #expect(shortened("0123456789", to: 5) == "01…89")
    #expect(displayWidth(shortened(String(repeating: "中", count: 900), to: 20)) <= 20)
    #expect(shortened("ab" + "\u{301}", to: 2) == "ab\u{301}")
  }

  @Test(arguments: [20, 33, 96]) func linesFit(width: Int) {
    let text =
      "One Gaussian population follows z to 5.96\u{A0}% " + String(repeating: "中", count: 70) + " end of it"
    let lines = wrapped(text, width: width, indent: 2, hanging: 3)
    #expect(lines.allSatisfy { displayWidth($0) <= width })
    #expect(lines[0].hasPrefix("  O") && lines.dropFirst().allSatisfy { $0.hasPrefix("     ") })
    // Nothing is lost, and what belongs together is not torn apart.
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
    #expect(lines.contains { $0.contains("5.96\u{A0}%") })
    #expect(wrapped("", width: 20, indent: 2) == ["  "])
  }
}
