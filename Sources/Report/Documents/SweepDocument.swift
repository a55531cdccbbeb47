// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import NetworkFiles
import Studies

extension SweepPlan.Result {
  /// What was planned, and how to go on.
  public var document: Document {
    let folder = FileWriter.parent(of: files[0])
    let axes = axes.map { "\($0.count) × \($0.key)" }.joined(separator: ", ")
    var lines = [
      "\(counted(count, "row")) of kappa \(command)" + (axes.isEmpty ? "" : ": \(axes)")
        + (finished > 0 ? "; \(finished) of them are finished" : "")
    ]
    lines += ["here: kappa sweep run \(folder)", "on a cluster: sbatch \(folder)/array.sbatch"]
    return Document(title: folder, verdict: lines)
  }
}

extension SweepCollect.Result {
  /// Results shown of a group, and rows of the table: all of them are in table.csv.
  private static let (mostResults, mostGroups, mostRows, mostColumns) = (40, 60, 200, 12)

  /// The table, the statistics and what is missing, for people.
  public var document: Document {
    var sections = [Document.Section("Statistics", statisticsBlocks)]
    if !unfinished.isEmpty { sections.append(Document.Section("Not finished", [.table(unfinishedTable)])) }
    sections.append(Document.Section("Rows", rowBlocks, isFolded: table.rows.count > 40))
    return Document(title: "Sweep of kappa \(command): \(folder)", verdict: [sentence], sections: sections)
  }

  /// How far the sweep has come.
  public var sentence: String {
    let failed = unfinished.count { $0.reason != nil }
    return "\(table.rows.count) of \(count) rows are finished"
      + (unfinished.isEmpty
        ? "." : "; \(failed) failed, \(unfinished.count - failed) have not run to their end.")
  }

  private var statisticsBlocks: [Document.Block] {
    var header = statistics.groups.first?.settings.map(\.key) ?? []
    header += ["result", "runs", "median", "quartiles", "mean", "SD"]
    var shown = Document.Table(header: header)
    for group in statistics.groups.prefix(Self.mostGroups) {
      for spread in group.results.prefix(Self.mostResults) {
        shown.add(
          group.settings.map { Document.Cell.text($0.value ?? "–") } + [
            .text(spread.name), .count(spread.count), .number(spread.median),
            .interval(spread.lower, spread.upper, digits: 4), .number(spread.mean),
            .number(spread.deviation, digits: 2),
          ])
      }
    }
    let leftOut =
      statistics.groups.count > Self.mostGroups
      || statistics.groups.contains { $0.results.count > Self.mostResults }
    return [
      .paragraph(
        "Over the rows that differ in nothing but their seed."
          + (leftOut ? " Only the first groups and results are shown; table.csv holds everything." : "")),
      .table(shown),
    ]
  }

  private var unfinishedTable: Document.Table {
    Document.Table(
      header: ["row", "reason"],
      rows: unfinished.prefix(Self.mostRows).map {
        [.count($0.row), .text($0.reason ?? "not run to its end")]
      })
  }

  private var rowBlocks: [Document.Block] {
    // What is the same in all rows says nothing in a table.
    let places = table.columns.indices.filter { place in
      place == 0
        || (Set(table.rows.lazy.map { $0[place] }).count > 1 && !table.columns[place].hasSuffix("File"))
    }.prefix(Self.mostColumns)
    let rows = table.rows.prefix(Self.mostRows).map { row in
      places.map { place -> Document.Cell in
        switch row[place] {
        case .whole(let value)?: .count(value)
        case .number(let value)?: .number(value)
        case .flag(let value)?: .text(value ? "true" : "false")
        case .text(let words)?: .text(words)
        case nil: .missing
        }
      }
    }
    return [
      .table(Document.Table(header: places.map { table.columns[$0] }, rows: rows)),
      .paragraph(
        "Columns that are the same in all rows are left out"
          + (rows.count < table.rows.count ? ", and rows after the first \(rows.count)" : "")
          + ": table.csv and table.npz hold everything."),
    ]
  }

  /// What `write` writes, besides figures.
  public static let pageFile = "report.html"
}
