// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import NetworkFiles

/// The rows of a sweep as `tasks.tsv` has them: a line that names the columns, then one row a line, numbered from 1.
public struct SweepTasks: Sendable {
  /// What is run.
  public let command: String
  /// The keys of the settings, in order.
  public let keys: [String]
  /// The values of row 1, row 2, …; `nil` where an option is left out.
  public let rows: [[String?]]

  /// How many rows there are.
  public var count: Int { rows.count }

  /// The rows of a grid.
  init(_ grid: SweepGrid) {
    command = grid.command
    keys = grid.axes.map(\.key)
    rows = (0..<grid.count).map { grid.settings($0 + 1).map(\.value) }
  }

  /// Reads the file of a sweep.
  ///
  /// - Throws: a `StudyError` when there is none, or it is not as `kappa sweep plan` wrote it.
  public init(of folder: SweepFolder) throws(StudyError) {
    let path = folder.file("tasks.tsv")
    guard access(path, F_OK) == 0 else {
      throw StudyError(
        .noInput, folder.path,
        "expected the folder of a sweep with its tasks.tsv, found none: `kappa sweep plan` makes it")
    }
    let bytes = try StudyError.converting { try TextFile.bytes(path, limit: 1 << 28) }
    func refuse(_ line: Int, _ expected: String, _ found: String) -> StudyError {
      StudyError(.badData, path, "line \(line): expected \(expected), found \(found)")
    }
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    func fields(_ line: ArraySlice<UInt8>) -> [String] {
      line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    let header = lines.first.map(fields) ?? []
    guard header.count > 2, header[0] == "row", header[1] == "command", Set(header).count == header.count
    else { throw refuse(1, "the columns row, command and a setting each", "\(header.count) others") }
    guard lines.count - 1 <= SweepGrid.largest else {
      throw refuse(lines.count, "at most \(SweepGrid.largest) rows", "\(lines.count - 1)")
    }
    var command: String?
    var rows: [[String?]] = []
    for (index, line) in lines.enumerated().dropFirst() {
      let cells = fields(line)
      guard cells.count == header.count, cells[0] == "\(index)", cells[1] == command ?? cells[1] else {
        throw refuse(index + 1, "row \(index) of \(header.count) columns and one command", "another line")
      }
      command = cells[1]
      rows.append(cells.dropFirst(2).map { $0.isEmpty ? nil : $0 })
    }
    guard let command else { throw refuse(2, "at least one row", "none") }
    self.command = command
    keys = Array(header.dropFirst(2))
    self.rows = rows
  }

  /// The file's text.
  var text: String {
    var text = (["row", "command"] + keys).joined(separator: "\t") + "\n"
    for (index, row) in rows.enumerated() {
      text += "\(index + 1)\t\(command)"
      for value in row { text += "\t" + (value ?? "") }
      text += "\n"
    }
    return text
  }

  /// The settings of a row.
  ///
  /// - Throws: a `StudyError` of kind `usage` when there is no such row.
  func settings(_ row: Int) throws(StudyError) -> [SweepSetting] {
    guard row >= 1, row <= count else {
      throw StudyError(.usage, "", "`task`: expected a row from 1 to \(count), found \(row)")
    }
    return zip(keys, rows[row - 1]).map { SweepSetting($0, $1) }
  }
}
