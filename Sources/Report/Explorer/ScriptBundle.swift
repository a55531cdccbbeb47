// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Joins the modules of Explorer/ into one script.
///
/// The modules keep to a few habits that make this a matter of lines: an import is one line, and what is exported is a
/// declaration at the beginning of a line.
enum ScriptBundle {
  /// One ES module: all declarations side by side, what is exported stays exported.
  static func module(_ sources: [String]) -> String {
    sources.map { lines($0).joined(separator: "\n") }.joined(separator: "\n")
  }

  /// One classic script: each module in a function of its own, whose exports the later ones see.
  static func script(_ sources: [String]) -> String {
    let parts = sources.map { source in
      let lines = lines(source)
      let names = lines.compactMap(exportedName)
      let body = lines.map { exportedName($0) == nil ? $0 : $0.dropFirst("export ".count) }
      let text = body.joined(separator: "\n")
      return names.isEmpty
        ? "(() => {\n\(text)\n})();"
        : "const { \(names.joined(separator: ", ")) } = (() => {\n\(text)\nreturn { \(names.joined(separator: ", ")) };\n})();"
    }
    return "\"use strict\";\n(() => {\n\(parts.joined(separator: "\n"))\n})();"
  }

  /// A module without its imports and its licence, which is said once for all of them.
  private static func lines(_ source: String) -> [Substring] {
    source.split(separator: "\n", omittingEmptySubsequences: false)
      .filter {
        !$0.hasPrefix("import ") && !$0.hasPrefix("// SPDX-License-Identifier")
          && !$0.hasPrefix("// Copyright (C)")
      }
  }

  /// The name that a line exports.
  private static func exportedName(_ line: Substring) -> Substring? {
    guard line.hasPrefix("export ") else { return nil }
    let words = line.split(separator: " ", maxSplits: 2)
    guard words.count == 3 else { return nil }
    return words[2].prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
  }
}
