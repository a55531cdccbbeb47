// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

/// Shows documents as one self-contained HTML page: nothing is loaded from anywhere, nothing runs.
///
/// The page has a first screen (verdict, and what the document opens with), a table of contents and sections that fold;
/// its style sheet (`page.css`) serves wide and narrow, light and dark screens, and print.
public struct HTMLRenderer: Sendable {
  /// Pictures by the names of their figures.
  private let pictures: [String: FigureFolder.Picture]
  /// The folder of the figures' files as the page sees it; `nil` where there is none to point to.
  private let folder: String?

  /// A renderer.
  ///
  /// - Parameters:
  ///   - pictures: what could be drawn. A figure without its picture is described in words.
  ///   - folder: the folder of the figures' scripts and data, relative to the page.
  public init(pictures: [FigureFolder.Picture] = [], folder: String? = nil) {
    self.pictures = Dictionary(pictures.map { ($0.figure.name, $0) }) { first, _ in first }
    self.folder = folder
  }

  /// The page.
  public func page(_ document: Document) -> String {
    let sections = document.sections.enumerated().map { ("section-\($0 + 1)", $1) }
    let contents = sections.map { "<li><a href=\"#\($0)\">\(safe($1.title))</a></li>\n" }.joined()
    // Titles that bring their numbers need none of the list's.
    let isNumbered = document.sections.first?.title.first?.isNumber ?? false
    let style = String(decoding: PackageResources.page_css, as: UTF8.self)
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(safe(document.title))</title>
      <style>
      \(style)</style>
      </head>
      <body>
      <header>
      <h1>\(safe(document.title))</h1>
      </header>
      <main>
      <div class="first">
      \(first(document))</div>
      \(sections.count > 1 ? "<nav aria-label=\"Contents\">\n<details open><summary>Contents</summary>\n<ol\(isNumbered ? " class=\"numbered\"" : "")>\n\(contents)</ol>\n</details>\n</nav>\n" : "")\
      <div class="sections">
      \(sections.map { section($1, id: $0) }.joined())</div>
      </main>
      </body>
      </html>

      """
  }

  /// Verdict, opening and remarks.
  private func first(_ document: Document) -> String {
    var html = ""
    if !document.verdict.isEmpty {
      html +=
        "<section class=\"verdict\" aria-label=\"Verdict\">\n"
        + document.verdict.map { "<p>\(typeset($0))</p>\n" }.joined() + "</section>\n"
    }
    if !document.remarks.isEmpty {
      html +=
        "<aside class=\"remarks\" aria-label=\"Remarks\">\n"
        + document.remarks.map { "<p>\(safe($0))</p>\n" }.joined() + "</aside>\n"
    }
    // Pictures to the left, with what stands before the equations; the equations and what follows to the right.
    var (left, right) = ("", "")
    for block in document.opening {
      switch block {
      case .figure: left += self.block(block)
      case .table where right.isEmpty: left += self.block(block)
      default: right += self.block(block)
      }
    }
    if !left.isEmpty && !right.isEmpty {
      html += "<div class=\"opening\">\n<div>\n\(left)</div>\n<div>\n\(right)</div>\n</div>\n"
    } else {
      html += left + right
    }
    return html
  }

  /// A section that folds. Its id stands within what folds, so that a browser that follows a link unfolds it.
  private func section(_ section: Document.Section, id: String) -> String {
    """
    <section>
    <details\(section.isFolded ? "" : " open")>
    <summary><h2>\(safe(section.title))</h2></summary>
    <div class="body" id="\(id)">
    \(section.blocks.map(block).joined())</div>
    </details>
    </section>

    """
  }

  /// A block as it stands in the page.
  public func block(_ block: Document.Block) -> String {
    switch block {
    case .paragraph(let text): "<p>\(typeset(text))</p>\n"
    case .heading(let text): "<h3>\(safe(text))</h3>\n"
    case .table(let table): html(table)
    case .equations(let equations): html(equations)
    case .figure(let figure): html(figure)
    case .interactive(let page): html(page)
    }
  }

  /// The page stands in an attribute: its scripts run in a frame of no origin, which reaches neither the net's cookies nor
  /// the page around it.
  private func html(_ page: Document.Interactive) -> String {
    // Scalar by scalar: a quote beside a combining mark is a quote, too.
    var source = String.UnicodeScalarView()
    for scalar in page.html.unicodeScalars {
      switch scalar {
      case "&": source.append(contentsOf: "&amp;".unicodeScalars)
      case "\"": source.append(contentsOf: "&quot;".unicodeScalars)
      default: source.append(scalar)
      }
    }
    return
      "<iframe class=\"interactive\" title=\"\(safe(page.title))\" sandbox=\"allow-scripts allow-downloads\" "
      + "loading=\"lazy\" height=\"\(page.height)\" srcdoc=\"\(String(source))\"></iframe>\n"
  }

  private func html(_ equations: Document.Equations) -> String {
    let lines = equations.lines.map { line in
      line.pieces.isEmpty
        ? "<p>\(safe(line.text))</p>\n"
        : "<p class=\"formula\">" + line.pieces.map { "<math>\($0)</math>" }.joined(separator: " ") + "</p>\n"
    }
    return "<div class=\"equations\">\n\(lines.joined())</div>\n"
  }

  private func html(_ figure: Figure) -> String {
    var caption = typeset(figure.caption)
    if let folder {
      let files = figure.data.filter { !$0.text.isEmpty }.map { "\(figure.name).\($0.suffix)" }
      let links = (files + ["\(figure.name).gp"]).map { name in
        "<a href=\"\(safe(percentEncoded(folder + "/" + name)))\">\(safe(name))</a>"
      }
      caption += " <span class=\"files\">Data and script: \(links.joined(separator: ", "))</span>"
    }
    let picture =
      pictures[figure.name]?.svg
      ?? "<p class=\"undrawn\">Not drawn. \(safe(figure.alternative))</p>"
    return "<figure>\n\(picture)\n<figcaption>\(caption)</figcaption>\n</figure>\n"
  }

  /// On a narrow screen a table of many columns is shown row by row, each cell with its column's title.
  private func html(_ table: Document.Table) -> String {
    let columns = table.columns
    // Numbers alone stay a table on any screen.
    let isNumbers = columns.count <= 9 && table.rows.allSatisfy { $0.dropFirst().allSatisfy { !$0.isWords } }
    let classes =
      (columns.count > 6 ? ["wide"] : []) + (columns.count > 3 ? [isNumbers ? "numbers" : "stacks"] : [])
    // A caption within the table would be no wider than that.
    let name = table.caption.isEmpty ? "" : " aria-label=\"\(safe(table.caption))\""
    // Words stand to the left, numbers to the right, as the first row has them.
    let isWords = columns.indices.map { table.rows.first?[$0].isWords ?? false }
    let head = zip(columns, isWords).map { column, isWords in
      "<th scope=\"col\"\(isWords ? " class=\"word\"" : "")>\(safe(column.title))</th>"
    }.joined()
    let rows = table.rows.map { row in
      let cells = columns.indices.dropFirst().map { index in
        let label = columns[index].title.isEmpty ? "" : " data-label=\"\(safe(columns[index].title))\""
        let isLong = row[index].isWords && row[index].text.utf8.count >= 24
        let words = isLong ? " class=\"words\"" : isWords[index] ? " class=\"word\"" : ""
        return "<td\(words)\(label)>\(html(row[index]))</td>"
      }
      return "<tr><th scope=\"row\">\(safe(row.first?.text ?? ""))</th>\(cells.joined())</tr>\n"
    }
    return """
      \(table.caption.isEmpty ? "" : "<p class=\"caption\">\(typeset(table.caption))</p>\n")\
      <div class="scroll"><table\(name)\(classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\"")>
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table></div>

      """
  }

  /// A measured number stands below the fitted one.
  private func html(_ cell: Document.Cell) -> String {
    guard case .fitted(let value, let measured, let digits) = cell else {
      return cell.isWords ? safe(cell.text) : typeset(cell.text)
    }
    return "<span>\(typeset(text(value, digits: digits)))<small class=\"measured\">"
      + "\(typeset(text(measured, digits: digits)))</small></span>"
  }

  /// Text with minus signs before its numbers, as equations have them, for hyphens.
  private func typeset(_ text: String) -> String {
    safe(text.replacing(/(^|[\s(\[;,=≈])-(?=[.\d])/) { "\($0.output.1)−" })
  }

  private func safe(_ text: String) -> String { harmless(text, for: .html) }

  /// A relative path as an address.
  private func percentEncoded(_ path: String) -> String {
    path.utf8.map { byte in
      let isPlain =
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
        || "-._~/".utf8.contains(byte)
      let hex = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (hex.count == 1 ? "0" : "") + hex
    }.joined()
  }
}
