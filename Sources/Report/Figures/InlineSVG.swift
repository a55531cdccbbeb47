// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A gnuplot SVG made fit to stand inside an HTML page.
enum InlineSVG {
  /// The `<svg>` element of a file: without prologue, with ids that no other figure has, with a text for those who
  /// cannot see it, and with ink and rules in the page's own colours, so that it can be read on a dark page too.
  static func element(from file: String, of figure: Figure) -> String? {
    guard let start = file.firstRange(of: "<svg"), let end = file.firstRange(of: "</svg>") else { return nil }
    var bytes = Array(file[start.lowerBound..<end.upperBound].utf8)
    for quote in ["'", "\""] {
      bytes.replace("id=\(quote)", with: "id=\(quote)\(figure.name)-")
      bytes.replace("href=\(quote)#", with: "href=\(quote)#\(figure.name)-")
    }
    bytes.replace("url(#", with: "url(#\(figure.name)-")
    for spelling in spellings(of: FigureStyle.ink) { bytes.replace(spelling, with: "currentColor") }
    let named =
      [("line", FigureStyle.rule), ("soft", FigureStyle.soft), ("faint", FigureStyle.faint)]
      + FigureStyle.pageColours.map { ($0.name, $0.colour) }
    for (name, colour) in named {
      for spelling in spellings(of: colour) { bytes.replace(spelling, with: "var(--\(name))") }
    }
    // gnuplot's own black, and the colour that it gives to `currentColor` in a group, would be black on a dark page, too.
    bytes.replace(" color=\"black\"", with: "")
    bytes.replace("=\"black\"", with: "=\"currentColor\"")
    var svg = String(decoding: bytes, as: UTF8.self)
    // Inside HTML the namespaces are known.
    svg = svg.replacing(/\s+xmlns(:xlink)?="[^"]*"/, with: "")
    // gnuplot names its plots in <title> elements, which browsers show as tool tips and readers read aloud.
    svg = svg.replacing(/<title>[^<]*<\/title>/, with: "").replacing(/<desc>[^<]*<\/desc>/, with: "")
    let label = harmless(figure.alternative, for: .html)
    // Small figures are not blown up to the width of the page.
    return svg.replacing(
      "<svg",
      with: "<svg role=\"img\" aria-label=\"\(label)\" style=\"max-width: \(figure.size.width * 5 / 4)px\"",
      maxReplacements: 1)
  }

  /// The ways in which gnuplot writes a colour `#rrggbb`.
  private static func spellings(of colour: String) -> [String] {
    let digits = colour.dropFirst()
    let parts = [0, 2, 4].map { offset -> String in
      let first = digits.index(digits.startIndex, offsetBy: offset)
      let value = Int(digits[first...].prefix(2), radix: 16) ?? 0
      return value < 10 ? "  \(value)" : value < 100 ? " \(value)" : "\(value)"
    }
    let bare = parts.map { $0.replacing(" ", with: "") }.joined(separator: ",")
    return [
      "rgb(\(parts[0]), \(parts[1]), \(parts[2]))", "rgb(\(bare))", "#" + digits.uppercased(),
      "#" + digits.lowercased(),
    ]
  }
}

extension [UInt8] {
  /// Replaces a text wherever it stands. Figures are long and many texts are looked for: comparing characters, as
  /// strings do, would take longer than drawing.
  fileprivate mutating func replace(_ text: String, with other: String) {
    let (old, new) = (Array(text.utf8), Array(other.utf8))
    guard let head = old.first, count >= old.count else { return }
    var result: [UInt8] = []
    result.reserveCapacity(count + count / 8)
    withUnsafeBufferPointer { bytes in
      var (kept, place) = (0, 0)
      while place <= bytes.count - old.count {
        if bytes[place] == head, bytes[place..<(place + old.count)].elementsEqual(old) {
          result += bytes[kept..<place]
          result += new
          place += old.count
          kept = place
        } else {
          place += 1
        }
      }
      result += bytes[kept...]
    }
    self = result
  }
}
