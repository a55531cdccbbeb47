// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How many columns of a terminal text takes: none for marks and format characters, two for East Asian wide
/// characters and pictures (Unicode Standard Annex 11), one for all others.
public func displayWidth(_ text: String) -> Int {
  text.unicodeScalars.reduce(0) { $0 + $1.displayWidth }
}

extension Unicode.Scalar {
  /// Columns of this scalar.
  var displayWidth: Int {
    if value < 0x300 { return value == 0xAD || value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return Self.wide.contains { $0.contains(value) } ? 2 : 1
    }
  }

  /// The blocks of wide characters.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x25FD...0x25FE, 0x2614...0x2615,
    0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]
}

/// Text of at most `width` columns: its beginning and its end, with an ellipsis between them where something is left
/// out. Names that differ do so at their ends more often than in the middle.
public func shortened(_ text: String, to width: Int) -> String {
  guard displayWidth(text) > width, width > 0 else { return text }
  let room = width - 1
  func taken(_ scalars: some Sequence<Unicode.Scalar>, _ room: Int) -> [Unicode.Scalar] {
    var left = room
    var result: [Unicode.Scalar] = []
    for scalar in scalars {
      left -= scalar.displayWidth
      if left < 0 { break }
      result.append(scalar)
    }
    return result
  }
  var result = String.UnicodeScalarView()
  result.append(contentsOf: taken(text.unicodeScalars, room - room / 2))
  result.append("…")
  // Marks at the beginning of the end would join the ellipsis.
  result.append(contentsOf: taken(text.unicodeScalars.reversed(), room / 2).reversed().drop { $0.isMark })
  return String(result)
}

/// Text broken at spaces into lines of at most `width` columns; a word that is longer is broken where it must.
///
/// - Parameters:
///   - indent: columns of space before every line.
///   - hanging: as many more before the lines after the first.
public func wrapped(_ text: String, width: Int, indent: Int = 0, hanging: Int = 0) -> [String] {
  var lines: [String] = []
  func columns(_ part: some Sequence<Unicode.Scalar>) -> Int { part.reduce(0) { $0 + $1.displayWidth } }
  func space(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
  var line = space(indent)
  var used = indent
  var isEmpty = true
  func end() {
    lines.append(line)
    (line, used, isEmpty) = (space(indent + hanging), indent + hanging, true)
  }
  for word in text.unicodeScalars.split(separator: " ") {
    var rest = word[...]
    if !isEmpty && used + 1 + columns(rest) > width { end() }
    if !isEmpty {
      line += " "
      used += 1
    }
    while isEmpty && used + columns(rest) > width {
      // At least one scalar a line, however narrow it is.
      var part = rest.prefix(1)
      while part.endIndex < rest.endIndex, used + columns(rest[...part.endIndex]) <= width {
        part = rest[...part.endIndex]
      }
      if part.endIndex == rest.endIndex { break }
      line.unicodeScalars.append(contentsOf: part)
      rest = rest[part.endIndex...]
      end()
    }
    line.unicodeScalars.append(contentsOf: rest)
    used += columns(rest)
    isEmpty = false
  }
  if !isEmpty || lines.isEmpty { lines.append(line) }
  return lines
}
