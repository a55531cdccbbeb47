// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Names that a file, a tensor, a circuit or a folder may have, chosen to end what they are put into.
enum HostileNames {
  static let all: [String] = [
    "plain", "", " ", "\u{1B}[31mred\u{1B}]0;title\u{07}", "\u{9B}31mC1\u{9D}0;title\u{9C}",
    "a\nerror: forged",
    "a\r\nb", "tab\tbed", "null\u{0}byte", "\u{202E}gnp.exe", "\u{2066}isolated\u{2069}\u{200F}",
    "line\u{2028}one\u{2029}two",
    "\u{85}next line", "\u{600}\"\"\"\nimport os\n\"\"\"\u{301}", "\u{600}\"\"\"", "\"\"\"\u{301}",
    "'\u{301}; system 'x", "\"\u{20DD}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
    "\u{301}mark first", "back\\slash\\", "\\", "\\\"", "\"", "'", "'''", "`touch forged`", "$(touch forged)",
    "${x}",
    "$x^2$", "100 %", "%s%n", "%\u{301}d", "</script><script>alert(1)</script>", "<!--", "-->", "]]>",
    "&amp;", "&#60;",
    "<\u{338}", "a=\u{338}#=", "#= =#", "/* */ //", "{{x}}", "{x}", "@x", "~x", "_x^y", "κ-équations 中文 🧠",
    "\u{FEFF}bom",
    "\u{FFFF}", "\u{3164}filler", "\u{E000}private", "\u{10FFFF}", "\u{E0041}tag",
    String(repeating: "n", count: 900), String(repeating: "中", count: 900),
  ]
}
