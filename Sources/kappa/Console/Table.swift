/// A table of aligned columns: the first left-aligned, the others right-aligned.
struct Table {
  private var rows: [[String]]

  /// A table with a header.
  init(_ header: [String]) { rows = [header] }

  /// Adds a row of as many cells as the header has.
  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The lines of the table; the header is dimmed on a terminal.
  var lines: [String] {
    let widths = rows[0].indices.map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.enumerated().map { index, row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
        return column == 0 ? cell + padding : padding + cell
      }
      var line = "  " + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return index == 0 ? Console.style(line, .dim) : line
    }
  }

  /// Prints the table on stdout.
  func print() { for line in lines { Console.print(line) } }
}
