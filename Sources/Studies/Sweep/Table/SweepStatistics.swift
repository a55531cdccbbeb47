// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Medians and quartiles of the results, for each combination of what differs besides the seed.
public struct SweepStatistics: Codable, Sendable, Hashable {
  /// The runs that differ in nothing but their seed.
  public struct Group: Codable, Sendable, Hashable {
    /// What they have in common and others do not.
    public let settings: [SweepSetting]
    /// How many runs there are.
    public let count: Int
    /// Their results.
    public let results: [Spread]
  }

  /// How a result spreads over runs.
  public struct Spread: Codable, Sendable, Hashable {
    /// The column.
    public let name: String
    /// How many runs have it.
    public let count: Int
    /// Quartiles, interpolated linearly; mean and SD (over n - 1; `nil` for one run).
    public let lower, median, upper, mean: Double
    /// See `mean`.
    public let deviation: Double?
  }

  /// In the order of the rows.
  public let groups: [Group]

  /// Statistics of a table.
  ///
  /// - Parameter keys: the columns that are settings.
  init(_ table: SweepTable, keys: [String]) {
    let differing = keys.filter { key in
      key != "seed" && Set(table.column(key) ?? []).count > 1
    }
    let fixed = Set(keys + ["row", "command"])
    let results = table.columns.indices.filter { place in
      guard !fixed.contains(table.columns[place]), !table.columns[place].hasSuffix("Seconds"),
        table.isNumeric(place)
      else { return false }
      // What is the same in all rows is no result of theirs.
      return table.rows.count == 1 || Set(table.rows.lazy.map { $0[place] }).count > 1
    }
    let places = differing.compactMap { table.columns.firstIndex(of: $0) }
    var order: [[SweepValue?]] = []
    var members: [[SweepValue?]: [Int]] = [:]
    for (index, row) in table.rows.enumerated() {
      let cell = places.map { row[$0] }
      if members[cell] == nil { order.append(cell) }
      members[cell, default: []].append(index)
    }
    groups = order.map { cell in
      let indices = members[cell] ?? []
      return Group(
        settings: zip(differing, cell).map { SweepSetting($0, $1?.text) }, count: indices.count,
        results: results.compactMap { place in
          Spread(table.columns[place], indices.compactMap { table.rows[$0][place]?.number })
        })
    }
  }
}

extension SweepStatistics.Spread {
  /// The spread of some values; `nil` for none.
  init?(_ name: String, _ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    self.name = name
    count = values.count
    (lower, median, upper) = (sorted.quantile(0.25), sorted.quantile(0.5), sorted.quantile(0.75))
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    deviation =
      values.count > 1
      ? (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot() : nil
  }
}
