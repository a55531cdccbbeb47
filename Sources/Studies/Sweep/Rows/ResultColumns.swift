// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A result's numbers and words as columns of a table.
///
/// `{"circuit": {"outputs": [{"relative": 0.02}]}}` is the column `circuit.outputs.1.relative`. Lists are counted from 1;
/// those of more than `longest` elements are left out (a loss an update is no column), as are texts beyond
/// `longestText` characters, and where trials come from: that is a path, and the grid says it. What depends on time or place gets a name that says so: it ends in Seconds, Path or File.
enum ResultColumns {
  /// Elements of a list that become columns.
  static let longest = 8
  /// Characters of a text.
  static let longestText = 400
  /// Columns of a row.
  static let most = 1000

  /// The columns of a command's JSON.
  ///
  /// - Parameter command: gives its name to times and places that have none.
  static func columns(_ tree: JSONTree, of command: String) -> [(name: String, value: SweepValue)] {
    var columns: [(name: String, value: SweepValue)] = []
    add(tree, at: [], command, &columns)
    return columns
  }

  private static func add(
    _ tree: JSONTree, at path: [String], _ command: String,
    _ columns: inout [(name: String, value: SweepValue)]
  ) {
    guard columns.count < most else { return }
    switch tree {
    case .null: break
    case .leaf(let value):
      if case .text(let words) = value {
        if words.count > longestText || ["trials", "trialSource"].contains(path.last ?? "") { return }
      }
      columns.append((name(path, command), value))
    case .list(let values):
      guard values.count <= longest else { return }
      for (index, value) in values.enumerated() { add(value, at: path + ["\(index + 1)"], command, &columns) }
    case .object(let members):
      for member in members {
        // Remarks are for a log: their codes are what a table can be sorted by.
        if member.name == "files" || path.contains("remarks") && member.name != "code" { continue }
        add(member.value, at: path + [member.name], command, &columns)
      }
    }
  }

  private static func name(_ path: [String], _ command: String) -> String {
    guard let last = path.last else { return command }
    guard ["seconds", "path", "file"].contains(last) else { return path.joined(separator: ".") }
    let before = path.dropLast().joined(separator: ".")
    return (before.isEmpty ? command : before) + last.prefix(1).uppercased() + last.dropFirst()
  }
}
