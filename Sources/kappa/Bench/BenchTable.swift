// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Benchmarking

/// The measurements of one group as aligned text: name, size, time, a bar on a logarithmic scale, error, note.
struct BenchTable {
  private let rows: [[String]]

  init(_ group: [Measurement], _ section: BenchmarkSection) {
    let times = group.map { section == .training ? $0.nanoseconds * 1e-6 : $0.nanoseconds }
    let fastest = times.min() ?? 1
    let header = ["", section.sizeInWords, section == .training ? "s" : "ns", "", "error", ""]
    rows =
      [header]
      + zip(group, times).map { item, time in
        [
          item.variant, "\(item.size)", Self.significant(time), Self.bar(time / fastest),
          item.relativeError.map(Self.exponent) ?? "", item.note,
        ]
      }
  }

  /// The lines, with an empty one at the end.
  var lines: [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.enumerated().map { index, row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return [1, 2, 4].contains(column) ? padding + cell : cell + padding
      }
      var line = "  " + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return index == 0 ? Console.style(line, .dim) : line
    } + [""]
  }

  /// Three digits that count.
  private static func significant(_ value: Double) -> String {
    if value >= 99.5 { return "\(Int(value.rounded()))" }
    let decimals = value >= 9.95 ? 1 : value >= 0.995 ? 2 : 3
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    let digits = "\(Int((value * power).rounded()))"
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// One digit and the power of ten: what an error's size needs.
  private static func exponent(_ value: Double) -> String {
    guard value > 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    var (mantissa, exponent) = (value, 0)
    while mantissa < 0.95 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    while mantissa >= 9.5 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return exponent >= -1 ? significant(value) : "\(Int(mantissa.rounded()))e\(exponent)"
  }

  /// One block for every doubling over the fastest.
  private static func bar(_ ratio: Double) -> String {
    var (blocks, rest) = (1, ratio)
    while rest >= 2 { (blocks, rest) = (blocks + 1, rest / 2) }
    return String(repeating: "▪", count: blocks)
  }
}
