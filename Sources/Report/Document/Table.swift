// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Document {
  /// A table: one value with three faces. The terminal aligns it, the page sets it, JSON gets its rows.
  public struct Table: Sendable, Hashable {
    /// A column.
    public struct Column: Sendable, Hashable {
      /// What stands above it; may be empty.
      public var title: String
      /// Its name in JSON.
      public var key: String

      /// A column.
      ///
      /// - Parameter key: its name in JSON; without one it is the title, and `name` where that is empty.
      public init(_ title: String, key: String? = nil) {
        self.title = title
        self.key = key ?? (title.isEmpty ? "name" : title)
      }
    }

    /// What it shows; may be empty.
    public var caption: String
    /// The columns. The first names the rows.
    public private(set) var columns: [Column]
    /// The cells, row by row, each row as long as there are columns.
    public private(set) var rows: [[Cell]] = []

    /// A table from its columns and rows.
    public init(caption: String = "", columns: [Column], rows: [[Cell]] = []) {
      self.caption = caption
      self.columns = columns
      for row in rows { add(row) }
    }

    /// A table from the titles of its columns, and rows.
    public init(caption: String = "", header: [String], rows: [[Cell]] = []) {
      self.init(caption: caption, columns: header.map { Column($0) }, rows: rows)
    }

    /// Adds a row. A shorter one ends in empty cells; one that is longer widens the table by columns without a title.
    public mutating func add(_ cells: [Cell]) {
      let missing = cells.count - columns.count
      if missing > 0 {
        columns += (0..<missing).map { _ in Column("") }
        for row in rows.indices { rows[row] += [Cell](repeating: .empty, count: missing) }
      }
      rows.append(cells + [Cell](repeating: .empty, count: max(0, -missing)))
    }
  }
}

/// A table's rows for JSON: an array of objects, a key a column. Columns of one name are told apart by a number.
public struct TableRows: Encodable, Sendable {
  /// Names of the columns, each once.
  public let keys: [String]
  private let rows: [[Document.Cell]]

  /// The rows of a table.
  public init(_ table: Document.Table) {
    var taken: [String: Int] = [:]
    keys = table.columns.map { column in
      taken[column.key, default: 0] += 1
      let count = taken[column.key] ?? 1
      return count == 1 ? column.key : "\(column.key) \(count)"
    }
    rows = table.rows
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// An array of objects.
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for row in rows {
      var object = list.nestedContainer(keyedBy: Key.self)
      for (key, cell) in zip(keys, row) { try object.encode(cell, forKey: Key(stringValue: key)) }
    }
  }
}
