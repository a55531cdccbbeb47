// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import NetworkFiles
import Report

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where text goes: results to stdout, everything else to stderr, colours only where a person looks.
enum Console {
  /// Whether colours are wanted on stdout: a terminal, and no NO_COLOR in the environment (no-color.org).
  static var coloursOutput: Bool { isatty(textFile) == 1 && coloursAreWanted }
  /// The same for stderr.
  static let coloursErrors = isatty(STDERR_FILENO) == 1 && coloursAreWanted
  /// Whether somebody watches stderr.
  static let isWatched = isatty(STDERR_FILENO) == 1

  private static let coloursAreWanted: Bool = {
    let environment = ProcessInfo.processInfo.environment
    return (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }()

  /// Where results in words go: stdout, or stderr where stdout is given to data.
  nonisolated(unsafe) private static var textFile = STDOUT_FILENO

  /// Leaves stdout to the data alone where a file to write is stdout (`-o /dev/stdout`).
  static func yield(to output: String?) {
    if let output, FileWriter.isStandardOutput(output) { textFile = STDERR_FILENO }
  }

  /// Text for stdout.
  static func print(_ text: String = "") {
    if textFile == STDOUT_FILENO { Swift.print(text) } else { write(text + "\n") }
  }

  /// How documents and tables are shown on stdout.
  static var renderer: TerminalRenderer { TerminalRenderer(colours: coloursOutput) }

  /// Text broken at spaces, indented by two, the lines after the first by `hanging` more.
  static func printWrapped(_ text: String, hanging: Int = 0) {
    for line in renderer.paragraph(text, hanging: hanging) { print(line) }
  }

  /// Text from outside, such as a file's name, without what a terminal would obey.
  static func plain(_ text: String) -> String { harmless(text, for: .terminal) }

  /// One line on stderr: `error: …`.
  static func error(_ message: String) {
    write(style("error:", .red, coloursErrors) + " " + plain(message) + "\n")
  }

  /// One line on stderr: `warning: …`.
  static func warn(_ message: String) {
    write(style("warning:", .yellow, coloursErrors) + " " + plain(message) + "\n")
  }

  /// One line on stderr: `note: …`.
  static func note(_ message: String) { write("note: " + plain(message) + "\n") }

  /// Raw text for stderr.
  static func write(_ text: String) {
    var text = text
    // Nothing can be done about a stderr that takes no text.
    text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  private static func write(_ file: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int {
    LibC.write(file, bytes, count)
  }

  /// A few ANSI styles.
  enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  /// Text in a style, where styles are wanted.
  static func style(_ text: String, _ style: Style, _ wanted: Bool = coloursOutput) -> String {
    wanted ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// A heading on stdout.
  static func heading(_ text: String) { print("\n" + style(text, .bold)) }
}
