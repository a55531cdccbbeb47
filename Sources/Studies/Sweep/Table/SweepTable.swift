// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// One table of a sweep: a row a run, a column an option or a result.
public struct SweepTable: Sendable, Hashable {
  /// Names of the columns, each once: row, command, options as in the grid, results as the command gives them.
  public private(set) var columns: [String] = []
  /// The rows in order, each as long as there are columns; `nil` where a run has no such value.
  public private(set) var rows: [[SweepValue?]] = []
  private var places: [String: Int] = [:]

  /// An empty table.
  init() {}

  /// Adds a row; names that are new become columns.
  mutating func add(_ members: [JSONTree.Member]) {
    var row = [SweepValue?](repeating: nil, count: columns.count)
    for member in members {
      guard case .leaf(let value) = member.value else { continue }
      if let place = places[member.name] {
        row[place] = value
      } else {
        places[member.name] = columns.count
        columns.append(member.name)
        row.append(value)
      }
    }
    rows.append(row)
  }

  /// Makes all rows as long as there are columns.
  mutating func finish() {
    for index in rows.indices where rows[index].count < columns.count {
      rows[index] += [SweepValue?](repeating: nil, count: columns.count - rows[index].count)
    }
  }

  /// The values of a column; `nil` where there is no such column.
  public func column(_ name: String) -> [SweepValue?]? {
    places[name].map { place in rows.map { $0[place] } }
  }

  /// A column as numbers, where a row has one.
  public func numbers(_ name: String) -> [Double?]? { column(name)?.map { $0?.number } }

  /// Whether all values of a column are numbers, of which there is one at least.
  func isNumeric(_ place: Int) -> Bool {
    var isAny = false
    for row in rows {
      if case .text? = row[place] { return false }
      if row[place] != nil { isAny = true }
    }
    return isAny
  }

  /// As CSV (RFC 4180, lines end in LF): a line of names, then a row a line.
  var csv: String {
    var text = ""
    func add(_ cells: some Sequence<String>) {
      var isFirst = true
      for cell in cells {
        if !isFirst { text += "," }
        isFirst = false
        text += Self.cell(cell)
      }
      text += "\n"
    }
    add(columns)
    for row in rows { add(row.lazy.map { $0?.text ?? "" }) }
    return text
  }

  private static func cell(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
      return text
    }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  /// As arrays of shape (rows), a column each: numbers with NaN where there is none, or texts.
  var arrays: [Tensor] {
    columns.indices.map { place in
      // A slash would be a folder of the archive.
      let name = columns[place].replacing("/", with: "_")
      return isNumeric(place)
        ? Tensor(name: name, shape: [rows.count], values: rows.map { $0[place]?.number ?? .nan })
        : Tensor(name: name, shape: [rows.count], text: rows.map { $0[place]?.text ?? "" })
    }
  }

  /// The rows as a JSON list of objects; what a run does not have is left out of its object.
  var json: String {
    let names = columns.map { JSONTree.quoted($0) }
    var text = "["
    for (index, row) in rows.enumerated() {
      text += index == 0 ? "\n    {" : ",\n    {"
      var isFirst = true
      for (name, value) in zip(names, row) {
        guard let value else { continue }
        text += isFirst ? "" : ", "
        isFirst = false
        text += name
        text += ": "
        text += JSONTree.json(value)
      }
      text += "}"
    }
    return text + (rows.isEmpty ? "]" : "\n  ]")
  }
}
