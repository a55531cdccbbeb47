// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import NetworkFiles

/// "What came of the sweep?": one table of all rows that are finished.
///
///     let found = try SweepCollect(folder: "runs").run()
///     print(found.table.columns, found.statistics.groups)
public struct SweepCollect: Codable, Sendable {
  /// RUNS.
  public var folder: String

  /// A collection of the rows of a folder.
  public init(folder: String) { self.folder = folder }

  /// What the rows say. Its JSON text is that of `kappa sweep collect`.
  public struct Result: Sendable {
    /// RUNS.
    public let folder: String
    /// What was run.
    public let command: String
    /// The keys of the grid.
    public let keys: [String]
    /// How many rows the sweep has.
    public let count: Int
    /// The rows that are finished.
    public let table: SweepTable
    /// Medians and quartiles.
    public let statistics: SweepStatistics
    /// Rows that are not finished, with the reason where one was left.
    public let unfinished: [Unfinished]

    /// `{"rows": […], "unfinished": […]}`; rows of ten thousand runs take an encoder of values much longer.
    public var json: String {
      "{\n  \"rows\": \(table.json),\n  \"unfinished\": ["
        + unfinished.map { one in
          "{\"row\": \(one.row)" + (one.reason.map { ", \"reason\": \(JSONTree.quoted($0))" } ?? "") + "}"
        }.joined(separator: ", ") + "]\n}"
    }
  }

  /// A row that is not finished.
  public struct Unfinished: Codable, Sendable, Hashable {
    /// Its number.
    public let row: Int
    /// Why, where it failed.
    public let reason: String?
  }

  /// Collects.
  ///
  /// - Throws: a `StudyError` when the folder is no sweep's, or a finished row cannot be read.
  public func run(observer: some Observer = SilentObserver()) throws(StudyError) -> Result {
    let place = SweepFolder(folder)
    let tasks = try SweepTasks(of: place)
    var table = SweepTable()
    var unfinished: [Unfinished] = []
    let meter = Meter("reading rows", total: tasks.count, observer)
    defer { meter.finish() }
    for row in 1...tasks.count {
      if row % 100 == 0 {
        try observer.check()
        meter.show(Double(row) / Double(tasks.count))
      }
      guard place.isFinished(row) else {
        let reason = try? TextFile.read(place.failure(row), limit: 1 << 16)
        unfinished.append(
          Unfinished(row: row, reason: reason?.split(separator: "\n").first.map { String($0) }))
        continue
      }
      let path = place.result(row)
      let bytes = try StudyError.converting { try TextFile.bytes(path, limit: 1 << 24) }
      guard case .object(let members)? = JSONTree(bytes),
        members.first == JSONTree.Member(name: "row", value: .leaf(.whole(row)))
      else {
        throw StudyError(
          .badData, path,
          "expected what row \(row) left, found another document: remove it, and run the row again")
      }
      table.add(members)
    }
    table.finish()
    return Result(
      folder: place.path, command: tasks.command, keys: tasks.keys, count: tasks.count, table: table,
      statistics: SweepStatistics(table, keys: tasks.keys), unfinished: unfinished)
  }
}

extension SweepCollect.Result {
  /// The names of the files of a table.
  public static let files = ["table.csv", "table.npz"]

  /// Writes the table into the sweep's folder, as CSV and as NumPy's arrays.
  ///
  /// - Returns: the paths.
  /// - Throws: `StudyError`.
  public func writeTable() throws(StudyError) -> [String] {
    let paths = Self.files.map { SweepFolder(folder).file($0) }
    try StudyError.converting {
      try FileWriter.write(table.csv, to: paths[0])
      try NPZFile.write(table.arrays, to: paths[1])
    }
    return paths
  }
}
