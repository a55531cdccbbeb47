// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import NetworkFiles

/// What a sweep's folder says about itself beside its rows: `plan.json`.
struct SweepRecord: Codable {
  var format = "kappa-sweep"
  var version = 1
  var kappa = kappaVersion
  let command: String
  let rows: Int
  /// Where the paths in the grid begin: relative to the sweep's folder where that lies within it, so that both can move
  /// together.
  let base: String
  /// The keys and their values.
  let grid: [Axis]

  /// A key and how many values it has.
  struct Axis: Codable {
    let key: String
    let count: Int
  }

  init(command: String, rows: Int, base: String, grid: [SweepGrid.Axis]) {
    self.command = command
    self.rows = rows
    self.base = base
    self.grid = grid.map { Axis(key: $0.key, count: $0.values.count) }
  }

  /// Reads the record of a folder.
  ///
  /// - Throws: a `StudyError` when there is none, or it is another program's.
  init(of folder: SweepFolder) throws(StudyError) {
    let path = folder.file("plan.json")
    let text = try StudyError.converting { try TextFile.read(path, limit: 1 << 20) }
    guard let record = try? StudyJSON.read(SweepRecord.self, from: text), record.format == "kappa-sweep",
      record.version == 1
    else {
      throw StudyError(.badData, path, "expected the plan of a sweep of version 1, found another document")
    }
    self = record
  }

  /// A folder as seen from one within it; as it is from elsewhere.
  static func way(from place: String, to folder: String) -> String {
    if place == folder { return "." }
    let above = folder.hasSuffix("/") ? folder : folder + "/"
    guard place.hasPrefix(above) else { return folder }
    let steps = place.dropFirst(above.count).split(separator: "/").count
    return [String](repeating: "..", count: steps).joined(separator: "/")
  }
}
